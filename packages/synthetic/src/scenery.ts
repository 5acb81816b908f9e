import type { Pose, Vec3 } from "@sweepmark/geometry";
import type { Ground } from "./ground.ts";
import { building, plaster } from "./buildings.ts";
import { poseOnPath } from "./path.ts";
import type { Random } from "./random.ts";
import {
  block,
  ellipsoid,
  faceOf,
  glow,
  patch,
  prism,
  type Color,
  type Paint,
  type Shape,
  type Solid,
} from "./solids.ts";
import { sidewalkWidthM, type Street } from "./streets.ts";

/** Something that stands still and is not labelled. */
export interface Prop {
  readonly worldFromBox: Pose<"world", "box">;
  readonly shape: Shape;
  /** Drawn instead beyond 45 m; the same solids with fewer facets. */
  readonly farShape?: Shape;
  /** Half of the footprint's diagonal, for culling. */
  readonly radiusM: number;
  readonly kind: "building" | "wall" | "tree" | "pole" | "signal" | "backdrop";
}

const metal: Paint = { color: [92, 96, 100], reflectivity: 55 };
const bark: Paint = { color: [92, 74, 58], reflectivity: 40 };
const leaves: readonly Color[] = [
  [86, 122, 58],
  [98, 132, 62],
  [74, 110, 56],
  [116, 136, 66],
];

/** The same tree with its crown in two finenesses. */
function tree(random: Random): { readonly shape: Shape; readonly farShape: Shape } {
  const height = random.between(5.5, 8.5);
  const trunk = prism("z", [0, 0, height * 0.22], random.between(0.12, 0.18), height * 0.46, 7, bark);
  const crown = height * 0.62;
  const clumps = Array.from({ length: 9 }, (_, i) => {
    const angle = i * 2.4 + random.next() * 0.6;
    const reach = i === 0 ? 0 : random.between(0.75, 1.25);
    const size = i === 0 ? random.between(1.25, 1.45) : random.between(0.62, 0.95);
    const center: Vec3 = [
      reach * Math.cos(angle),
      reach * Math.sin(angle),
      crown + (i === 0 ? 0.45 : random.between(-0.75, 1.35)),
    ];
    const radii: Vec3 = [size, size, size * random.between(0.8, 1.1)];
    const paint: Paint = { color: random.pick(leaves), reflectivity: random.between(60, 90), kind: "foliage" };
    return (rings: number) => ellipsoid(center, radii, paint, rings);
  });
  const shape = (rings: number): Shape => ({ solids: [trunk, ...clumps.map((clump) => clump(rings))], decals: [] });
  return { shape: shape(6), farShape: shape(3) };
}

/** A street lamp whose arm reaches over the road (towards −y). */
const lamp = (): Shape => ({
  solids: [
    prism("z", [0, 0, 3.4], 0.08, 6.9, 6, metal),
    block([-0.05, 0.05], [-1.9, 0], [6.75, 6.85], metal),
    block([-0.14, 0.14], [-2.3, -1.6], [6.66, 6.78], { color: [208, 208, 200], reflectivity: 60 }),
  ],
  decals: [],
});

const sign = (random: Random): Shape => {
  const color = random.pick<Color>([
    [40, 84, 160],
    [200, 40, 36],
    [240, 240, 240],
  ]);
  const board = block([-0.02, 0.02], [-0.3, 0.3], [2.1, 2.7], { color, reflectivity: 245 });
  return {
    solids: [prism("z", [0, 0, 1.2], 0.035, 2.5, 6, metal), board],
    decals: [
      patch(faceOf(board, "rear"), [0.2, 0.8], [0.4, 0.6], [245, 245, 245]),
      patch(faceOf(board, "front"), [0.06, 0.94], [0.06, 0.94], [120, 122, 124]),
    ],
  };
};

/** Traffic light whose lamps look to −x. `green`: for the street that drives. */
function signal(state: "green" | "red"): Shape {
  const head = block([-0.15, 0.12], [-0.17, 0.17], [2.5, 3.45], { color: [24, 26, 28], reflectivity: 20 });
  const face = faceOf(head, "rear");
  const off: Color = [52, 52, 50];
  const lights: readonly (readonly [number, Color])[] = [
    [0.08, state === "green" ? [60, 230, 120] : off],
    [0.38, off],
    [0.68, state === "red" ? [250, 50, 40] : off],
  ];
  return {
    solids: [prism("z", [0.1, 0, 1.6], 0.06, 3.3, 6, metal), head],
    decals: lights.map(([v, color]) =>
      color === off
        ? patch(face, [0.2, 0.8], [v, v + 0.24], color)
        : glow(patch(face, [0.2, 0.8], [v, v + 0.24], color)),
    ),
  };
}

const wall = (lengthM: number, random: Random): Shape => {
  const hedge = random.next() < 0.4;
  const paint: Paint = hedge
    ? { color: [78, 104, 54], reflectivity: 75 }
    : { color: [170, 158, 142], reflectivity: 80 };
  const height = hedge ? 1.25 : random.between(1.5, 2.1);
  const solids: Solid[] = [block([-lengthM / 2, lengthM / 2], [-0.2, 0.2], [-0.5, height], paint)];
  if (!hedge)
    solids.push(
      block([-lengthM / 2, lengthM / 2], [-0.27, 0.27], [height, height + 0.1], {
        color: [120, 116, 110],
        reflectivity: 70,
      }),
    );
  return { solids, decals: [] };
};

