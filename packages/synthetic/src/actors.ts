import type { Cuboid, Pose } from "@sweepmark/geometry";
import { transformPoint } from "@sweepmark/geometry";
import type { Ground } from "./ground.ts";
import { steady, stopAfter, travel, type SpeedProfile } from "./motion.ts";
import {
  joinPaths,
  offsetPath,
  poseOnPath,
  createPath,
  reversePath,
  sharpestBetween,
  slicePath,
  type Path,
} from "./path.ts";
import { bicycle, cone, pedestrian, rider, type Clothes } from "./people.ts";
import type { Random } from "./random.ts";
import type { Color, Shape } from "./solids.ts";
import type { Street } from "./streets.ts";
import { bus, car, clearanceM, truck, van, type Model } from "./vehicles.ts";

/**
 * What a track does over the drive. `straight`: along a line at an even speed, so that any keyframes interpolate;
 * `stepping`: so too, but on or off a kerb.
 */
export type Behaviour = "parked" | "straight" | "turning" | "speed-changing" | "standing" | "stepping";

/** One object of the world that gets a label. */
export interface Actor {
  readonly classId: string;
  readonly model: Model;
  /** Whether it never moves (and its track is static). */
  readonly parked: boolean;
  /** Origin on the ground under its middle, x ahead. */
  worldFromBox(seconds: number): Pose<"world", "box">;
  shape(seconds: number): Shape;
  speedMps(seconds: number): number;
  behaviour(seconds: number): Behaviour;
}

/** The true cuboid of an actor at a time. */
export function cuboidOf(actor: Actor, seconds: number): Cuboid<"world"> {
  const worldFromBox = actor.worldFromBox(seconds);
  const [, , height] = actor.model.size;
  return {
    center: transformPoint(worldFromBox, [0, 0, clearanceM + height / 2]),
    size: actor.model.size,
    rotation: worldFromBox.rotation,
  };
}

const bodies: readonly Color[] = [
  [232, 232, 228],
  [188, 192, 196],
  [96, 100, 106],
  [38, 40, 44],
  [150, 30, 32],
  [36, 66, 122],
  [70, 96, 84],
  [196, 176, 140],
  [28, 92, 140],
  [206, 120, 40],
];
const clothes = (random: Random): Clothes => ({
  coat: random.pick<Color>([
    [170, 44, 48],
    [44, 74, 130],
    [222, 186, 70],
    [60, 62, 66],
    [210, 208, 200],
    [74, 116, 86],
    [150, 90, 130],
  ]),
  trousers: random.pick<Color>([
    [48, 52, 70],
    [36, 36, 40],
    [120, 104, 84],
    [80, 84, 92],
  ]),
  hair: random.pick<Color>([
    [48, 36, 28],
    [26, 22, 20],
    [134, 98, 58],
    [150, 148, 146],
  ]),
});
const anyCar = (random: Random): Model =>
  car(random.pick(bodies), random.pick(["saloon", "hatchback", "estate"] as const));

/** Arc length on `offsetPath(path, d)` of the axis' station `s`. */
function arcOf(path: Path, d: number, s: number): number {
  let arc = 0;
  path.pieces.forEach(({ lengthM, curvature }, index) => {
    const inside =
      index === path.pieces.length - 1 ? s - path.starts[index] : Math.min(lengthM, s - path.starts[index]);
    if (inside > 0) arc += inside * (1 - curvature * d);
  });
  return arc;
}

/** A lane's middle in its driving direction from station `s` on: right of the axis ahead, left of it back. */
export function laneFrom(street: Street, d: number, s: number, direction: 1 | -1 = d > 0 ? -1 : 1): Path {
  const lane = offsetPath(street.path, d);
  const arc = arcOf(street.path, d, s);
  return direction > 0 ? slicePath(lane, arc, lane.lengthM) : reversePath(slicePath(lane, 0, arc));
}

