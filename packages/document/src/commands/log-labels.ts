import type { Cuboid, Size, TimestampNs } from "@sweepmark/geometry";
import { classNamed, type Keyframe, type RecordId, type Track } from "@sweepmark/schema";
import type { Change, Command, DocumentReader, Label } from "../types.ts";
import { naming, newKeyframe } from "./common.ts";

/** A cuboid that a log carries, in world. */
export interface CarriedCuboid {
  /** Unlike every other of its topic at its time. */
  readonly id: string;
  /** The same object at other times has the same; undefined: the log does not say which object it is. */
  readonly trackKey?: string;
  readonly className: string;
  readonly score?: number;
  readonly cuboid: Cuboid<"world">;
}

/** What a log's topics say at one frame's time; a topic that says nothing then has no layer. */
export interface CarriedLabels {
  readonly at: TimestampNs;
  readonly layers: readonly { readonly topic: string; readonly cuboids: readonly CarriedCuboid[] }[];
}

export interface CopyLogLabelsArgs {
  readonly frames: readonly CarriedLabels[];
  /** Stamp of the frame that follows the last of `frames`: what is copied is absent from then on. undefined: none. */
  readonly end?: TimestampNs;
}

/** What copying does, and what it leaves out. */
export interface LogLabelsCopy {
  readonly label: Label;
  readonly changes: readonly Change[];
  /** Labels left out by the name that no class has, the most first. */
  readonly unknown: readonly { readonly className: string; readonly count: number }[];
  /** Objects that were copied before, and stay as they are. */
  readonly knownCount: number;
  /** Labels of which the log does not say which object they are: each is a track of one frame. */
  readonly unlinkedCount: number;
}

/** Sizes of one object that differ by no more are one size, metres. */
const sameSizeM = 0.01;
/** A topic that is silent for no longer, between two times that it speaks of an object, is interpolated over. */
const longestSilenceNs = 1_000_000_000n;

/** One object of one topic, through the frames. */
interface Carried {
  readonly id: RecordId;
  readonly topic: string;
  readonly linked: boolean;
  /** By frame, in time order. */
  readonly seen: Map<number, CarriedCuboid>;
}

/**
 * A log's own cuboids as tracks: a keyframe (source `import`) at each frame that has the object, and one without a cuboid
 * where it is gone. Tracks already copied, known by topic and object, are left as they are (README rule 26).
 */
export function planLogLabels(document: DocumentReader, { frames: given, end }: CopyLogLabelsArgs): LogLabelsCopy {
  const frames = inTime(given);
  const changes: Change[] = [];
  const unknown = new Map<string, number>();
  const name = naming(document);
  let [trackCount, knownCount, unlinkedCount] = [0, 0, 0];
  for (const carried of gather(frames)) {
    const labels = [...carried.seen.values()];
    const classId = usualClass(document, labels);
    if (classId === undefined) {
      for (const { className } of labels) unknown.set(className, (unknown.get(className) ?? 0) + 1);
    } else if (document.get(carried.id)) {
      knownCount++;
    } else {
      trackCount++;
      if (!carried.linked) unlinkedCount++;
      const size = oneSize(labels.map(({ cuboid }) => cuboid.size));
      const rigid = size !== undefined;
      const track: Track = {
        id: carried.id,
        kind: "track",
        name: name(classId),
        classId,
        rigid,
        static: false,
        attributes: {},
      };
      changes.push({ id: track.id, after: track });
      for (const keyframe of keyframesOf(carried, frames, end, size))
        changes.push({ id: keyframe.id, after: keyframe });
    }
  }
  return {
    label: { message: "edit.importLogLabels", params: { count: trackCount } },
    changes,
    unknown: [...unknown]
      .map(([className, count]) => ({ className, count }))
      .toSorted((a, b) => b.count - a.count || (a.className < b.className ? -1 : 1)),
    knownCount,
    unlinkedCount,
  };
}

/** {@link planLogLabels} as a command. */
export const copyLogLabels: Command<CopyLogLabelsArgs> = {
  id: "labels.copy",
  label: (document, args) => planLogLabels(document, args).label,
  plan: (document, args) => planLogLabels(document, args).changes,
};

/** In time order, one a time. */
const inTime = (frames: readonly CarriedLabels[]): readonly CarriedLabels[] =>
  frames
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .filter(({ at }, index, sorted) => at !== sorted[index - 1]?.at);

function gather(frames: readonly CarriedLabels[]): Iterable<Carried> {
  const objects = new Map<RecordId, Carried>();
  for (const [index, { at, layers }] of frames.entries()) {
    for (const { topic, cuboids } of layers) {
      for (const label of cuboids) {
        const linked = label.trackKey !== undefined;
        const id = copiedTrackId(topic, linked ? `object ${label.trackKey}` : `at ${at} ${label.id}`);
        let carried = objects.get(id);
        if (!carried) objects.set(id, (carried = { id, topic, linked, seen: new Map() }));
        carried.seen.set(index, label);
      }
    }
  }
  return objects.values();
}

/** The class of most of an object's labels; the first of equals. */
function usualClass({ ontology }: DocumentReader, labels: readonly CarriedCuboid[]): string | undefined {
  const counts = new Map<string, number>();
  const names = new Map<string, number>();
  for (const { className } of labels) names.set(className, (names.get(className) ?? 0) + 1);
  for (const [className, count] of names) {
    const id = classNamed(ontology, className)?.id;
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

/** The median of each side, where all sizes are one; else undefined. */
function oneSize(sizes: readonly Size[]): Size | undefined {
  const sides = ([0, 1, 2] as const).map((axis) => sizes.map((size) => size[axis]).toSorted((a, b) => a - b));
  if (sides.some((side) => side[side.length - 1] - side[0] > sameSizeM)) return undefined;
  const [length, width, height] = sides.map((side) => side[side.length >> 1]);
  return [length, width, height];
}

function* keyframesOf(
  { id, topic, seen }: Carried,
  frames: readonly CarriedLabels[],
  end: TimestampNs | undefined,
  size: Size | undefined,
): Iterable<Keyframe> {
  const indices = [...seen.keys()];
  for (const [i, index] of indices.entries()) {
    const { cuboid, score } = seen.get(index)!;
    const { at } = frames[index];
    const placed = newKeyframe(id, at, size ? { ...cuboid, size } : cuboid, { source: "import" });
    yield score !== undefined && score >= 0 && score <= 1 ? { ...placed, confidence: score } : placed;
    const after = frames[index + 1]?.at ?? end;
    if (after === undefined || after <= at) continue;
    const next: number | undefined = indices[i + 1];
    if (next === undefined || (next > index + 1 && isGone(topic, frames, index, next)))
      yield newKeyframe(id, after, null, { source: "import" });
  }
}

/** Whether the topic speaks between the two frames, and does not have the object then; or is silent for long. */
const isGone = (topic: string, frames: readonly CarriedLabels[], from: number, to: number): boolean =>
  frames[to].at - frames[from].at > longestSilenceNs ||
  frames.slice(from + 1, to).some(({ layers }) => layers.some((layer) => layer.topic === topic));

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Always the same id for the same object of a topic, in the form of every track's: FNV-1a of 128 bits. */
export function copiedTrackId(topic: string, object: string): RecordId {
  let hash = 0x6c62272e07bb014262b821756295c58dn;
  for (const byte of new TextEncoder().encode(`${topic}\n${object}`))
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * 0x0000000001000000000000000000013bn);
  let digits = "";
  for (let i = 0; i < 26; i++, hash >>= 5n) digits = crockford[Number(hash & 31n)] + digits;
  return `track:${digits}`;
}
