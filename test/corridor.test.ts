import {
  compose,
  insideImage,
  interpolatePose,
  invert,
  project,
  timestampNs,
  transformCuboid,
  transformPoint,
  type Cuboid,
  type Pose,
  type TimestampNs,
} from "@sweepmark/geometry";
import { countsAt } from "@sweepmark/assist";
import { createDocument, momentAt, type LabelDocument } from "@sweepmark/document";
import { bytesSource, openLog, type Frame, type LogReader } from "@sweepmark/log";
import { countInside, indicesInside } from "@sweepmark/pointcloud";
import { simulate, simulatedCameras, type SimulatedSweep, type Simulation } from "@sweepmark/synthetic";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * The corridor: simulated world → MCAP bytes → frames → true labels. A wrong space, unit, quaternion order or clock
 * anywhere on the way puts the points of an object outside its cuboid.
 */
const keyframeEvery = 10;
/** Four standard deviations of the simulated range noise, and the step of positions. */
const noiseM = 4 * 0.012 + 1 / 256;

type Written = SimulatedSweep & { readonly frame: number; readonly at: TimestampNs };

describe("from a simulated world to the labels and back", () => {
  const sweeps: Written[] = [];
  const frames: Frame[] = [];
  let truth: Simulation;
  let log: LogReader;
  let document: LabelDocument;

  beforeAll(async () => {
    const parts: Uint8Array[] = [];
    truth = await simulate(
      { seed: 5, seconds: 2, beams: 24, columns: 720, keyframeEvery },
      { write: (bytes) => Promise.resolve(void parts.push(bytes)) },
      {
        onSweep: (sweep) => sweeps.push({ ...sweep, positions: sweep.positions.slice(), owners: sweep.owners.slice() }),
      },
    );
    log = await openLog(bytesSource(new Uint8Array(Buffer.concat(parts)), "corridor.mcap"));
    for (let index = 0; index < log.info.frames.length; index++) frames.push(await log.frame(index));
    document = createDocument(truth.truth.ontology, truth.truth.records);
  }, 180_000);
  afterAll(() => log?.close());

  it("every sweep arrives at its own stamp with every point where it was", () => {
    expect(frames).toHaveLength(20);
    frames.forEach((frame, index) => {
      const stamp = truth.truth.scene.frames[index];
      expect(frame.at).toBe(stamp.at);
      expect(sweeps[index].at).toBe(stamp.at);
      expect(frame.sweeps[0].count).toBe(sweeps[index].count);
      const written = sweeps[index].positions.subarray(0, 3 * sweeps[index].count);
      // Not toEqual: it takes a second for 50 000 numbers.
      expect(frame.sweeps[0].positions.findIndex((value, i) => value !== written[i])).toBe(-1);
      expect(frame.problems).toEqual([]);
    });
  });

  it("ego stands where it drove: within 5 mm and 0.02° though poses are sampled between the sweeps", () => {
    frames.forEach((frame, index) => {
      const { worldFromEgo } = truth.truth.scene.frames[index];
      const off = compose(invert(worldFromEgo), frame.worldFromEgo);
      expect(Math.hypot(...off.translation)).toBeLessThan(0.005);
      expect(2 * Math.hypot(off.rotation[0], off.rotation[1], off.rotation[2])).toBeLessThan(3.5e-4);
    });
    // An ego that stands still or drives along x would hide a missing transform.
    const first = frames[0].worldFromEgo;
    const way = compose(invert(first), frames.at(-1)!.worldFromEgo);
    expect(Math.hypot(...way.translation)).toBeGreaterThan(3);
  });

  it("every true cuboid holds the points that its object was hit with, and none of another object", () => {
    let held = 0;
    let strangers = 0;
    let objects = 0;
    for (const frame of frames) {
      const sweep = sweeps[frame.index];
      const placed = frame.sweeps[0];
      const worldFromLidar = compose(frame.worldFromEgo, placed.egoFromLidar!);
      for (const [owner, trackId] of truth.actorIds.entries()) {
        const cuboid = trackId && truth.poseAt(trackId, frame.at);
        if (!cuboid) continue;
        const inLidar = transformCuboid(invert(worldFromLidar), cuboid);
        const hits = truth.visiblePoints.get(trackId)![frame.index];
        if (hits > 0) objects++;
        const own = indicesInside(placed.positions, withMargin(inLidar, noiseM)).filter(
          (i) => sweep.owners[i] === owner,
        ).length;
        strangers += indicesInside(placed.positions, withMargin(inLidar, -noiseM)).filter(
          (i) => sweep.owners[i] !== owner && sweep.owners[i] !== -1,
        ).length;
        expect.soft(own, `${trackId} in frame ${frame.index}`).toBe(hits);
        held += own;
      }
    }
    expect(objects).toBeGreaterThan(100);
    expect(held).toBeGreaterThan(10_000);
    expect(strangers).toBe(0);
  });

  it("the labels say so: at each keyframe the moment's cuboids are the true ones", () => {
    let seen = 0;
    for (const frame of frames)
      for (const { track, cuboid, state } of momentAt(document, frame.at).tracks) {
        if (state !== "keyframe") continue;
        expect(cuboid).toEqual(truth.poseAt(track.id, frame.at));
        seen++;
      }
    expect(seen).toBeGreaterThan(20);
  });

  it("counting through the labels finds the hits: within the noise at the faces", () => {
    const frame = frames[10];
    const moment = momentAt(document, frame.at);
    const counts = countsAt(
      frame,
      moment.tracks.map(({ cuboid }) => withMargin(cuboid, noiseM)),
    );
    let checked = 0;
    moment.tracks.forEach(({ track }, i) => {
      const hits = truth.visiblePoints.get(track.id)![frame.index];
      if (hits < 10) return;
      checked++;
      expect(counts[i], track.name).toBeGreaterThanOrEqual(hits);
    });
    expect(checked).toBeGreaterThan(5);
  });

  it("keyframes at every 10th frame give straight movers back within 5 cm in between", () => {
    const straight = new Set(truth.tracks.filter(({ behaviour }) => behaviour === "straight").map(({ id }) => id));
    let between = 0;
    for (const frame of frames)
      for (const { track, cuboid, state } of momentAt(document, frame.at).tracks) {
        if (!straight.has(track.id) || state !== "interpolated") continue;
        between++;
        const [x, y, z] = truth.poseAt(track.id, frame.at)!.center;
        expect(Math.hypot(cuboid.center[0] - x, cuboid.center[1] - y, cuboid.center[2] - z)).toBeLessThan(0.05);
      }
    expect(between).toBeGreaterThan(10);
  });

  it("a parked car needs one keyframe and stays put over the whole drive", () => {
    const parked = truth.tracks.filter(({ behaviour }) => behaviour === "parked");
    expect(parked.length).toBeGreaterThan(3);
    for (const { id } of parked) {
      expect(document.keyframes(id)).toHaveLength(1);
      for (const frame of frames) {
        const there = momentAt(document, frame.at).tracks.find(({ track }) => track.id === id);
        expect(there?.cuboid).toEqual(truth.poseAt(id, frame.at));
      }
    }
  });

  it("cameras see the cuboids where the simulator's cameras do, at each image's own stamp", () => {
    let compared = 0;
    for (const frame of frames)
      for (const image of frame.images) {
        const simulated = simulatedCameras.find(({ id }) => id === image.cameraId)!;
        const model = log.info.cameras.find(({ id }) => id === image.cameraId)?.model;
        const worldFromEgo = poseBetweenFrames(truth, image.at);
        expect(image.at).not.toBe(frame.at);
        if (!worldFromEgo) continue;
        const simulatedFromWorld = invert(compose(worldFromEgo, simulated.egoFromCamera));
        const cameraFromWorld = invert(image.worldFromCamera!);
        for (const { id } of truth.tracks) {
          const { center } = truth.poseAt(id, image.at)!;
          const expected = project(simulated.model, transformPoint(simulatedFromWorld, center));
          if (!expected || !insideImage(simulated.model, expected)) continue;
          const found = project(model!, transformPoint(cameraFromWorld, center));
          expect(found).toBeDefined();
          expect(Math.hypot(found![0] - expected[0], found![1] - expected[1])).toBeLessThan(1.5);
          compared++;
        }
      }
    expect(compared).toBeGreaterThan(100);
    expect(frames.flatMap(({ images }) => images).length).toBe(60);
  });

  it("the test can fail: half a turn, a swapped quaternion or a late clock lose the points", () => {
    const frame = frames[10];
    const [best] = truth.tracks
      .filter(({ behaviour }) => behaviour !== "standing")
      .toSorted((a, b) => hitsOf(truth, b.id, 10) - hitsOf(truth, a.id, 10));
    const cuboid = truth.poseAt(best.id, frame.at)!;
    const all = hitsOf(truth, best.id, 10);
    const count = (worldFromEgo: Pose<"world", "ego">) =>
      countInside(
        frame.sweeps[0].positions,
        transformCuboid(invert(compose(worldFromEgo, frame.sweeps[0].egoFromLidar!)), withMargin(cuboid, noiseM)),
      );
    const { translation, rotation } = frame.worldFromEgo;
    expect(count(frame.worldFromEgo)).toBeGreaterThanOrEqual(all);
    expect(count({ translation, rotation: [rotation[3], rotation[0], rotation[1], rotation[2]] })).toBeLessThan(
      all / 2,
    );
    expect(count({ translation: [-translation[0], -translation[1], translation[2]], rotation })).toBeLessThan(all / 2);
    expect(count(invert(frame.worldFromEgo) as unknown as Pose<"world", "ego">)).toBeLessThan(all / 2);
    expect(count(frames[0].worldFromEgo)).toBeLessThan(all);
  });
});

const hitsOf = (truth: Simulation, trackId: string, frame: number): number =>
  truth.visiblePoints.get(trackId)?.[frame] ?? 0;

function withMargin<S extends "world" | "lidar">(cuboid: Cuboid<S>, marginM: number): Cuboid<S> {
  const [length, width, height] = cuboid.size;
  return { ...cuboid, size: [length + 2 * marginM, width + 2 * marginM, height + 2 * marginM] };
}

/** Ego between the true poses of the two sweeps around a time; undefined before the first and after the last. */
function poseBetweenFrames(truth: Simulation, at: TimestampNs): Pose<"world", "ego"> | undefined {
  const stamps = truth.truth.scene.frames;
  const next = stamps.findIndex((stamp) => stamp.at > at);
  if (next <= 0) return undefined;
  const [from, to] = [stamps[next - 1], stamps[next]];
  const t = Number(at - from.at) / Number(timestampNs(to.at - from.at));
  return interpolatePose(from.worldFromEgo, to.worldFromEgo, t);
}