/** Everything that lines the two streets, and hazy blocks far away. `crossTo`: station of the cross street up to which the drive can see. */
export function createScenery(ground: Ground, crossTo: number, random: Random): readonly Prop[] {
  const props: Prop[] = [];
  const { main, cross } = ground.streets;
  const line = (street: Street, side: 1 | -1, from: number, to: number) => {
    const outward = (edgeM: number) => side * (street.halfWidthM + edgeM);
    const place = (s: number, edgeM: number) => {
      const axis = poseOnPath(street.path, s);
      const d = outward(edgeM);
      // Local −y looks at the street on either side.
      const yawRad = side > 0 ? axis.yawRad : axis.yawRad + Math.PI;
      return { x: axis.x - d * Math.sin(axis.yawRad), y: axis.y + d * Math.cos(axis.yawRad), yawRad };
    };
    const add = (
      kind: Prop["kind"],
      s: number,
      edgeM: number,
      shape: Shape | ReturnType<typeof tree>,
      halfX: number,
      halfY: number,
      clearM: number,
    ) => {
      const plan = place(s, edgeM);
      const c = Math.cos(plan.yawRad);
      const n = Math.sin(plan.yawRad);
      for (const [u, v] of [
        [-1, -1],
        [0, -1],
        [1, -1],
        [-1, 0],
        [1, 0],
        [-1, 1],
        [0, 1],
        [1, 1],
      ])
        if (ground.edge(plan.x + c * u * halfX - n * v * halfY, plan.y + n * u * halfX + c * v * halfY) < clearM)
          return;
      const worldFromBox: Pose<"world", "box"> = {
        translation: [plan.x, plan.y, ground.height(plan.x, plan.y)],
        rotation: [0, 0, Math.sin(plan.yawRad / 2), Math.cos(plan.yawRad / 2)],
      };
      props.push({ worldFromBox, ...("solids" in shape ? { shape } : shape), radiusM: Math.hypot(halfX, halfY), kind });
    };
    for (let s = from; s < to;) {
      const widthM = random.between(11, 21);
      if (random.next() < 0.8) {
        const depthM = random.between(9, 13);
        const setback = random.pick([0.15, 0.15, 1.5, 3.5]);
        add(
          "building",
          s + widthM / 2,
          sidewalkWidthM + setback + depthM / 2,
          building(widthM, depthM, random.between(7, 17), random),
          widthM / 2,
          depthM / 2,
          sidewalkWidthM,
        );
      } else {
        add("wall", s + widthM / 2, sidewalkWidthM + 0.5, wall(widthM, random), widthM / 2, 0.2, sidewalkWidthM);
        add("tree", s + widthM / 2, sidewalkWidthM + 4.5, tree(random), 0.2, 0.2, sidewalkWidthM);
      }
      s += widthM + random.pick([0, 0, 0, 1.5, 4]);
    }
    for (let s = from; s < to; s += random.between(11, 17)) add("tree", s, 0.75, tree(random), 0.2, 0.2, 0.4);
    for (let s = from + 7; s < to; s += 28) add("pole", s, 0.5, lamp(), 0.1, 0.1, 0.3);
    for (let s = from + 13; s < to; s += random.between(30, 55)) add("pole", s, 0.45, sign(random), 0.1, 0.3, 0.1);
  };
  for (const side of [1, -1] as const) {
    line(main, side, 0, main.crossingS - 9);
    line(main, side, main.crossingS + 9, 360);
    line(cross, side, 160, cross.crossingS - 11);
    line(cross, side, cross.crossingS + 11, crossTo + 60);
  }
  props.push(...signals(ground, main, "green"), ...signals(ground, cross, "red"), ...backdrop(ground, random));
  return props;
}

/** One light for each direction, on the right, beside the stop line. */
function signals(ground: Ground, street: Street, state: "green" | "red"): Prop[] {
  return [-1, 1].map((direction) => {
    const axis = poseOnPath(street.path, street.crossingS + direction * street.stopLine[0]);
    const d = direction * (street.halfWidthM + 0.6);
    const x = axis.x - d * Math.sin(axis.yawRad);
    const y = axis.y + d * Math.cos(axis.yawRad);
    const yaw = direction < 0 ? axis.yawRad : axis.yawRad + Math.PI;
    return {
      worldFromBox: {
        translation: [x, y, ground.height(x, y)],
        rotation: [0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2)],
      },
      shape: signal(state),
      radiusM: 0.3,
      kind: "signal",
    } satisfies Prop;
  });
}

/** Blocks 170–300 m from the crossing: a skyline in the haze. Beyond the lidar's reach. */
function backdrop(ground: Ground, random: Random): Prop[] {
  const { path, crossingS } = ground.streets.main;
  const middle = poseOnPath(path, crossingS);
  return Array.from({ length: 90 }, (_, i): Prop | undefined => {
    const angle = (i / 90) * 2 * Math.PI;
    const reach = random.between(175, 290);
    const x = middle.x + reach * Math.cos(angle);
    const y = middle.y + reach * Math.sin(angle);
    const half = random.between(8, 16);
    const paint: Paint = { color: random.pick(plaster), reflectivity: 60 };
    const shape: Shape = {
      solids: [block([-half, half], [-half, half], [-6, random.between(9, 30)], paint)],
      decals: [],
    };
    if (ground.edge(x, y) < half * 1.5 + 2) return undefined;
    return {
      worldFromBox: {
        translation: [x, y, ground.grade(x, y)],
        rotation: [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)],
      },
      shape,
      radiusM: half * 1.42,
      kind: "backdrop",
    };
  }).filter((prop) => prop !== undefined);
}
