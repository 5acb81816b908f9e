import { cuboidYaw, fromYaw, secondsBetween, vec, wrapAngle, type Point, type Size } from "@sweepmark/geometry";
import { sizeSpread } from "./click.ts";
import { costsOver, lookAt, medianOf, rectangleIn, type Look, type RoughPose } from "./estimate-looks.ts";
import { heightIn } from "./evidence.ts";
import { groundUnder } from "./ground.ts";
import type { ReadFrame } from "./propagate.ts";

export interface ShapeRequest {
  /** By time, at least one. Their yaws may all be wrong, but by the same: as those of `propagate` are. */
  readonly poses: readonly RoughPose[];
  /** What is usual for its class in this scene. */
  readonly usualSize: Size;
  /** `none`: the log does not say how ego moves, so that a path in world is none over the road. Default `world`. */
  readonly motion?: "world" | "none";
  /** `still`: all poses are one and the same, and stay that. Default `each`. */
  readonly place?: "each" | "still";
}

export interface ShapeOptions {
  /** Fired: rejects with the signal's reason before the next frame. */
  readonly signal?: AbortSignal;
  /** After each frame; awaited, so that the caller may let others have their turn. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
}

export interface ShapeEstimate {
  readonly size: Size;
  /** What was added to the yaw of every pose. */
  readonly turnRad: number;
  /** What told the heading; `given`: neither, it is as it was. */
  readonly headingFrom: "motion" | "views" | "given";
  /** Every pose that was given, with this size and heading, placed anew. */
  readonly poses: readonly RoughPose[];
  /** Frames whose points had a say. */
  readonly frameCount: number;
}

const degreeRad = Math.PI / 180;
/** The looks with the most points decide size and heading. */
const mostLooks = 16;
/** Things shorter than this (people, cycles) have no straight sides: views do not turn them. */
const straightM = 2.5;

/**
 * The one size and the heading of an object over all frames in which it roughly is known: of all lengths, widths and turns
 * the ones that cost least in all frames together, by the terms of the one click, each frame laying the rectangle over its
 * own points. Where it moves, its path says the heading, and its sense. Then it is placed anew in every frame.
 * Undefined: no frame has points of it. Rejects when cancelled, or as `onProgress` does.
 */
export async function estimateShape(
  { poses, usualSize, motion = "world", place = "each" }: ShapeRequest,
  read: ReadFrame,
  { signal, onProgress }: ShapeOptions = {},
): Promise<ShapeEstimate | undefined> {
  const looks: Look[] = [];
  for (const [i, pose] of poses.entries()) {
    signal?.throwIfAborted();
    const frame = await read(pose.index);
    const look = frame && lookAt(frame, pose, usualSize);
    if (look) looks.push(look);
    await onProgress?.(i + 1, poses.length);
  }
  signal?.throwIfAborted();
  if (looks.length === 0) return undefined;
  const told = looks.toSorted((a, b) => b.weight - a.weight).slice(0, mostLooks);
  const ofMotion = motion === "world" && place === "each" ? turnOfMotion(poses) : undefined;
  const straight = Math.max(usualSize[0], usualSize[1]) >= straightM;
  const turnRad = ofMotion ?? (straight ? turnOfViews(told, usualSize) : 0);
  const best = bestSize(told, usualSize, nearTurns(turnRad, ofMotion === undefined, straight));
  const size: Size = [best.lengthM, best.widthM, heightOver(told, best, usualSize[2])];
  return {
    size,
    turnRad: best.turnRad,
    headingFrom: ofMotion === undefined ? (straight ? "views" : "given") : "motion",
    poses: placedAnew(poses, looks, size, best.turnRad, place),
    frameCount: looks.length,
  };
}

/** A path says where it heads if it goes faster than this, and farther than errors of places make it. */
const leastMps = 2;
const leastWindowM = 0.5;
const leastPathM = 1;
const windowS = 0.5;
const leastMovingShare = 0.2;

