import { createDocument, trackAt } from "@sweepmark/document";
import {
  fromYaw,
  invert,
  overlap,
  timestampNs,
  transformCuboid,
  type Cuboid,
  type Pose,
  type Size,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { frameWith } from "./fake-frame.ts";
import {
  framesToLookAt,
  suggestionOf,
  suggestTracks,
  type SuggestedTrack,
  type SuggestTracksRequest,
} from "./index.ts";

const at = (index: number): TimestampNs => timestampNs(1_700_000_000_000_000_000n + 200_000_000n * BigInt(index));
const count = 6;
const size: Size = [4.4, 1.85, 1.55];
const world: Pose<"world", "world"> = { translation: [672_100, 5_405_600, 310], rotation: fromYaw(0.4) };
const inStreet = (x: number, y: number): Cuboid<"world"> => ({
  center: [x, y, size[2] / 2],
  size,
  rotation: fromYaw(0),
});

/** One drives ahead at 10 m/s, one is parked; ego drives at 5 m/s. */
const driving = (index: number): Cuboid<"world"> => inStreet(2 * index + 2, 4);
const parked = inStreet(14, -5);
const turned = drive(world);
function drive(move: Pose<"world", "world">, last = count - 1): readonly Frame[] {
  return Array.from({ length: count }, (_, index) => {
    const streetFromEgo: Pose<"world", "ego"> = { translation: [index, 0, 0], rotation: fromYaw(0) };
    const boxes = index <= last ? [driving(index), parked] : [parked];
    const inEgo = boxes.map((box) => transformCuboid(invert(streetFromEgo), box));
    const [x, y, z] = transformCuboid(move, { ...parked, center: [index, 0, 0] }).center;
    const frame = frameWith(inEgo as unknown as readonly Cuboid<"world">[], {
      translation: [x, y, z],
      rotation: move.rotation,
    });
    return { ...frame, index, at: at(index) };
  });
}

const suggested = (
  frames: readonly Frame[],
  more: Partial<SuggestTracksRequest> = {},
): Promise<readonly SuggestedTrack[]> =>
  suggestTracks({ frames, ontology: defaultOntology, labelsAt: () => [], ...more }, (index) =>
    Promise.resolve(frames[index]),
  );

const places = (tracks: readonly SuggestedTrack[], index: number): readonly Cuboid<"world">[] => {
  const suggestions = tracks.map((track, i) => suggestionOf(track, `track:${i}`));
  const document = createDocument(
    defaultOntology,
    suggestions.flatMap(({ track, keyframes }) => [track, ...keyframes]),
  );
  return suggestions.flatMap(({ track }) => trackAt(document, track.id, at(index))?.cuboid ?? []);
};

describe("tracks for all objects of a stretch (rules 34 to 36)", () => {
  it("are one for what drives, and one static one for what is parked, over their true places", async () => {
    const tracks = await suggested(turned);
    expect(tracks.map((track) => [track.classId, track.static]).toSorted()).toEqual([
      ["car", false],
      ["car", true],
    ]);
    for (const index of [1, 4])
      for (const truth of [driving(index), parked]) {
        const ious = places(tracks, index).map((cuboid) => overlap(cuboid, transformCuboid(world, truth)).iou3d);
        expect(Math.max(...ious)).toBeGreaterThan(0.7);
      }
    for (const { poses, confidence } of tracks) {
      expect(new Set(poses.map(({ cuboid }) => String(cuboid.size))).size).toBe(1);
      expect(confidence).toBeGreaterThan(0.5);
    }
  });

  it("end where the thing is not seen any more", async () => {
    const tracks = await suggested(drive(world, 3));
    expect(tracks.find((track) => !track.static)?.goneAt).toBe(at(4));
    expect(places(tracks, 4)).toHaveLength(1);
  });

  it("go with a world that is moved and turned", async () => {
    const here = await suggested(drive({ translation: [0, 0, 0], rotation: fromYaw(0) }));
    const there = await suggested(turned);
    const moved = places(here, 3).map((cuboid) => transformCuboid(world, cuboid));
    expect(places(there, 3)).toHaveLength(moved.length);
    for (const each of places(there, 3))
      expect(Math.max(...moved.map((other) => overlap(other, each).iou3d))).toBeGreaterThan(0.9);
  });

  it("are none where a label stands", async () => {
    const tracks = await suggested(turned, { labelsAt: () => [transformCuboid(world, parked)] });
    expect(tracks.map((track) => track.static)).toEqual([false]);
  });

  it("know nothing static where the log does not say how ego moves", async () => {
    const tracks = await suggested(turned.slice(0, 4), { motion: "none" });
    expect(tracks.some((track) => track.static)).toBe(false);
  });

  it("reject before the next frame once cancelled, and are none without frames", async () => {
    const frames = turned;
    const cancel = new AbortController();
    let read = 0;
    const work = suggestTracks(
      { frames, ontology: defaultOntology, labelsAt: () => [] },
      (index) => {
        if (++read === 2) cancel.abort(new Error("enough"));
        return Promise.resolve(frames[index]);
      },
      { signal: cancel.signal },
    );
    await expect(work).rejects.toThrow("enough");
    expect(read).toBe(2);
    expect(await suggested([])).toEqual([]);
  });

  it("look at every fifth of a second", () => {
    const stamps = Array.from({ length: 21 }, (_, i) => ({ at: timestampNs(BigInt(i) * 100_000_000n) }));
    expect(framesToLookAt(stamps)).toHaveLength(11);
    expect(framesToLookAt(stamps.filter((_, i) => i % 5 === 0))).toHaveLength(5);
    expect(framesToLookAt([])).toEqual([]);
  });
});
