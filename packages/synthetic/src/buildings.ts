import type { Vec3 } from "@sweepmark/geometry";
import type { Random } from "./random.ts";
import {
  block,
  faceOf,
  frustum,
  patch,
  shade,
  type Color,
  type Decal,
  type Face,
  type Paint,
  type Shape,
  type Solid,
} from "./solids.ts";

export const plaster: readonly Color[] = [
  [214, 203, 184],
  [196, 178, 152],
  [178, 110, 88],
  [160, 92, 76],
  [206, 196, 190],
  [186, 190, 186],
  [222, 208, 170],
  [150, 140, 132],
  [196, 160, 130],
];
const glass: Color = [70, 88, 104];
const awnings: readonly Color[] = [
  [150, 46, 42],
  [42, 92, 74],
  [48, 70, 118],
  [196, 150, 62],
];
/** Windows in a grid, a ground floor of shops or doors. */
function facade(wall: Face, widthM: number, heightM: number, random: Random): Decal[] {
  const decals: Decal[] = [];
  const floors = Math.max(2, Math.floor((heightM - 1) / 3.1));
  const columns = Math.max(2, Math.floor(widthM / 2.9));
  const ground = 3.7 / heightM;
  const rest = (1 - ground - 0.05) / (floors - 1);
  const frame = shade(wall.paint.color, 1.16);
  for (let floor = 1; floor < floors; floor++) {
    for (let column = 0; column < columns; column++) {
      const u = (column + 0.5) / columns;
      const v = ground + (floor - 1) * rest;
      const half = 0.58 / widthM;
      const tone = random.between(0.65, 1.25);
      decals.push(patch(wall, [u - half * 1.25, u + half * 1.25], [v + rest * 0.17, v + rest * 0.84], frame, 0.02));
      decals.push(patch(wall, [u - half, u + half], [v + rest * 0.21, v + rest * 0.8], shade(glass, tone), 0.045));
    }
  }
  decals.push(patch(wall, [0, 1], [ground - 0.035, ground - 0.01], shade(wall.paint.color, 0.78), 0.03));
  decals.push(patch(wall, [0, 1], [0, 0.4 / heightM], shade(wall.paint.color, 0.7), 0.03));
  const shops = Math.max(1, Math.floor(widthM / 5));
  for (let i = 0; i < shops; i++) {
    const [u0, u1] = [(i + 0.1) / shops, (i + 0.9) / shops];
    if (random.next() < 0.7) {
      decals.push(patch(wall, [u0, u1], [0.5 / heightM, 2.7 / heightM], shade(glass, random.between(0.7, 1.1)), 0.03));
      decals.push(patch(wall, [u0, u1], [2.75 / heightM, 3.3 / heightM], random.pick(awnings), 0.06));
    } else {
      const middle = (u0 + u1) / 2;
      decals.push(patch(wall, [middle - 0.6 / widthM, middle + 0.6 / widthM], [0, 2.4 / heightM], [84, 62, 48], 0.03));
    }
  }
  return decals;
}

export function building(widthM: number, depthM: number, heightM: number, random: Random): Shape {
  const paint: Paint = { color: random.pick(plaster), reflectivity: random.between(60, 110) };
  const body = block([-widthM / 2, widthM / 2], [-depthM / 2, depthM / 2], [-0.8, heightM], paint);
  const cornice = block(
    [-widthM / 2 - 0.2, widthM / 2 + 0.2],
    [-depthM / 2 - 0.2, depthM / 2 + 0.2],
    [heightM, heightM + 0.45],
    { color: shade(paint.color, 0.82), reflectivity: 70 },
  );
  const solids: Solid[] = [body, cornice];
  if (random.next() < 0.5) {
    const roof: Paint = { color: [132, 84, 70], reflectivity: 60 };
    const inset = Math.min(depthM, widthM) * 0.32;
    solids.push(
      frustum(
        [-widthM / 2, widthM / 2, -depthM / 2, depthM / 2, heightM + 0.45],
        [-widthM / 2 + inset, widthM / 2 - inset, -depthM / 2 + inset, depthM / 2 - inset, heightM + 3.2],
        roof,
      ),
    );
  }
  // The base reaches 0.8 m into the ground (it slopes); the facade begins at the ground.
  const decals = (["right", "left", "front", "rear"] as const).flatMap((side) => {
    const { corners, paint: face } = faceOf(body, side);
    const lift = (corner: Vec3): Vec3 => [corner[0], corner[1], Math.max(0, corner[2])];
    return facade(
      { corners: corners.map(lift), paint: face },
      side === "right" || side === "left" ? widthM : depthM,
      heightM,
      random,
    );
  });
  return { solids, decals };
}
