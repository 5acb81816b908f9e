import { compose, identityPose, interpolatePose, invert, normalizeQuaternion } from "@sweepmark/geometry";
import { millisecondsBetween, type Pose, type Space, type TimestampNs } from "@sweepmark/geometry";
import type { TransformStep } from "./decoders/decoder.ts";
import { list, quote, type ProblemList } from "./problem.ts";
import type { TransformEdge } from "./types.ts";

/** Between two spaces whose roles are not known yet. */
export type AnyPose = Pose<Space, Space>;

/** A transform farther than this from its nearest sample is a problem, not a guess. */
export const farthestMs = 200;
/** Samples farther apart than this say little about what lies between, or about where things go on to. */
const widestGapMs = 1000;

export interface Edge {
  readonly parent: string;
  readonly child: string;
  /** One pose for all times. */
  readonly static: boolean;
  /** In order of time, no two at one time. */
  readonly times: TimestampNs[];
  readonly poses: AnyPose[];
}

/** How well a pose is known at a time. `gapMs`: to the nearest sample, where there is none on one side. */
export interface Lookup {
  readonly pose: AnyPose;
  readonly gapMs: number;
  /** The edge that has the gap. */
  readonly edge: Edge | undefined;
}

/** Named spaces as a forest; each moving edge has its samples over time. */
export class TransformTree {
  readonly #edges = new Map<string, Edge>();
  readonly #problems: ProblemList;

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  /** `constant`: the topic is one that is said once for all times. Damaged steps are named in the problems. */
  add(step: TransformStep, at: TimestampNs, mode: "constant" | "moving", topic: string): void {
    const { parent, child } = step;
    const rotation = normalizeQuaternion(step.rotation);
    const name = `${quote(parent)} → ${quote(child)}`;
    if (!rotation || !step.translation.every(Number.isFinite) || parent === child || child === "") {
      this.#problems.add(
        {
          severity: "warning",
          code: "bad-transform",
          message:
            `The transform ${name} has translation [${step.translation.join(", ")}] and rotation ` +
            `[${step.rotation.join(", ")}]; expected two names, finite numbers and a unit quaternion. It is left out.`,
          params: { parent, child },
          topic,
          at,
        },
        `bad-transform ${parent} ${child}`,
      );
      return;
    }
    let edge = this.#edges.get(child);
    if (edge && edge.parent !== parent) {
      this.#problems.add(
        {
          severity: "warning",
          code: "two-parents",
          message: `The space ${quote(child)} has two parents, ${quote(edge.parent)} and ${quote(parent)}; the first is used.`,
          hint: "Two nodes publish the same transform: keep one of them.",
          params: { child, first: edge.parent, second: parent },
          topic,
        },
        `two-parents ${child} ${parent}`,
      );
      return;
    }
    if (!edge) this.#edges.set(child, (edge = { parent, child, static: mode === "constant", times: [], poses: [] }));
    this.#insert(edge, at, { translation: step.translation, rotation }, topic);
  }

  #insert(edge: Edge, at: TimestampNs, pose: AnyPose, topic: string): void {
    if (edge.static && edge.poses.length > 0) {
      if (!samePose(edge.poses[0], pose)) {
        const { parent, child } = edge;
        this.#problems.add(
          {
            severity: "warning",
            code: "static-changed",
            message: `The static transform ${quote(parent)} → ${quote(child)} is said twice, differently; the first is used.`,
            params: { parent, child },
            topic,
            at,
          },
          `static-changed ${child}`,
        );
      }
      return;
    }
    const where = firstAtOrAfter(edge.times, at);
    if (edge.times[where] === at) return;
    edge.times.splice(where, 0, at);
    edge.poses.splice(where, 0, pose);
  }

  edges(): readonly TransformEdge[] {
    return [...this.#edges.values()].map(({ parent, child, static: fixed }) => ({ parent, child, static: fixed }));
  }

  names(): readonly string[] {
    return [...new Set([...this.#edges.values()].flatMap(({ parent, child }) => [parent, child]))];
  }

  /** Edges from `name` up to its root, nearest first. Stops where it would go round; that is a problem. */
  pathUp(name: string): readonly Edge[] {
    const path: Edge[] = [];
    const seen = new Set([name]);
    for (let edge = this.#edges.get(name); edge; edge = this.#edges.get(edge.parent)) {
      if (seen.has(edge.parent)) {
        const names = [name, ...path.map(({ parent }) => parent), edge.parent];
        const left = names.length > 12 ? [...names.slice(0, 11).map(quote), "…", quote(edge.parent)] : names.map(quote);
        const round = left.join(" → ");
        const message = `The transforms go round in a circle: ${round}.`;
        this.#problems.add(
          { severity: "error", code: "transform-loop", message, params: { loop: round } },
          `transform-loop ${[...seen].toSorted().join(" ")}`,
        );
        break;
      }
      path.push(edge);
      seen.add(edge.parent);
    }
    return path;
  }

  rootOf(name: string): string {
    return this.pathUp(name).at(-1)?.parent ?? name;
  }

  /** The pose that maps points in `from` to points in `to` at a time; undefined: nothing leads from one to the other. */
  lookup(to: string, from: string, at: TimestampNs): Lookup | undefined {
    if (to === from) return { pose: identityPose, gapMs: 0, edge: undefined };
    const up = this.pathUp(from);
    const down = this.pathUp(to);
    const above = new Set([to, ...down.map(({ parent }) => parent)]);
    const common = [from, ...up.map(({ parent }) => parent)].find((name) => above.has(name));
    if (common === undefined) return undefined;
    const below = (path: readonly Edge[], start: string): readonly Edge[] =>
      start === common ? [] : path.slice(0, path.findIndex(({ parent }) => parent === common) + 1);
    let worst: Lookup = { pose: identityPose, gapMs: 0, edge: undefined };
    const chain = (edges: readonly Edge[]): AnyPose =>
      edges.reduce<AnyPose>((commonSoFar, edge) => {
        const step = sample(edge, at);
        if (step.gapMs > worst.gapMs) worst = step;
        return compose(step.pose, commonSoFar);
      }, identityPose);
    const pose = compose(invert(chain(below(down, to))), chain(below(up, from)));
    return { ...worst, pose };
  }

  /** "no transform from 'lidar_top' to 'base_link'; found: …" */
  missing(to: string, from: string): string {
    return `There is no transform from ${quote(from)} to ${quote(to)}; found: ${list(this.names())}.`;
  }
}

/** Whether the samples so far differ by more than what a parked vehicle's pose shows. */
export function moves({ static: fixed, poses }: Edge): boolean {
  return !fixed && poses.some((pose) => !samePose(pose, poses[0]));
}

function samePose(a: AnyPose, b: AnyPose): boolean {
  const far = a.translation.some((v, i) => Math.abs(v - b.translation[i]) > 1e-6);
  const turned = Math.abs(a.rotation.reduce((sum, v, i) => sum + v * b.rotation[i], 0)) < 1 - 1e-10;
  return !far && !turned;
}

/**
 * Pose of an edge at a time: linear and slerp between the samples around it. Past the first or last sample it goes on as
 * the last two did, for {@link farthestMs}; beyond, it stands still and the gap says how far away that is.
 */
function sample(edge: Edge, at: TimestampNs): Lookup {
  const { times, poses } = edge;
  if (edge.static || times.length === 0) return { pose: poses[0] ?? identityPose, gapMs: 0, edge };
  const after = firstAtOrAfter(times, at);
  if (times[after] === at) return { pose: poses[after], gapMs: 0, edge };
  const inside = after > 0 && after < times.length;
  const nearest = after === 0 ? 0 : times.length - 1;
  const gapMs = inside ? 0 : Math.abs(millisecondsBetween(times[nearest], at));
  const from = inside ? after - 1 : after === 0 ? 0 : times.length - 2;
  const spanMs = from >= 0 && from + 1 < times.length ? millisecondsBetween(times[from], times[from + 1]) : Infinity;
  if (inside && spanMs > 2 * widestGapMs) {
    const near = millisecondsBetween(times[from], at) < spanMs / 2 ? from : from + 1;
    // Named as a gap, but still the best that is known.
    const t = millisecondsBetween(times[from], at) / spanMs;
    const pose = interpolatePose(poses[from], poses[from + 1], t);
    return { pose, gapMs: Math.abs(millisecondsBetween(times[near], at)), edge };
  }
  if (!inside && (spanMs > widestGapMs || gapMs > farthestMs)) return { pose: poses[nearest], gapMs, edge };
  const t = millisecondsBetween(times[from], at) / spanMs;
  return { pose: interpolatePose(poses[from], poses[from + 1], t), gapMs, edge };
}

/** Position of the first time ≥ `at`; the length for none. */
export function firstAtOrAfter(times: readonly TimestampNs[], at: TimestampNs): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
