import type { Size, Vec3 } from "@sweepmark/geometry";
import {
  block,
  faceOf,
  frustum,
  glow,
  patch,
  prism,
  shade,
  type Color,
  type Convex,
  type Decal,
  type Paint,
  type Shape,
} from "./solids.ts";

/** A shape with the size of its true cuboid. */
export interface Model {
  readonly classId: string;
  /** Of the true cuboid, which stands `clearanceM` above the ground. */
  readonly size: Size;
  /** At a time; only walkers change. */
  shape(phaseRad: number): Shape;
}

/** Range noise is cut off at 3 cm, so a cuboid this much larger than its shape holds every hit (rule 4). */
export const marginM = 0.05;
/** The cuboid's bottom is off the ground, so that it holds no noise of the road. */
export const clearanceM = 0.02;

/** Tyres stand out from the body by this, or the body would hide them. */
const tyreM = 0.03;

const rubber: Paint = { color: [28, 28, 30], reflectivity: 8 };
const dark: Paint = { color: [38, 40, 44], reflectivity: 12 };
const window: Color = [44, 58, 72];
const lamp: Color = [255, 246, 220];
const tail: Color = [196, 24, 20];
const amber: Color = [240, 150, 30];
const plate: Color = [236, 236, 226];
const hub: Color = [150, 153, 158];

/** Lidar sees paint at 905 nm: white is bright, black nearly gone. */
export const bodyPaint = (color: Color): Paint => ({
  color,
  reflectivity: 12 + (0.3 * color[0] + 0.5 * color[1] + 0.2 * color[2]) * 0.4,
});
const glazed = (color: Color): Paint => ({ color, reflectivity: 14, kind: "glass" });

const fixed = (classId: string, size: Size, shape: Shape): Model => ({ classId, size, shape: () => shape });

function wheels(
  xs: readonly number[],
  halfTrack: number,
  radius: number,
  width: number,
): { solids: Convex[]; decals: Decal[] } {
  const solids: Convex[] = [];
  const decals: Decal[] = [];
  for (const x of xs) {
    for (const side of [-1, 1]) {
      const y = side * (halfTrack - width / 2);
      solids.push(prism("y", [x, y, radius + 0.046], radius, width, 12, rubber));
      const out = y + side * (width / 2 + 0.012);
      const rim = Array.from({ length: 8 }, (_, i): Vec3 => {
        const angle = side * (i / 8) * 2 * Math.PI;
        return [x + Math.sin(angle) * radius * 0.58, out, radius + 0.046 + Math.cos(angle) * radius * 0.58];
      });
      decals.push({ corners: rim, color: hub });
    }
  }
  return { solids, decals };
}

/** Lamps, plates and grille of the front and rear faces of a body. */
function ends(body: Convex, lampHeight: readonly [number, number]): Decal[] {
  const front = faceOf(body, "front");
  const rear = faceOf(body, "rear");
  return [
    patch(front, [0.24, 0.76], [Math.max(0.04, lampHeight[0] - 0.3), lampHeight[1] - 0.12], [26, 27, 30]),
    glow(patch(front, [0.03, 0.22], lampHeight, lamp)),
    glow(patch(front, [0.78, 0.97], lampHeight, lamp)),
    patch(front, [0.39, 0.61], [0.12, 0.3], plate, 0.03),
    glow(patch(rear, [0.02, 0.2], lampHeight, tail)),
    glow(patch(rear, [0.8, 0.98], lampHeight, tail)),
    patch(rear, [0.38, 0.62], [0.4, 0.62], plate, 0.03),
  ];
}

