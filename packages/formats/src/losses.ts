import { egoCorrectionOf } from "@sweepmark/document";
import type { Track } from "@sweepmark/schema";
import { selectedFrames } from "./frames.ts";
import type { LaneRow } from "./lanes.ts";
import type { TrackRow } from "./tracks.ts";
import type { Loss, Scene, WriteOptions } from "./types.ts";

/** What was written, counted on the way. */
export interface Tally {
  rows: number;
  rowsWithoutCount: number;
  readonly trackIds: Set<string>;
  readonly boundaryIds: Set<string>;
}

export const newTally = (): Tally => ({ rows: 0, rowsWithoutCount: 0, trackIds: new Set(), boundaryIds: new Set() });

export function tallyTracks(tally: Tally, rows: readonly TrackRow[]): void {
  tally.rows += rows.length;
  for (const { trackId, lidarPoints } of rows) {
    tally.trackIds.add(trackId);
    if (lidarPoints === null) tally.rowsWithoutCount += 1;
  }
}

export function tallyLanes(tally: Tally, rows: readonly LaneRow[]): void {
  for (const { boundaryId } of rows) tally.boundaryIds.add(boundaryId);
}

/** English for each code; `{{count}}` is `Loss.count`. */
export const lossMessages = {
  "frames-outside-range": "{{count}} frames are outside the chosen range and not written.",
  "keyframes-between-frames":
    "{{count}} keyframes are at times that no frame has; their poses are not written, but shape the rows around them.",
  "tracks-without-rows": "{{count}} tracks are at none of the written frames and not written.",
  "track-flags":
    "{{count}} tracks are static, have no locked size, or move smoothly or past their keyframes; a per-frame table does not say so.",
  "no-point-counts": "{{count}} rows have no lidar point count: the log was not at hand.",
  "no-boxes": "The boxes of objects in the pictures of {{count}} frames are not written: the log was not at hand.",
  "lanes-out-of-range": "{{count}} lane boundaries are never within the range of ego and not written.",
  "lane-topology": "{{count}} lanes (which boundaries belong together, and what follows) are not carried.",
  "lane-attributes": "{{count}} lane boundaries have attributes, which are not carried.",
  "ego-corrected":
    "The ego poses of {{count}} frames are corrected: places in world differ from those by the log's own poses, which are not written. Places in ego are those of the sensors.",
  "ego-correction-off": "{{count}} correction of the ego pose is switched off and not carried.",
  "text-escaped": "{{count}} texts start like a spreadsheet formula and were written with ' in front.",
} as const;

export type LossCode = keyof typeof lossMessages;

export function loss(code: LossCode, count: number): readonly Loss[] {
  if (count === 0) return [];
  return [{ code, message: lossMessages[code].replace("{{count}}", String(count)), params: { count }, count }];
}

/** What the per-frame tables (csv, arrow) do not carry of this scene. */
export function lossesOf(scene: Scene, options: WriteOptions, tally: Tally, escaped: number): readonly Loss[] {
  const { document, info } = scene;
  const stamps = new Set<bigint>(info.frames.map(({ at }) => at));
  const tracks = document.tracks();
  const correction = egoCorrectionOf(document);
  const boundaries = document.laneBoundaries();
  const betweenFrames = tracks
    .flatMap(({ id }) => document.keyframes(id))
    .filter(({ cuboid, at }) => cuboid !== null && !stamps.has(at));
  return [
    ...loss("frames-outside-range", info.frames.length - selectedFrames(scene, options).length),
    ...loss("keyframes-between-frames", betweenFrames.length),
    ...loss("tracks-without-rows", tracks.filter(({ id }) => !tally.trackIds.has(id)).length),
    ...loss("track-flags", tracks.filter(hasFlags).length),
    ...loss("no-point-counts", tally.rowsWithoutCount),
    ...loss("no-boxes", scene.viewsAt || tally.rows === 0 ? 0 : selectedFrames(scene, options).length),
    ...loss("lanes-out-of-range", boundaries.filter(({ id }) => !tally.boundaryIds.has(id)).length),
    ...loss("lane-topology", document.lanes().length),
    ...loss("lane-attributes", boundaries.filter(({ attributes }) => Object.keys(attributes).length > 0).length),
    ...loss("ego-corrected", correction?.enabled ? selectedFrames(scene, options).length : 0),
    ...loss("ego-correction-off", correction && !correction.enabled ? 1 : 0),
    ...loss("text-escaped", escaped),
  ];
}

const hasFlags = ({ static: isStatic, rigid, interpolation, beyond }: Track): boolean =>
  isStatic || !rigid || interpolation !== undefined || beyond !== undefined;