/** What the yaw of a moving object is off the direction in which it goes. Undefined: it does not move enough to tell. */
function turnOfMotion(poses: readonly RoughPose[]): number | undefined {
  const offs: { readonly off: number; readonly weight: number }[] = [];
  for (const [i, { at, cuboid }] of poses.entries()) {
    let [a, b] = [i, i];
    while (a > 0 && secondsBetween(poses[a].at, at) < windowS) a--;
    while (b + 1 < poses.length && secondsBetween(at, poses[b].at) < windowS) b++;
    const seconds = secondsBetween(poses[a].at, poses[b].at);
    const [dx, dy] = vec.subtract(poses[b].cuboid.center, poses[a].cuboid.center);
    const pathM = Math.hypot(dx, dy);
    if (pathM < leastWindowM || pathM < leastMps * seconds) continue;
    offs.push({ off: Math.atan2(dy, dx) - cuboidYaw(cuboid), weight: pathM });
  }
  const wayM = vec.distance(poses[0].cuboid.center, poses[poses.length - 1].cuboid.center);
  if (offs.length < Math.max(2, leastMovingShare * poses.length) || wayM < leastPathM) return undefined;
  const mean = Math.atan2(
    offs.reduce((sum, { off, weight }) => sum + weight * Math.sin(off), 0),
    offs.reduce((sum, { off, weight }) => sum + weight * Math.cos(off), 0),
  );
  return wrapAngle(mean + medianOf(offs.map(({ off }) => wrapAngle(off - mean))));
}

/** A rough heading is believed by so much against one that is 10° or more off. */
const costOfTurning = 0.5;
const costPerStep = 0.5;

/** The turn of all, in steps of 5°, sizes around the usual one; the sense stays. */
function turnOfViews(looks: readonly Look[], [lengthM, widthM]: Size): number {
  const turns = Array.from({ length: 36 }, (_, k) => (5 * k - 90) * degreeRad);
  const steps = [-1, 0, 1];
  const costs = costsOver(looks, turns, scaled(lengthM, sizeSpread[0], steps), scaled(widthM, sizeSpread[1], steps));
  let best = { turn: 0, cost: Infinity };
  let at = 0;
  for (const turn of turns)
    for (const long of steps)
      for (const wide of steps) {
        const turning = costOfTurning * Math.min(1, Math.abs(turn) / (10 * degreeRad));
        const cost = costs[at++] + costPerStep * (long ** 2 + wide ** 2) + turning;
        if (cost < best.cost) best = { turn, cost };
      }
  return best.turn;
}

interface Turn {
  readonly turnRad: number;
  readonly cost: number;
}

/** Turns to try around the one that is known: a path knows it within some 1.5°, views within their step. */
function nearTurns(turnRad: number, fromViews: boolean, straight: boolean): readonly Turn[] {
  if (!straight) return [{ turnRad, cost: 0 }];
  const stepRad = (fromViews ? 1 : 0.5) * degreeRad;
  return [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((k) => ({
    turnRad: turnRad + k * stepRad,
    cost: fromViews ? 0 : 0.5 * ((k * stepRad) / (1.5 * degreeRad)) ** 2,
  }));
}

interface Rectangle {
  readonly lengthM: number;
  readonly widthM: number;
  readonly turnRad: number;
}

const scaled = (usualM: number, spread: number, steps: readonly number[]): readonly number[] =>
  steps.map((step) => usualM * Math.exp(step * spread));

function bestSize(looks: readonly Look[], [lengthM, widthM]: Size, turns: readonly Turn[]): Rectangle {
  const steps = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];
  const lengths = scaled(lengthM, sizeSpread[0], steps);
  const widths = scaled(widthM, sizeSpread[1], steps);
  const turnsRad = turns.map((each) => each.turnRad);
  const costs = costsOver(looks, turnsRad, lengths, widths);
  let best: Rectangle & { readonly cost: number } = { lengthM, widthM, turnRad: turnsRad[0], cost: Infinity };
  let at = 0;
  for (const { turnRad, cost: costOfTurn } of turns)
    for (const [i, length] of lengths.entries())
      for (const [j, width] of widths.entries()) {
        const cost = costs[at++] + costPerStep * (steps[i] ** 2 + steps[j] ** 2) + costOfTurn;
        if (cost < best.cost) best = { lengthM: length, widthM: width, turnRad, cost };
      }
  return best;
}