export function car(color: Color, form: "saloon" | "hatchback" | "estate"): Model {
  const size: Size =
    form === "hatchback" ? [4.1, 1.85, 1.56] : form === "estate" ? [4.75, 1.92, 1.58] : [4.6, 1.9, 1.5];
  const a = size[0] / 2 - marginM;
  const b = size[1] / 2 - marginM - tyreM;
  const top = clearanceM + size[2] - marginM;
  const paint = bodyPaint(color);
  const glass = glazed(color);
  const sill = frustum(
    [-a + 0.1, a - 0.1, -b + 0.06, b - 0.06, 0.2],
    [-a, a, -b, b, 0.42],
    bodyPaint(shade(color, 0.72)),
  );
  const body = frustum([-a, a, -b, b, 0.42], [-a + 0.03, a - 0.06, -b + 0.02, b - 0.02, 0.72], paint);
  const bonnet = frustum(
    [-a + 0.03, a - 0.06, -b + 0.02, b - 0.02, 0.72],
    [-a + 0.12, a - 0.35, -b + 0.07, b - 0.07, 0.92],
    paint,
  );
  const back = form === "saloon" ? 0.75 : 0.12;
  const slope = form === "saloon" ? 0.72 : form === "hatchback" ? 0.5 : 0.28;
  const cabin = frustum(
    [-a + back, a - 1.15, -b + 0.08, b - 0.08, 0.92],
    [-a + back + slope, a - 1.95, -b + 0.26, b - 0.26, top],
    glass,
    { top: paint },
  );
  const { solids, decals } = wheels([-a + 0.82, a - 0.85], b + tyreM, 0.31, 0.2);
  decals.push(...ends(body, [0.45, 0.88]));
  decals.push(patch(faceOf(cabin, "front"), [0.06, 0.94], [0.06, 0.92], window));
  decals.push(patch(faceOf(cabin, "rear"), [0.08, 0.92], [0.14, 0.88], shade(window, 0.8)));
  for (const side of ["left", "right"] as const) {
    const face = faceOf(cabin, side);
    const ahead = (u0: number, u1: number): readonly [number, number] =>
      side === "left" ? [1 - u1, 1 - u0] : [u0, u1];
    decals.push(patch(face, ahead(0.1, 0.49), [0.12, 0.86], window));
    decals.push(patch(face, ahead(0.53, 0.9), [0.12, 0.86], window));
    const door = faceOf(body, side);
    for (const u of [0.3, 0.5, 0.68]) decals.push(patch(door, ahead(u, u + 0.006), [0, 1], shade(color, 0.45)));
    for (const u of [0.32, 0.52]) decals.push(patch(door, ahead(u, u + 0.035), [0.74, 0.86], shade(color, 0.5)));
    decals.push(patch(door, ahead(0, 1), [0, 0.1], shade(color, 0.6)));
  }
  const mirrors = [-1, 1].map((side) =>
    block([a - 1.5, a - 1.35], side < 0 ? [-b, -b + 0.14] : [b - 0.14, b], [0.94, 1.06], paint),
  );
  return fixed("car", size, { solids: [sill, body, bonnet, cabin, ...mirrors, ...solids], decals });
}

export function van(color: Color): Model {
  const size: Size = [5.2, 2.0, 2.1];
  const a = size[0] / 2 - marginM;
  const b = size[1] / 2 - marginM - tyreM;
  const top = clearanceM + size[2] - marginM;
  const paint = bodyPaint(color);
  const body = block([-a, a - 0.75], [-b, b], [0.26, 1.05], paint);
  const nose = frustum([a - 0.75, a, -b, b, 0.26], [a - 0.75, a - 0.12, -b + 0.03, b - 0.03, 1.05], paint);
  const upper = frustum([-a, a - 0.25, -b, b, 1.05], [-a + 0.06, a - 1.15, -b + 0.1, b - 0.1, top], paint, {
    front: glazed(color),
  });
  const { solids, decals } = wheels([-a + 0.95, a - 0.9], b + tyreM, 0.33, 0.21);
  decals.push(...ends(nose, [0.55, 0.8]).slice(0, 4), ...ends(body, [0.5, 0.9]).slice(4));
  decals.push(patch(faceOf(upper, "front"), [0.06, 0.94], [0.08, 0.86], window));
  decals.push(
    patch(faceOf(upper, "rear"), [0.1, 0.46], [0.2, 0.75], window),
    patch(faceOf(upper, "rear"), [0.54, 0.9], [0.2, 0.75], window),
  );
  for (const side of ["left", "right"] as const) {
    const ahead = (u0: number, u1: number): readonly [number, number] =>
      side === "left" ? [1 - u1, 1 - u0] : [u0, u1];
    decals.push(patch(faceOf(upper, side), ahead(0.7, 0.9), [0.1, 0.72], window));
    decals.push(patch(faceOf(body, side), ahead(0.38, 0.385), [0, 1], shade(color, 0.5)));
    decals.push(patch(faceOf(body, side), ahead(0.78, 0.785), [0, 1], shade(color, 0.5)));
    decals.push(patch(faceOf(body, side), ahead(0, 1), [0, 0.14], shade(color, 0.55)));
  }
  return fixed("van", size, { solids: [body, nose, upper, ...solids], decals });
}

