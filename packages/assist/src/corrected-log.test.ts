import {
  compose,
  correctedFromLogged,
  fromYaw,
  identityPose,
  timestampNs,
  transformPoint,
  vec,
  type EgoShift,
  type Pose,
  type Vec3,
} from "@sweepmark/geometry";
import type { Frame, FrameOptions, LogReader } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { correctedLog } from "./corrected-log.ts";

const at = (tick: number) => timestampNs(1_700_000_000_000_000_000n + BigInt(tick) * 10_000_000n);
const worldFromEgo: Pose<"world", "ego"> = { translation: [100, 20, 1], rotation: fromYaw(0.4) };
const shifts: readonly EgoShift[] = [0, 20].map((tick) => ({
  at: at(tick),
  ego: [90 + tick, 20, 1],
  shift: [0.05 * tick, 0.2, 0],
  yawRad: 0.001 * tick,
}));
const stub = <T>(value: Partial<T>): T => value as T;
const sweep = (tick: number) => ({
  topic: "/lidar",
  at: at(tick),
  frameId: "lidar",
  count: 1,
  positions: Float32Array.of(5, 1, 0),
  dropped: 0,
  egoFromLidar: { translation: [1, 0, 2] as Vec3, rotation: fromYaw(0.1) },
});
const made: Frame = stub<Frame>({
  index: 3,
  at: at(10),
  worldFromEgo,
  sweeps: [sweep(10), sweep(13)],
  images: [stub<Frame["images"][number]>({ at: at(8), worldFromCamera: identityPose })],
  labels: [
    {
      topic: "/objects",
      at: at(10),
      problems: [],
      cuboids: [
        {
          id: "a",
          className: "car",
          at: at(9),
          cuboid: { center: [110, 22, 1], size: [4, 2, 2], rotation: fromYaw(0) },
          heading: "known",
          velocity: [3, 0, 0],
        },
      ],
      lines: [{ id: "l", at: at(9), points: [[90, 20, 0]] }],
    },
  ],
  problems: [],
});

function fake() {
  const released: Frame[] = [];
  const asked: unknown[] = [];
  const log = stub<LogReader>({
    info: stub<LogReader["info"]>({
      frames: [{ index: 3, logTime: at(10), at: at(10), exact: true, worldFromEgo }],
    }),
    frame: async (_index: number, { onSweeps }: FrameOptions = {}) => {
      onSweeps?.({ ...made, images: [] });
      return made;
    },
    release: (frame) => void released.push(frame),
    accumulate: (request) => (asked.push(request), Promise.reject(new Error("not here"))),
    matchEgo: (request) => (asked.push(request), Promise.reject(new Error("not here"))),
  });
  return { log, released, asked };
}

describe("rule 28: a corrected log hands out frames in the corrected world", () => {
  it("without a correction everything is what the log gives, the same objects", async () => {
    const { log } = fake();
    const corrected = correctedLog(log);
    expect(await corrected.frame(3)).toBe(made);
    expect(corrected.info).toBe(log.info);
    expect(corrected.correct([])).toBe(false);
  });

  it("every pose of a frame is corrected at its own stamp; arrays are the same", async () => {
    const corrected = correctedLog(fake().log, shifts);
    const frame = await corrected.frame(3);
    expect(frame.worldFromEgo).toEqual(compose(correctedFromLogged(shifts, at(10)), worldFromEgo));
    for (const [i, tick] of [
      [0, 10],
      [1, 13],
    ]) {
      const before = made.sweeps[i];
      const after = frame.sweeps[i];
      expect(after.positions).toBe(before.positions);
      const logged = transformPoint(compose(worldFromEgo, before.egoFromLidar!), [5, 1, 0]);
      const there = transformPoint(compose(frame.worldFromEgo, after.egoFromLidar!), [5, 1, 0]);
      expect(vec.distance(there, transformPoint(correctedFromLogged(shifts, at(tick)), logged))).toBeLessThan(1e-9);
    }
    expect(frame.sweeps[0]).toBe(made.sweeps[0]);
    const seen = frame.images[0].worldFromCamera!;
    expect(transformPoint(seen, [1, 2, 30])).toEqual(
      transformPoint(correctedFromLogged(shifts, at(8)), [1, 2, 30]).map((value) => expect.closeTo(value, 9)),
    );
    const pose = correctedFromLogged(shifts, at(9));
    expect(frame.labels[0].cuboids[0].cuboid.center).toEqual(transformPoint(pose, [110, 22, 1]));
    expect(frame.labels[0].lines[0].points).toEqual([transformPoint(pose, [90, 20, 0])]);
    expect(corrected.info.frames[0].worldFromEgo).toEqual(frame.worldFromEgo);
  });

  it("a frame is the same object until the correction changes, and what was handed out can be had anew", async () => {
    const { log, released } = fake();
    const corrected = correctedLog(log, shifts);
    const frame = await corrected.frame(3);
    expect(await corrected.frame(3)).toBe(frame);
    expect(corrected.again(frame)).toBe(frame);
    expect(corrected.correct([])).toBe(true);
    expect(corrected.again(frame)).toBe(made);
    corrected.release(frame);
    expect(released).toEqual([made]);
    expect(corrected.correct(shifts)).toBe(true);
    expect(corrected.again(made).worldFromEgo).toEqual(frame.worldFromEgo);
  });

  it("sweeps that come early are those of the frame", async () => {
    const early: Frame[] = [];
    const frame = await correctedLog(fake().log, shifts).frame(3, { onSweeps: (each) => void early.push(each) });
    expect(early[0].worldFromEgo).toEqual(frame.worldFromEgo);
    early[0].sweeps.forEach((each, i) => expect(each).toBe(frame.sweeps[i]));
  });

  it("jobs on the log are told the correction", async () => {
    const { log, asked } = fake();
    const before = { frames: 2 };
    const corrected = correctedLog(log, shifts);
    await corrected.accumulate({ index: 3, before, after: before, voxelM: 0 }).catch(() => undefined);
    await corrected.matchEgo({ exclude: [] }).catch(() => undefined);
    expect(asked).toEqual([
      { index: 3, before, after: before, voxelM: 0, correction: shifts },
      { exclude: [], correction: shifts },
    ]);
  });
});