/** Frames that see the top see it higher than the others; the very highest may see what hangs over it. */
const topShare = 0.75;
/** How much a height that was measured counts against the usual one, and how much lower than usual it may be. */
const measuredWeight = 0.7;
const lowest = 0.85;

function heightOver(looks: readonly Look[], { lengthM, widthM, turnRad }: Rectangle, usualM: number): number {
  const heights = looks.flatMap((look) => {
    const rectangle = rectangleIn(look, turnRad, [lengthM, widthM], 0);
    return (rectangle && heightIn(look.evidence.points, rectangle, usualM)) ?? [];
  });
  if (heights.length === 0) return usualM;
  const measured = heights.toSorted((a, b) => a - b)[Math.floor(topShare * (heights.length - 1))];
  return Math.max(lowest * usualM, measuredWeight * measured + (1 - measuredWeight) * usualM);
}

/** A frame may turn the object by this, as the path or the rough poses are that unsure. */
const toleranceRad = 2 * degreeRad;

/** Where a look has the object, in the axes of its turned rough pose. */
interface Placed {
  readonly along: number;
  readonly across: number;
  readonly up: number;
  readonly yawRad: number;
}

/** Each pose with the size and heading: where its own frame has it, else as far off as in the others. */
function placedAnew(
  poses: readonly RoughPose[],
  looks: readonly Look[],
  size: Size,
  turnRad: number,
  place: "each" | "still",
): readonly RoughPose[] {
  const placed = new Map(
    looks.flatMap((look) => {
      const found = placedIn(look, size, turnRad);
      return found ? [[look.pose, found] as const] : [];
    }),
  );
  const all = [...placed.values()];
  const usual = (key: "along" | "across" | "up"): number => (all.length > 0 ? medianOf(all.map((p) => p[key])) : 0);
  const common = { along: usual("along"), across: usual("across"), up: usual("up") };
  return poses.map((pose) => {
    const turned = cuboidYaw(pose.cuboid) + turnRad;
    const own = place === "still" ? undefined : placed.get(pose);
    const { along, across, up, yawRad } = own ?? { ...common, yawRad: turned };
    const [x, y, z] = pose.cuboid.center;
    const center: Point<"world"> = [
      x + Math.cos(turned) * along - Math.sin(turned) * across,
      y + Math.sin(turned) * along + Math.cos(turned) * across,
      z + up,
    ];
    return { ...pose, cuboid: { center, size, rotation: fromYaw(wrapAngle(yawRad)) } };
  });
}

function placedIn(look: Look, size: Size, turnRad: number): Placed | undefined {
  const rectangle = rectangleIn(look, turnRad, size, toleranceRad);
  if (!rectangle) return undefined;
  const x = look.place[0] + rectangle.center[0];
  const y = look.place[1] + rectangle.center[1];
  const standing = { center: [x, y, 0] as const, size, rotation: fromYaw(rectangle.yawRad) };
  const z = groundUnder(look.ground, standing) + size[2] / 2;
  const [dx, dy, up] = vec.subtract([x, y, z], look.pose.cuboid.center);
  const c = Math.cos(look.yawRad + turnRad);
  const s = Math.sin(look.yawRad + turnRad);
  return { along: c * dx + s * dy, across: c * dy - s * dx, up, yawRad: rectangle.yawRad };
}