/** Along one lane to the crossing, a right turn of `radiusM`, and on along a lane of the other street. */
export function rightTurn(
  from: { street: Street; d: number; s: number },
  to: { street: Street; d: number },
  radiusM: number,
): { readonly path: Path; readonly turnAtM: number } {
  const forward = from.d < 0;
  const approach = laneFrom(from.street, from.d, from.s);
  const reach =
    Math.abs(from.street.crossingS - from.s) === 0
      ? 0
      : arcOf(from.street.path, from.d, from.street.crossingS) - arcOf(from.street.path, from.d, from.s);
  const turnAtM = Math.abs(reach) - Math.abs(to.d) - radiusM;
  const before = slicePath(approach, 0, turnAtM);
  const arc = createPath(poseOnPath(before, turnAtM), [[(radiusM * Math.PI) / 2, -1 / radiusM]]);
  const out = (forward ? 1 : -1) * (from.street.name === "main" ? 1 : -1);
  const after = laneFrom(to.street, to.d, to.street.crossingS + out * (Math.abs(from.d) + radiusM));
  return { path: joinPaths(before, arc, after), turnAtM };
}

/** @param stepM length of a stride's half, for the walk; 0: no legs. */
function mover(ground: Ground, model: Model, path: Path, profile: SpeedProfile, stepM = 0): Actor {
  const gone = (seconds: number) => travel(profile, seconds).distanceM;
  return {
    classId: model.classId,
    model,
    parked: false,
    worldFromBox: (seconds) => ground.stand(poseOnPath(path, gone(seconds))),
    shape: (seconds) => model.shape(stepM > 0 ? (gone(seconds) / stepM) * Math.PI : 0),
    speedMps: (seconds) => travel(profile, seconds).speedMps,
    behaviour(seconds) {
      if (profile.speedMps === 0) return "standing";
      if (sharpestBetween(path, 0, gone(seconds)) > 0) return "turning";
      if (travel(profile, seconds).speedMps !== profile.speedMps) return "speed-changing";
      const onRoad = [0, gone(seconds)].map((s) => {
        const { x, y } = poseOnPath(path, s);
        return ground.edge(x, y) < 0;
      });
      return onRoad[0] === onRoad[1] ? "straight" : "stepping";
    },
  };
}

function parked(ground: Ground, model: Model, street: Street, s: number, d: number, yawRad: number): Actor {
  const axis = poseOnPath(street.path, s);
  const plan = {
    x: axis.x - d * Math.sin(axis.yawRad),
    y: axis.y + d * Math.cos(axis.yawRad),
    yawRad: axis.yawRad + yawRad,
  };
  const worldFromBox = ground.stand(plan);
  const shape = model.shape(0);
  return {
    classId: model.classId,
    model,
    parked: true,
    worldFromBox: () => worldFromBox,
    shape: () => shape,
    speedMps: () => 0,
    behaviour: () => "parked",
  };
}

