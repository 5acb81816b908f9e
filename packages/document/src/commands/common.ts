import { rotate, vec, type Cuboid, type Size, type TimestampNs, type Vec3 } from "@sweepmark/geometry";
import {
  keyframeId,
  type Attributes,
  type Keyframe,
  type LaneBoundary,
  type RecordId,
  type Source,
  type Track,
} from "@sweepmark/schema";
import { deleted, replaced } from "../changes.ts";
import { lastAtOrBefore } from "../document.ts";
import { cumulative } from "../moment.ts";
import type { Change, DocumentReader, Label } from "../types.ts";

export type PlacedKeyframe = Keyframe & { readonly cuboid: Cuboid<"world"> };

export const isPlaced = (keyframe: Keyframe): keyframe is PlacedKeyframe => keyframe.cuboid !== null;

export function trackOf(document: DocumentReader, id: RecordId): Track | undefined {
  const record = document.get(id);
  return record?.kind === "track" ? record : undefined;
}

export function boundaryOf(document: DocumentReader, id: RecordId): LaneBoundary | undefined {
  const record = document.get(id);
  return record?.kind === "lane-boundary" ? record : undefined;
}

/** What to call a track or lane boundary in a label: its name, or its id where it has none or does not exist. */
export const nameOf = (document: DocumentReader, id: RecordId): string =>
  trackOf(document, id)?.name || boundaryOf(document, id)?.name || id;

export const named = (message: string, document: DocumentReader, id: RecordId, more: Label["params"] = {}): Label => ({
  message,
  params: { name: nameOf(document, id), ...more },
});

/** `car-3`: one more than the highest number in use with this prefix. */
export function nextName(prefix: string, taken: readonly { readonly name: string }[]): string {
  let highest = 0;
  for (const { name } of taken) highest = Math.max(highest, automaticNumber(prefix, name) ?? 0);
  return `${prefix}-${highest + 1}`;
}

/** 3 for ("car", "car-3"); undefined for a name that a person gave. */
export function automaticNumber(prefix: string, name: string): number | undefined {
  const rest = name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : "";
  return /^[1-9]\d{0,8}$/.test(rest) ? Number(rest) : undefined;
}

/** Gives names as `createTrack` does, without looking through all tracks for each. */
export function naming(document: DocumentReader): (classId: string) => string {
  const highest = new Map<string, number>();
  return (classId) => {
    let number = highest.get(classId);
    if (number === undefined) {
      number = 0;
      for (const { name } of document.tracks()) number = Math.max(number, automaticNumber(classId, name) ?? 0);
    }
    highest.set(classId, ++number);
    return `${classId}-${number}`;
  };
}

export const keyframeAt = (document: DocumentReader, trackId: RecordId, at: TimestampNs): Keyframe | undefined => {
  const record = document.get(keyframeId(trackId, at));
  return record?.kind === "keyframe" ? record : undefined;
};

/** A keyframe said by `source`; `confidence` belongs to machines and goes when a person says it anew. */
export function newKeyframe(
  trackId: RecordId,
  at: TimestampNs,
  cuboid: Cuboid<"world"> | null,
  { attributes = {}, source = "human" }: { readonly attributes?: Attributes; readonly source?: Source } = {},
): Keyframe {
  return { id: keyframeId(trackId, at), kind: "keyframe", trackId, at, cuboid, attributes, source };
}

/** Creates the keyframe at its time, or replaces the one that is there and keeps its attributes. */
export function putKeyframe(document: DocumentReader, keyframe: Keyframe): Change {
  const before = keyframeAt(document, keyframe.trackId, keyframe.at);
  if (before) return replaced(before, { ...keyframe, attributes: { ...before.attributes, ...keyframe.attributes } });
  const keyframes = document.keyframes(keyframe.trackId);
  // Made before the first: labeling backwards goes on with what was said there (rule 10).
  const first = keyframes.length > 0 && keyframe.at < keyframes[0].at ? keyframes[0].attributes : {};
  return { id: keyframe.id, after: { ...keyframe, attributes: { ...first, ...keyframe.attributes } } };
}

/**
 * Takes keyframes out so that what the remaining ones say is unchanged: the next remaining one takes over the attributes
 * in force (rule 11). A track that is left without a cuboid goes as a whole (rule 12).
 */
export function removeKeyframes(
  document: DocumentReader,
  track: Track,
  remove: ReadonlySet<RecordId>,
  added: readonly Keyframe[] = [],
): readonly Change[] {
  const keyframes = document.keyframes(track.id);
  const addedIds = new Set(added.map(({ id }) => id));
  const remains = (keyframe: Keyframe): boolean => !remove.has(keyframe.id) && !addedIds.has(keyframe.id);
  if (![...keyframes.filter(remains), ...added].some(isPlaced)) return removeTrack(document, track);
  const changes: Change[] = [];
  const said = cumulative({}, keyframes);
  for (const [index, keyframe] of keyframes.entries()) {
    if (remove.has(keyframe.id) && !addedIds.has(keyframe.id)) changes.push(deleted(keyframe));
    const previous = keyframes[index - 1];
    if (!remains(keyframe) || !previous || remains(previous)) continue;
    changes.push(replaced(keyframe, { ...keyframe, attributes: said[index] }));
  }
  for (const keyframe of added) {
    const index = lastAtOrBefore(keyframes, keyframe.at);
    changes.push(putKeyframe(document, { ...keyframe, attributes: said[index] ?? keyframe.attributes }));
  }
  return changes;
}

export const removeTrack = (document: DocumentReader, track: Track): readonly Change[] => [
  ...document.keyframes(track.id).map(deleted),
  deleted(track),
];

/** The cuboid with another size; without `shift` (in box) it keeps standing where it stood: the bottom face is fixed. */
export function resized(cuboid: Cuboid<"world">, size: Size, shift?: Vec3): Cuboid<"world"> {
  const inBox = shift ?? [0, 0, (size[2] - cuboid.size[2]) / 2];
  return { center: vec.add(cuboid.center, rotate(cuboid.rotation, inBox)), size, rotation: cuboid.rotation };
}

/** The keyframe with a cuboid that is nearest in time; the earlier of two. */
export function nearest(placed: readonly PlacedKeyframe[], at: TimestampNs): PlacedKeyframe {
  const index = Math.max(0, lastAtOrBefore(placed, at));
  const next = placed[index + 1];
  const gap = at - placed[index].at;
  return next && next.at - at < (gap < 0n ? -gap : gap) ? next : placed[index];
}
