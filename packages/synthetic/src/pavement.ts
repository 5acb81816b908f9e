import type { Vec3 } from "@sweepmark/geometry";
import type { LaneBoundary } from "@sweepmark/schema";
import type { Ground } from "./ground.ts";
import { poseOnPath } from "./path.ts";
import type { Random } from "./random.ts";
import { shade, type Color } from "./solids.ts";
import { dashM, kerbHeightM, sidewalkWidthM, stripeWidthM, type Street } from "./streets.ts";

/** A flat piece of the ground, in painter's order: later ones lie on earlier ones. */
export interface Paving {
  /** In `world`. */
  readonly corners: readonly Vec3[];
  readonly color: Color;
  readonly middle: Vec3;
  readonly radiusM: number;
  /** Drawn only from its front (kerb faces). */
  readonly oneSided: boolean;
}

const asphalt: Color = [98, 98, 101];
const lawn: Color = [118, 132, 82];
const white: Color = [226, 226, 220];
const yellow: Color = [214, 168, 52];

/** Everything the cameras see of the ground around the two streets. */
export function createPavement(
  ground: Ground,
  kerbs: readonly LaneBoundary[],
  crossTo: number,
  random: Random,
): readonly Paving[] {
  const pavings: Paving[] = [];
  const add = (corners: readonly Vec3[], color: Color, oneSided = 0) => {
    const middle = corners.reduce<Vec3>(
      (sum, c) => [sum[0] + c[0] / corners.length, sum[1] + c[1] / corners.length, sum[2] + c[2] / corners.length],
      [0, 0, 0],
    );
    const radiusM = Math.max(...corners.map((c) => Math.hypot(c[0] - middle[0], c[1] - middle[1])));
    pavings.push({ corners, color, middle, radiusM, oneSided: oneSided === 1 });
  };
  const on = (x: number, y: number, lift: number): Vec3 => [x, y, ground.grade(x, y) + lift];
  const { main, cross } = ground.streets;

  const heart = poseOnPath(main.path, main.crossingS);
  const cell = 24;
  for (let i = -16; i < 16; i++)
    for (let j = -16; j < 16; j++) {
      const [x, y] = [heart.x + i * cell, heart.y + j * cell];
      add(
        [
          on(x, y, kerbHeightM),
          on(x + cell, y, kerbHeightM),
          on(x + cell, y + cell, kerbHeightM),
          on(x, y + cell, kerbHeightM),
        ],
        shade(lawn, random.between(0.95, 1.05)),
      );
    }

  const at = (street: Street, s: number, d: number): Vec3 => {
    const { x, y, yawRad } = poseOnPath(street.path, s);
    return on(x - d * Math.sin(yawRad), y + d * Math.cos(yawRad), 0);
  };
  const strip = (street: Street, s0: number, s1: number, d0: number, d1: number, color: Color) =>
    add([at(street, s0, d0), at(street, s1, d0), at(street, s1, d1), at(street, s0, d1)], color);
  const ranges = [
    [main, -30, 330],
    [cross, cross.crossingS - 150, Math.max(cross.crossingS + 170, crossTo)],
  ] as const;
  for (const [street, from, to] of ranges) {
    const lanes = street.stripes[0].d;
    for (let s = from; s < to; s += 3) {
      const tone = random.between(0.985, 1.015);
      strip(street, s, s + 3, -street.halfWidthM, street.halfWidthM, shade(asphalt, tone));
      if (Math.abs(s - street.crossingS) < street.stopLine[1] + 3) continue;
      for (const side of [1, -1])
        strip(street, s, s + 3, side * (lanes + 0.1), side * street.halfWidthM, shade(asphalt, tone * 1.07));
      // Where the tyres run the asphalt is darker.
      for (const lane of street.laneOffsets)
        for (const track of [-0.78, 0.78])
          strip(street, s, s + 3, lane + track - 0.24, lane + track + 0.24, shade(asphalt, tone * 0.94));
    }
    for (let s = from; s < to; s += random.between(9, 26)) {
      const d = random.between(-lanes, lanes);
      if (random.next() < 0.5) strip(street, s, s + random.between(1.5, 5), d - 0.7, d + 0.7, shade(asphalt, 0.86));
      else
        add(
          Array.from({ length: 10 }, (_, i) =>
            at(street, s + 0.36 * Math.cos((i / 10) * 2 * Math.PI), d + 0.36 * Math.sin((i / 10) * 2 * Math.PI)),
          ),
          [66, 64, 62],
        );
    }
  }
  corners(ground, (across, ahead) => at(main, main.crossingS + ahead, across), add);
  for (const [street, from, to] of ranges) paint(street, from, to, strip);
  for (const { points } of kerbs) kerb(ground, points, add, random);
  return pavings;
}