export function truck(color: Color, cargo: Color): Model {
  const size: Size = [8.4, 2.5, 3.3];
  const a = size[0] / 2 - marginM;
  const b = size[1] / 2 - marginM - tyreM;
  const top = clearanceM + size[2] - marginM;
  const paint = bodyPaint(color);
  const cab = frustum([a - 1.9, a, -b + 0.08, b - 0.08, 0.45], [a - 1.9, a - 0.05, -b + 0.08, b - 0.08, 1.35], paint);
  const top2 = frustum(
    [a - 1.9, a - 0.05, -b + 0.08, b - 0.08, 1.35],
    [a - 1.85, a - 0.32, -b + 0.2, b - 0.2, 2.65],
    glazed(color),
    { top: paint, rear: paint },
  );
  const box = block([-a, a - 2.1], [-b, b], [0.95, top], bodyPaint(cargo));
  const frame = block([-a + 0.05, a - 1.9], [-0.5, 0.5], [0.5, 0.95], dark);
  const bumper = block([-a, -a + 0.1], [-b + 0.1, b - 0.1], [0.42, 0.6], dark);
  const { solids, decals } = wheels([-a + 1.3, a - 1.25], b + tyreM, 0.46, 0.3);
  decals.push(...ends(cab, [0.3, 0.55]).slice(0, 4));
  decals.push(patch(faceOf(top2, "front"), [0.05, 0.95], [0.08, 0.8], window));
  for (const side of ["left", "right"] as const) {
    const ahead = (u0: number, u1: number): readonly [number, number] =>
      side === "left" ? [1 - u1, 1 - u0] : [u0, u1];
    decals.push(patch(faceOf(top2, side), ahead(0.3, 0.9), [0.08, 0.72], window));
    decals.push(patch(faceOf(box, side), ahead(0.02, 0.98), [0, 0.06], [200, 60, 40]));
    decals.push(patch(faceOf(box, side), ahead(0.22, 0.78), [0.42, 0.7], shade(color, 1)));
  }
  const rear = faceOf(box, "rear");
  decals.push(patch(rear, [0.495, 0.505], [0, 1], shade(cargo, 0.5)));
  decals.push(
    glow(patch(faceOf(bumper, "rear"), [0, 0.14], [0.1, 0.9], tail)),
    glow(patch(faceOf(bumper, "rear"), [0.86, 1], [0.1, 0.9], tail)),
  );
  return fixed("truck", size, { solids: [cab, top2, box, frame, bumper, ...solids], decals });
}

export function bus(color: Color): Model {
  const size: Size = [11.6, 2.7, 3.25];
  const a = size[0] / 2 - marginM;
  const b = size[1] / 2 - marginM - tyreM;
  const top = clearanceM + size[2] - marginM;
  const paint = bodyPaint(color);
  const lower = block([-a, a], [-b, b], [0.3, 1.25], paint);
  const upper = frustum([-a, a, -b, b, 1.25], [-a + 0.1, a - 0.18, -b + 0.08, b - 0.08, top], glazed(color), {
    top: paint,
  });
  const { solids, decals } = wheels([-a + 2.9, a - 2.6], b + tyreM, 0.46, 0.3);
  decals.push(...ends(lower, [0.2, 0.45]));
  decals.push(patch(faceOf(upper, "front"), [0.04, 0.96], [0.02, 0.74], window));
  decals.push(glow(patch(faceOf(upper, "front"), [0.2, 0.8], [0.79, 0.95], amber)));
  decals.push(patch(faceOf(upper, "rear"), [0.1, 0.9], [0.2, 0.75], shade(window, 0.8)));
  for (const side of ["left", "right"] as const) {
    const face = faceOf(upper, side);
    for (let i = 0; i < 8; i++) decals.push(patch(face, [0.02 + i * 0.122, 0.128 + i * 0.122], [0.06, 0.72], window));
    decals.push(patch(faceOf(lower, side), [0, 1], [0.56, 0.66], [240, 240, 236]));
    decals.push(patch(faceOf(lower, side), [0, 1], [0, 0.12], shade(color, 0.5)));
  }
  const doors = faceOf(lower, "right");
  for (const u of [0.42, 0.86]) decals.push(patch(doors, [u, u + 0.1], [0.02, 1], shade(window, 0.9)));
  return fixed("bus", size, { solids: [lower, upper, ...solids], decals });
}