/** Everyone in the scene but the ego vehicle. `egoS`: station of the main street where the ego starts. */
export function createActors(ground: Ground, egoS: number, random: Random): readonly Actor[] {
  const { main, cross } = ground.streets;
  const traffic = random.fork(1);
  const go = (
    model: Model,
    street: Street,
    d: number,
    s: number,
    profile: SpeedProfile,
    stepM = 0,
    direction?: 1 | -1,
  ) => mover(ground, model, laneFrom(street, d, s, direction), profile, stepM);
  const at = cross.crossingS;
  const turning = rightTurn({ street: main, d: 4.95, s: 226 }, { street: cross, d: 1.75 }, 8);
  const actors: Actor[] = [
    go(car([188, 36, 34], "saloon"), main, -1.65, egoS + 19, steady(9.5)),
    go(car([236, 236, 232], "estate"), main, -1.65, egoS - 14, {
      speedMps: 12,
      phases: [
        [6, 0],
        [2.5, -1],
      ],
    }),
    go(anyCar(traffic), main, 1.65, 226, steady(11)),
    go(anyCar(traffic), main, 1.65, 262, steady(10)),
    go(truck([44, 84, 150], [226, 226, 220]), main, 4.95, 197, steady(7.5)),
    mover(ground, anyCar(traffic), turning.path, {
      speedMps: 8,
      phases: [
        [(turning.turnAtM - 15) / 8, 0],
        [15 / 6.25, -3.5 / 2.4],
        [3.2, 0],
        [3, 1.5],
      ],
    }),
    go(anyCar(traffic), cross, 1.75, at + 44, stopAfter(8, 44 - 18.4, 2.2)),
    go(bus([214, 162, 44]), cross, 1.75, at + 66, stopAfter(8, 66 - 28.9, 1.8)),
    go(anyCar(traffic), cross, 1.75, at + 96, stopAfter(9, 96 - 39.5, 1.8)),
    go(anyCar(traffic), cross, -1.75, at - 38, stopAfter(7.5, 38 - 18.4, 2.4)),
    go(van([222, 224, 224]), cross, -1.75, at - 55, stopAfter(7.5, 55 - 25.6, 2.2)),
    go(rider([40, 40, 44], clothes(traffic)), main, -6.0, egoS + 38, steady(5.5), 2.4),
    go(rider([170, 40, 40], clothes(traffic)), main, 6.0, 154, steady(5.8), 2.4),
  ];
  // Traffic that a drive longer than the demo meets on the cross street.
  for (let s = at + 150; s < cross.path.lengthM; s += 75) actors.push(go(anyCar(traffic), cross, 1.75, s, steady(9)));

  const walk = random.fork(2);
  const person = () => pedestrian(walk.between(1.6, 1.88), clothes(walk));
  const stroll = (street: Street, d: number, s: number, direction: 1 | -1, speedMps: number) =>
    actors.push(go(person(), street, d, s, steady(speedMps), 0.72, direction));
  // The crosswalks over the cross street: its traffic waits at red.
  stroll(main, 12.3, main.crossingS - 8, 1, 1.35);
  stroll(main, -12.3, main.crossingS + 2.6, -1, 1.5);
  // Each sidewalk has a track for either direction and each direction one pace, so that nobody walks through anybody.
  for (const side of [1, -1] as const) {
    const paces = { 1: walk.between(1.15, 1.5), [-1]: walk.between(1.15, 1.5) };
    const along = (street: Street, from: number, to: number, gapM: number) => {
      for (let s = from; s < to; s += walk.between(gapM, gapM * 2.2)) {
        const direction = walk.next() < 0.5 ? 1 : -1;
        const edgeM = direction > 0 ? walk.between(1.3, 1.36) : walk.between(2.08, 2.14);
        stroll(street, side * (street.halfWidthM + edgeM), s, direction, paces[direction]);
      }
    };
    along(main, egoS - 25, egoS + 38, 9);
    along(main, main.crossingS + 22, main.crossingS + 70, 9);
    along(cross, at + 34, at + 420, 14);
  }
  // Two wait for green at the main street's crosswalk, facing it.
  for (const [along, facing] of [
    [8.3, -1],
    [9.4, -1],
  ] as const) {
    const axis = poseOnPath(main.path, main.crossingS - along);
    const d = main.halfWidthM + 0.9;
    const plan = {
      x: axis.x - d * Math.sin(axis.yawRad),
      y: axis.y + d * Math.cos(axis.yawRad),
      yawRad: axis.yawRad + (facing * Math.PI) / 2,
    };
    actors.push(mover(ground, person(), createPath(plan, [[10, 0]]), steady(0)));
  }
  actors.push(...parkedActors(ground, random.fork(3)));
  return actors;
}

function parkedActors(ground: Ground, random: Random): Actor[] {
  const { main, cross } = ground.streets;
  const actors: Actor[] = [];
  const works = cross.crossingS + 33;
  for (const [street, from, to, clear] of [
    [main, 30, 300, 24],
    [cross, 250, 780, 27],
  ] as const) {
    for (const side of [1, -1] as const) {
      for (let s = from; s < to; s += random.between(6, 8)) {
        const model = random.next() < 0.84 ? anyCar(random) : van(random.pick(bodies));
        const draws = [random.next(), random.between(-0.06, 0.06), random.between(-0.02, 0.02)];
        if (draws[0] < 0.26 || Math.abs(s - street.crossingS) < clear) continue;
        if (street === cross && side < 0 && Math.abs(s - works - 7) < 16) continue;
        actors.push(
          parked(ground, model, street, s, side * (street.parkingD + draws[1]), (side < 0 ? 0 : Math.PI) + draws[2]),
        );
      }
    }
  }
  // Road works: a truck behind a row of cones.
  for (let i = 0; i < 5; i++) actors.push(parked(ground, cone(), cross, works - 4 + i * 1.7, -5.4 + i * 0.34, 0.3 * i));
  actors.push(parked(ground, truck([214, 120, 30], [196, 188, 172]), cross, works + 11, -4.42, 0));
  for (const [s, yaw] of [
    [main.crossingS - 38, 0.05],
    [main.crossingS - 35.6, 3.1],
    [main.crossingS + 31, 0.02],
  ])
    actors.push(parked(ground, bicycle(random.pick(bodies)), main, s, -(main.halfWidthM + 2.85), yaw));
  return actors;
}
