import type { Size } from "@sweepmark/geometry";
import { block, ellipsoid, frustum, prism, shade, type Color, type Paint, type Shape, type Solid } from "./solids.ts";
import { clearanceM, marginM, type Model } from "./vehicles.ts";

/** Shapes by phase in 24 steps of a cycle: a walker is built once, not in every picture. */
function byPhase(shape: (phaseRad: number) => Shape): (phaseRad: number) => Shape {
  const steps = 24;
  const known = new Map<number, Shape>();
  return (phaseRad) => {
    const step = ((Math.round((phaseRad / (2 * Math.PI)) * steps) % steps) + steps) % steps;
    const made = known.get(step) ?? shape((step / steps) * 2 * Math.PI);
    known.set(step, made);
    return made;
  };
}

const skin: Paint = { color: [206, 160, 130], reflectivity: 45 };
const rubber: Paint = { color: [26, 26, 28], reflectivity: 8 };
const cloth = (color: Color): Paint => ({ color, reflectivity: 18 + (color[0] + color[1] + color[2]) * 0.06 });

export interface Clothes {
  readonly coat: Color;
  readonly trousers: Color;
  readonly hair: Color;
}

/** `phaseRad` is the walk: legs and arms swing by it; 0 stands still. */
export function pedestrian(heightM: number, { coat, trousers, hair }: Clothes): Model {
  const size: Size = [0.78, 0.7, heightM];
  const top = clearanceM + heightM - marginM;
  const hip = top * 0.48;
  const shoulder = top * 0.83;
  const still: readonly Solid[] = [
    frustum([-0.12, 0.12, -0.19, 0.19, hip - 0.04], [-0.12, 0.12, -0.22, 0.22, shoulder], cloth(coat)),
    block([-0.05, 0.05], [-0.05, 0.05], [shoulder, shoulder + 0.06], skin),
    ellipsoid([0.01, 0, top - 0.115], [0.1, 0.085, 0.115], skin, 5),
    ellipsoid([-0.02, 0, top - 0.095], [0.1, 0.092, 0.095], cloth(hair), 5),
  ];
  const shape = (phaseRad: number): Shape => {
    const swing = Math.sin(phaseRad);
    const leg = (side: number, reach: number): Solid => {
      const y: readonly [number, number] = side < 0 ? [-0.16, -0.015] : [0.015, 0.16];
      const foot = 0.21 * reach;
      return frustum([foot - 0.07, foot + 0.1, ...y, 0.05], [-0.09, 0.09, ...y, hip], cloth(trousers));
    };
    const arm = (side: number, reach: number): Solid => {
      const hand = 0.2 * reach;
      const y: readonly [number, number] = side < 0 ? [-0.29, -0.21] : [0.21, 0.29];
      return frustum(
        [hand - 0.05, hand + 0.05, ...y, hip + 0.02],
        [-0.06, 0.06, ...y, shoulder],
        cloth(shade(coat, 0.86)),
      );
    };
    return { solids: [leg(1, swing), leg(-1, -swing), arm(1, -swing), arm(-1, swing), ...still], decals: [] };
  };
  return { classId: "pedestrian", size, shape: byPhase(shape) };
}

function bike(color: Color): Solid[] {
  const steel: Paint = { color, reflectivity: 40 };
  return [
    prism("y", [-0.5, 0, 0.346], 0.3, 0.05, 12, rubber),
    prism("y", [0.5, 0, 0.346], 0.3, 0.05, 12, rubber),
    frustum([-0.5, 0.12, -0.025, 0.025, 0.33], [-0.2, 0.38, -0.025, 0.025, 0.78], steel),
    block([-0.32, -0.08], [-0.07, 0.07], [0.82, 0.9], rubber),
    frustum([0.46, 0.52, -0.025, 0.025, 0.35], [0.34, 0.42, -0.025, 0.025, 0.98], steel),
    block([0.34, 0.42], [-0.26, 0.26], [0.96, 1.0], rubber),
  ];
}

export const bicycle = (color: Color): Model => {
  const shape: Shape = { solids: bike(color), decals: [] };
  return { classId: "bicycle", size: [1.8, 0.64, 1.05], shape: () => shape };
};

export function rider(frame: Color, { coat, trousers, hair }: Clothes): Model {
  const top = clearanceM + 1.75 - marginM;
  const still: readonly Solid[] = [
    ...bike(frame),
    frustum([-0.3, -0.02, -0.17, 0.17, 0.9], [-0.02, 0.22, -0.2, 0.2, 1.42], cloth(coat)),
    frustum([0.3, 0.42, -0.27, -0.19, 0.98], [0.02, 0.16, -0.25, -0.17, 1.36], cloth(shade(coat, 0.85))),
    frustum([0.3, 0.42, 0.19, 0.27, 0.98], [0.02, 0.16, 0.17, 0.25, 1.36], cloth(shade(coat, 0.85))),
    ellipsoid([0.16, 0, top - 0.13], [0.1, 0.085, 0.12], skin, 5),
    ellipsoid([0.13, 0, top - 0.1], [0.13, 0.1, 0.1], cloth(hair), 5),
  ];
  const shape = (phaseRad: number): Shape => {
    const pedal = (side: number, angle: number): Solid => {
      const x = -0.02 + 0.14 * Math.cos(angle);
      const z = 0.34 + 0.14 * Math.sin(angle);
      const y: readonly [number, number] = side < 0 ? [-0.16, -0.04] : [0.04, 0.16];
      return frustum([x - 0.06, x + 0.08, ...y, z - 0.08], [-0.24, -0.04, ...y, 0.95], cloth(trousers));
    };
    return { solids: [pedal(1, phaseRad), pedal(-1, phaseRad + Math.PI), ...still], decals: [] };
  };
  return { classId: "rider", size: [1.8, 0.7, 1.75], shape: byPhase(shape) };
}

export function cone(): Model {
  const orange: Paint = { color: [232, 92, 28], reflectivity: 70 };
  const white: Paint = { color: [240, 240, 238], reflectivity: 230 };
  const shape: Shape = {
    solids: [
      block([-0.2, 0.2], [-0.2, 0.2], [0.046, 0.09], { color: [40, 40, 42], reflectivity: 12 }),
      frustum([-0.15, 0.15, -0.15, 0.15, 0.09], [-0.105, 0.105, -0.105, 0.105, 0.36], orange),
      frustum([-0.105, 0.105, -0.105, 0.105, 0.36], [-0.075, 0.075, -0.075, 0.075, 0.52], white),
      frustum([-0.075, 0.075, -0.075, 0.075, 0.52], [-0.03, 0.03, -0.03, 0.03, 0.74], orange),
    ],
    decals: [],
  };
  return { classId: "cone", size: [0.5, 0.5, 0.78], shape: () => shape };
}