/** The asphalt between the two streets' edges and the rounded kerbs. */
function corners(
  { streets: { main, cross, cornerRadiusM: r } }: Ground,
  at: (across: number, ahead: number) => Vec3,
  add: (corners: readonly Vec3[], color: Color) => void,
): void {
  for (const across of [1, -1])
    for (const ahead of [1, -1])
      for (let i = 0; i < 8; i++) {
        const [a, b] = [i, i + 1].map((k): Vec3 => {
          const angle = (k / 8) * (Math.PI / 2);
          return at(
            across * (main.halfWidthM + r - (r + 0.06) * Math.cos(angle)),
            ahead * (cross.halfWidthM + r - (r + 0.06) * Math.sin(angle)),
          );
        });
        add([at(across * main.halfWidthM, ahead * cross.halfWidthM), a, b], asphalt);
      }
}

type Strip = (street: Street, s0: number, s1: number, d0: number, d1: number, color: Color) => void;

function paint(street: Street, from: number, to: number, strip: Strip): void {
  const [stop0, stop1] = street.stopLine;
  for (const { d, classId } of street.stripes) {
    const half = stripeWidthM / 2;
    const color = classId === "solid-yellow" ? yellow : white;
    const dashed = classId === "dashed-white";
    const period = dashed ? dashM[0] + dashM[1] : 3;
    for (let s = Math.floor(from / period) * period; s < to; s += period) {
      const end = s + (dashed ? dashM[0] : period);
      for (const [low, high] of [
        [s, Math.min(end, street.crossingS - stop1)],
        [Math.max(s, street.crossingS + stop1), end],
      ])
        if (high > low) strip(street, low, high, d - half, d + half, color);
    }
  }
  const [near, far] = street.crosswalk;
  const lanes = street.stripes[0].d;
  for (const side of [1, -1]) {
    const s = (distance: number) => street.crossingS + side * distance;
    strip(street, s(stop0), s(stop1), side * 0.1, side * lanes, white);
    // The lidar's rule: painted where |d| mod 1 is below a half.
    for (let d = 0; d < street.halfWidthM - 0.6; d++)
      for (const across of [1, -1])
        strip(street, s(near), s(far), across * d, across * Math.min(d + 0.5, street.halfWidthM - 0.6), white);
  }
}

/** Kerb stone and sidewalk along a kerb line, on the side where the ground is high. */
function kerb(
  ground: Ground,
  points: readonly Vec3[],
  add: (corners: readonly Vec3[], color: Color, oneSided?: number) => void,
  random: Random,
): void {
  const fine: Vec3[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b] = [points[i], points[i + 1]];
    const parts = Math.max(1, Math.round(Math.hypot(b[0] - a[0], b[1] - a[1]) / 2));
    for (let k = 0; k < parts; k++)
      fine.push([a[0] + ((b[0] - a[0]) * k) / parts, a[1] + ((b[1] - a[1]) * k) / parts, 0]);
  }
  fine.push(points[points.length - 1]);
  const normals = fine.map((_, i): readonly [number, number] => {
    const [a, b] = [fine[Math.max(0, i - 1)], fine[Math.min(fine.length - 1, i + 1)]];
    const size = Math.hypot(b[0] - a[0], b[1] - a[1]);
    return [-(b[1] - a[1]) / size, (b[0] - a[0]) / size];
  });
  const probe = Math.floor(fine.length / 4);
  const side = ground.edge(fine[probe][0] + normals[probe][0], fine[probe][1] + normals[probe][1]) > 0 ? 1 : -1;
  const at = (i: number, out: number, lift: number): Vec3 => {
    const x = fine[i][0] + normals[i][0] * side * out;
    const y = fine[i][1] + normals[i][1] * side * out;
    return [x, y, ground.grade(x, y) + lift];
  };
  for (let i = 0; i + 1 < fine.length; i++) {
    const tone = random.between(0.96, 1.04);
    const face = [at(i, 0, 0), at(i + 1, 0, 0), at(i + 1, 0.05, kerbHeightM), at(i, 0.05, kerbHeightM)];
    add(side > 0 ? face : face.toReversed(), shade([150, 148, 144], tone), 1);
    const band = (from: number, to: number, color: Color) =>
      add(
        [at(i, from, kerbHeightM), at(i + 1, from, kerbHeightM), at(i + 1, to, kerbHeightM), at(i, to, kerbHeightM)],
        color,
      );
    band(0.05, 0.22, shade([186, 184, 178], tone));
    const middle = 0.22 + (sidewalkWidthM - 0.22) / 2;
    const slab: Color = [160, 155, 148];
    band(0.22, middle, shade(slab, i % 2 === 0 ? tone : tone * 0.965));
    band(middle, sidewalkWidthM, shade(slab, i % 2 === 0 ? tone * 0.96 : tone));
  }
}
