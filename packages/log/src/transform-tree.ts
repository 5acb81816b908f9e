import { angleBetween, compose, identityPose, interpolatePose, invert, normalizeQuaternion } from "@sweepmark/geometry";
import { millisecondsBetween, type Pose, type Space, type TimestampNs } from "@sweepmark/geometry";
import type { TransformStep } from "./decoders/decoder.ts";
import { list, quote, type ProblemList } from "./problem.ts";
import type { Problem, TransformEdge } from "./types.ts";

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

/** A quaternion written with few decimals is a little longer or shorter than 1; beyond this it is something else. */
const farthestFromUnit = 0.01;

/**
 * Named spaces as a forest; each moving edge has its samples over time. A space of which several parents are said keeps
 * all; the first counts, or the one that leads to the preferred space.
 */
export class TransformTree {
  /** By child, in the order in which the parents were first said. */
  readonly #edges = new Map<string, Edge[]>();
  readonly #problems: ProblemList;
  #preferred: string | undefined;

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  /** `constant`: the topic is one that is said once for all times. Damaged steps are named in the problems. */
  add(step: TransformStep, at: TimestampNs, mode: "constant" | "moving", topic: string): void {
    const { parent, child } = step;
    const rotation = normalizeQuaternion(step.rotation);
    const name = `${quote(parent)} → ${quote(child)}`;
    const norm = Math.hypot(...step.rotation);
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
    if (Math.abs(norm - 1) > farthestFromUnit) {
      const message = `The rotation of the transform ${name} is a quaternion of length ${norm.toFixed(3)}; expected 1. It is normalized.`;
      this.#problems.add(
        { severity: "warning", code: "quaternion-not-unit", message, params: { parent, child, norm }, topic, at },
        `quaternion-not-unit ${parent} ${child}`,
      );
    }
    const known = this.#edges.get(child) ?? [];
    let edge = known.find((other) => other.parent === parent);
    if (!edge) {
      if (known.length > 0) this.#twoParents(child, known[0].parent, parent, { topic, at });
      edge = { parent, child, static: mode === "constant", times: [], poses: [] };
      this.#edges.set(child, [...known, edge]);
    }
    this.#insert(edge, at, { translation: step.translation, rotation }, topic);
  }

  #twoParents(child: string, first: string, second: string, place: Pick<Problem, "topic" | "at">): void {
    this.#problems.add(
      {
        severity: "warning",
        code: "two-parents",
        message: `The space ${quote(child)} has two parents, ${quote(first)} and ${quote(second)}; the first is used.`,
        hint: "Two nodes say where it is. Where the second is the one that counts, choose it as the fixed space.",
        params: { child, first, second },
        ...place,
      },
      `two-parents ${child} ${second}`,
    );
  }

  #insert(edge: Edge, at: TimestampNs, pose: AnyPose, topic: string): void {
    if (edge.static && edge.poses.length > 0) {
      if (!samePose(edge.poses[0], pose)) {
        const { parent, child } = edge;
        const apartM = Math.hypot(...pose.translation.map((v, i) => v - edge.poses[0].translation[i]));
        const apartDeg = (angleBetween(pose.rotation, edge.poses[0].rotation) * 180) / Math.PI;
        this.#problems.add(
          {
            severity: "warning",
            code: "static-changed",
            message:
              `The static transform ${quote(parent)} → ${quote(child)} is said twice, ${apartM.toFixed(3)} m and ` +
              `${apartDeg.toFixed(2)}° apart; the first is used.`,
            params: { parent, child, apartM, apartDeg },
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
    return [...this.#edges.values()]
      .flat()
      .map(({ parent, child, static: fixed }) => ({ parent, child, static: fixed }));
  }

  names(): readonly string[] {
    return [...new Set([...this.#edges.values()].flat().flatMap(({ parent, child }) => [parent, child]))];
  }

  /** Edges whose child has this parent. */
  below(parent: string): readonly Edge[] {
    return [...this.#edges.values()].flat().filter((edge) => edge.parent === parent);
  }

  /** Where a space has two parents, the one that leads up to `name` counts from now on. */
  prefer(name: string | undefined): void {
    this.#preferred = name;
  }

  /** Every space above `name`, by all parents that are said; nearest first. */
  ancestors(name: string): readonly string[] {
    const found = new Set<string>();
    for (let names = [name]; names.length > 0;) {
      const parents = names.flatMap((child) => (this.#edges.get(child) ?? []).map(({ parent }) => parent));
      names = [...new Set(parents)].filter((parent) => parent !== name && !found.has(parent));
      names.forEach((parent) => found.add(parent));
    }
    return [...found];
  }

  #above(child: string): Edge | undefined {
    const edges = this.#edges.get(child);
    const preferred = this.#preferred;
    if (!edges || edges.length === 1 || preferred === undefined) return edges?.[0];
    return edges.find(({ parent }) => parent === preferred || this.ancestors(parent).includes(preferred)) ?? edges[0];
  }

  /** Edges from `name` up to its root, nearest first. Stops where it would go round; that is a problem. */
  pathUp(name: string): readonly Edge[] {
    const path: Edge[] = [];
    const seen = new Set([name]);
    for (let edge = this.#above(name); edge; edge = this.#above(edge.parent)) {
      if (seen.has(edge.parent)) {
        const round = circle(name, path, edge.parent);
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

  /**
   * "There is no transform from 'lidar_top' to 'map' at 12.34 s: …", with the reason: a circle, two trees that are not
   * connected, or a name of which nothing is said. `when`: seconds since the first frame.
   */
  missing(to: string, from: string, when: number): string {
    return `There is no transform from ${quote(from)} to ${quote(to)} at ${when.toFixed(2)} s: ${this.#reason(to, from)}.`;
  }

  #reason(to: string, from: string): string {
    const names = this.names();
    const unknown = [from, to].filter((name) => !names.includes(name));
    if (unknown.length > 0) return `nothing is said of ${list(unknown)}; found: ${list(names)}`;
    const rounds = [from, to].flatMap((name) => {
      const path = this.pathUp(name);
      const next = this.#above(path.at(-1)?.parent ?? name);
      return next ? [circle(name, path, next.parent)] : [];
    });
    if (rounds.length > 0) return `the transforms go round in a circle (${rounds[0]})`;
    const [top, other] = [this.rootOf(from), this.rootOf(to)];
    return `${quote(from)} leads up to ${quote(top)} and ${quote(to)} to ${quote(other)}, and nothing connects these`;
  }
}

/** The circle that a path up from `name` runs into: 'a' → 'b' → 'a'; a long one without its middle. */
function circle(name: string, path: readonly Edge[], back: string): string {
  const all = [name, ...path.map(({ parent }) => parent)];
  const round = [...all.slice(all.indexOf(back)), back].map(quote);
  return (round.length > 12 ? [...round.slice(0, 11), "…", quote(back)] : round).join(" → ");
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
