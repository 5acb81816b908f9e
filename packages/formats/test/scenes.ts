import { createDocument } from "@sweepmark/document";
import { fromYaw, timestampNs, type Cuboid, type TimestampNs, type Vec3 } from "@sweepmark/geometry";
import {
  defaultOntology,
  keyframeId,
  type FrameStamp,
  type Keyframe,
  type LabelRecord,
  type LaneBoundary,
  type Track,
} from "@sweepmark/schema";
import type { Scene } from "../src/types.ts";

/** Ten frames a second, at odd nanoseconds beyond 2^53. */
export const time = (frame: number): TimestampNs =>
  timestampNs(1_700_000_000_000_000_001n + BigInt(Math.round(frame * 10)) * 10_000_000n);

export const stamp = (index: number, translation: Vec3 = [0, 0, 0], yawRad = 0): FrameStamp => ({
  index,
  at: time(index),
  worldFromEgo: { translation, rotation: fromYaw(yawRad) },
});

export const box = (center: Vec3, yawRad = 0): Cuboid<"world"> => ({
  center,
  size: [4, 2, 1.5],
  rotation: fromYaw(yawRad),
});

export const track = (name: string, more: Partial<Track> = {}): Track => ({
  id: `track:${name}`,
  kind: "track",
  name,
  classId: "car",
  rigid: true,
  static: false,
  attributes: {},
  ...more,
});

export const keyframe = (
  of: string,
  frame: number,
  cuboid: Cuboid<"world"> | null,
  more: Partial<Keyframe> = {},
): Keyframe => ({
  id: keyframeId(`track:${of}`, time(frame)),
  kind: "keyframe",
  trackId: `track:${of}`,
  at: time(frame),
  cuboid,
  attributes: {},
  source: "human",
  ...more,
});

export const boundary = (name: string, points: readonly Vec3[], more: Partial<LaneBoundary> = {}): LaneBoundary => ({
  id: `lane-boundary:${name}`,
  kind: "lane-boundary",
  name,
  classId: "solid-white",
  points,
  attributes: {},
  ...more,
});

export const sceneOf = (
  frames: readonly FrameStamp[],
  records: readonly LabelRecord[],
  more: Partial<Scene> = {},
): Scene => ({
  info: { digest: "sha256:0", logName: "drive.mcap", worldName: "map", frames },
  document: createDocument(defaultOntology, records),
  ...more,
});

/** Ego stands at the origin; one car drives 1 m a frame along x, from 10 to 12, and then stays. */
export const straight = sceneOf(
  [stamp(0), stamp(1), stamp(2), stamp(3)],
  [
    track("car-1", { attributes: { plate: "x" } }),
    keyframe("car-1", 0, box([10, 3, 0.75]), { attributes: { motion: "moving" } }),
    keyframe("car-1", 2, box([12, 3, 0.75]), { source: "model", confidence: 0.5 }),
  ],
  { countPoints: (frame, cuboids) => Promise.resolve(cuboids.map(() => 100 + frame)) },
);

/** Ego turns left by 90° a frame at (5, 0); a parked car stands at (15, 0), heading along world x; a lane runs along y = 2. */
export const turning = sceneOf(
  [stamp(0, [5, 0, 0], 0), stamp(1, [5, 0, 0], Math.PI / 2), stamp(2, [5, 0, 0], Math.PI)],
  [
    track("car-1", { static: true }),
    keyframe("car-1", 1, box([15, 0, 0.75])),
    boundary("lane-1", [
      [-100, 2, 0],
      [0, 2, 0],
      [200, 2, 0],
    ]),
  ],
);

export const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

export async function collected<T>(lists: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const list of lists) all.push(...list);
  return all;
}

/** A reader of RFC 4180 of its own: [row][cell]. Throws where the text is not that. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const from = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) throw new Error(`not CSV at ${from}: ${JSON.stringify(text.slice(from, from + 40))}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  if (row.length > 0) throw new Error("the last line does not end");
  return rows;
}
