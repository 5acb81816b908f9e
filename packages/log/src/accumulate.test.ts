import { MessageChannel } from "node:worker_threads";
import { expose } from "comlink";
import {
  compose,
  cuboidContains,
  fromYaw,
  invert,
  timestampNs,
  transformPoint,
  type Cuboid,
  type Pose,
  type Size,
  type Vec3,
} from "@sweepmark/geometry";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { cloud, image, second, start, transform, transforms } from "../test-support/drive.ts";
import { writeLog, type TestMessage } from "../test-support/write-log.ts";
import { cuboidAt, framesAround } from "./accumulate.ts";
import { arraysOfCloud, cloudBytes, type AccumulatedCloud, type AccumulateRequest } from "./accumulated-cloud.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { FrameEntry, LogReader } from "./types.ts";
import { connectLog } from "./worker/connect.ts";
import type { LogWorker } from "./worker/connection.ts";
import { LogHost } from "./worker/host.ts";

fc.configureGlobal({ seed: 3 });
const utm: Vec3 = [690_000.5, 5_336_000.25, 512];
const egoFromLidar: Pose<"ego", "lidar"> = { translation: [1, 0.2, 2], rotation: fromYaw(0.3) };
/** 10 m/s, turning 0.4 rad/s, at 10 Hz. */
const worldFromEgo = (t: number, origin: Vec3 = utm): Pose<"world", "ego"> => ({
  translation: [origin[0] + 10 * t, origin[1] - t, origin[2] + 0.2 * t],
  rotation: fromYaw(0.4 * t),
});
const atOf = (i: number): bigint => start + (second * BigInt(i)) / 10n;
const sees = (i: number, points: readonly Vec3[], origin?: Vec3): number[][] => {
  const lidarFromWorld = invert(compose(worldFromEgo(i / 10, origin), egoFromLidar));
  return points.map((point, k) => [...transformPoint(lidarFromWorld, point), k % 7]);
};
/** A wall 8 m left of the road, 60 m long, other points of it in each frame. */
const wall = (i: number, [x, y, z]: Vec3 = utm): Vec3[] =>
  Array.from({ length: 600 }, (_, k) => [x + ((k * 37 + i * 11) % 600) / 10, y + 8, z + ((k * 13 + i * 5) % 30) / 10]);

interface Scene {
  readonly frames: number;
  readonly world?: (i: number) => readonly Vec3[];
  readonly origin?: Vec3;
  /** Seconds without poses. */
  readonly gap?: readonly [number, number];
  readonly still?: true;
  readonly more?: (i: number) => readonly TestMessage[];
}

function messages({ frames, origin, world = (i) => wall(i, origin), gap, still, more }: Scene): TestMessage[] {
  const all = [
    transforms("/tf_static", start, [
      { at: start, parent: "base_link", child: "lidar", ...egoFromLidar },
      { at: start, parent: "base_link", child: "camera" },
    ]),
  ];
  for (let i = -1; i <= frames && !still; i++)
    if (!gap || i / 10 <= gap[0] || i / 10 >= gap[1]) {
      const pose = worldFromEgo(i / 10, origin);
      all.push(transform("/tf", atOf(i), { at: atOf(i), parent: "map", child: "base_link", ...pose }));
    }
  for (let i = 0; i < frames; i++) {
    all.push(cloud("/lidar", atOf(i), { points: sees(i, world(i), origin) }), image("/cam/compressed", atOf(i)));
    all.push(...(more?.(i) ?? []));
  }
  return all.toSorted((a, b) => (a.logTime < b.logTime ? -1 : a.logTime > b.logTime ? 1 : 0));
}

const open = async (scene: Scene): Promise<LogReader> =>
  openLog(bytesSource(await writeLog(messages(scene), { chunkSize: 20_000, compression: "zstd" }), "drive.mcap"));

const all: AccumulateRequest = { index: 5, before: { frames: Infinity }, after: { frames: Infinity }, voxelM: 0 };

const pointsOf = ({ origin, positions, count }: AccumulatedCloud): Vec3[] =>
  Array.from({ length: count }, (_, i) => [
    origin[0] + positions[3 * i],
    origin[1] + positions[3 * i + 1],
    origin[2] + positions[3 * i + 2],
  ]);

const ports: { close(): void }[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

describe("the accumulated cloud (rule 21)", () => {
  it("of a wall seen from a moving, turning ego is the wall, at UTM northings too", async () => {
    const log = await open({ frames: 12 });
    const merged = await log.accumulate(all);
    expect(merged.sweeps.map(({ index, points }) => [index, points])).toEqual(
      Array.from({ length: 12 }, (_, i) => [i, 600]),
    );
    expect([merged.count, merged.skipped, merged.voxelM, merged.excluded]).toEqual([7200, [], 0, 0]);
    expect(merged.origin).toEqual([690_001, 5_336_000, 512]);
    // Float32 of the messages is the only noise: 60 m have a step of 4 µm.
    expect(Math.max(...pointsOf(merged).map((point) => Math.abs(point[1] - (utm[1] + 8))))).toBeLessThan(2e-5);
    // Height is over the ego that saw the point, which climbs by 0.2 m/s.
    const heightsM = [...merged.heightsCm].map((cm) => cm / 100);
    const off = pointsOf(merged).map(([, , z], i) => {
      const { index } = merged.sweeps[merged.sweepIndex[i]];
      return Math.abs(z - worldFromEgo(index / 10).translation[2] - heightsM[i]);
    });
    expect(Math.max(...off)).toBeLessThan(0.006);
  });

  it("is thinned: one point in a voxel, fewer for a smaller budget, the voxels used are said", async () => {
    const log = await open({ frames: 12 });
    const thinned = await log.accumulate({ ...all, voxelM: 0.5 });
    const voxels = new Set(
      Array.from({ length: thinned.count }, (_, i) =>
        [...thinned.positions.subarray(3 * i, 3 * i + 3)].map((value) => Math.floor(value / 0.5)).join(" "),
      ),
    );
    expect(voxels.size).toBe(thinned.count);
    expect(thinned.count).toBeLessThan(1200);
    const small = await log.accumulate({ ...all, voxelM: 0.05, maxPoints: 300 });
    expect(small.count).toBeLessThanOrEqual(300);
    expect(Math.log2(small.voxelM / 0.05) % 1).toBe(0);
    expect(cloudBytes(small)).toBe(arraysOfCloud(small).reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
  });

  it("takes the frames asked for: by number, by seconds, every n-th, only some lidars, not too far", async () => {
    const log = await open({
      frames: 12,
      more: (i) => [cloud("/side", atOf(i) + 1_000_000n, { points: [[1, 1, 1, 1]] })],
    });
    const frames = (merged: AccumulatedCloud): number[] => merged.sweeps.map(({ index }) => index);
    const lidarTopics = ["/lidar"];
    const near = await log.accumulate({ ...all, before: { frames: 2 }, after: { frames: 1 }, lidarTopics });
    expect([frames(near), near.firstFrame, near.lastFrame]).toEqual([[3, 4, 5, 6], 3, 6]);
    const seconds = { ...all, before: { seconds: 0.31 }, after: { seconds: 0.1 }, lidarTopics };
    expect(frames(await log.accumulate(seconds))).toEqual([2, 3, 4, 5, 6]);
    expect(frames(await log.accumulate({ ...all, stepFrames: 4, lidarTopics }))).toEqual([1, 5, 9]);
    const side = await log.accumulate({ ...all, lidarTopics: ["/side"] });
    expect([side.count, side.sweeps[0].topic]).toEqual([12, "/side"]);
    expect((await log.accumulate(all)).sweeps.map(({ topic }) => topic).slice(0, 3)).toEqual([
      "/lidar",
      "/side",
      "/lidar",
    ]);
    const close = await log.accumulate({ ...all, lidarTopics, rangeM: 20 });
    expect(close.count).toBeLessThan(4000);
    expect(close.count).toBeGreaterThan(500);
  });

  it("leaves out exactly the points inside of moving cuboids and their margin", async () => {
    const log = await open({ frames: 12, origin: [0, 0, 0] });
    const everything = pointsOf(await log.accumulate(all));
    const whole = await log.accumulate(all);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.double({ min: 0, max: 40, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        async ([x, yaw], marginM) => {
          // 10 m/s along the wall, through it.
          const cuboid = (t: number): Cuboid<"world"> => ({
            center: [x + 10 * t, 8, 1.2],
            size: [4, 2, 1.5],
            rotation: fromYaw(yaw),
          });
          const samples = [0, 0.5, 1.1].map((t) => ({ at: timestampNs(start + BigInt(t * 1e9)), cuboid: cuboid(t) }));
          const merged = await log.accumulate({ ...all, exclude: [{ samples }], marginM });
          // Points within 0.1 mm of a face may be told either way.
          const inside = (slackM: number): number =>
            everything.filter((point, i) => {
              const { size, ...rest } = cuboid(whole.sweeps[whole.sweepIndex[i]].index / 10);
              const grown = size.map((side) => side + 2 * (marginM + slackM)) as unknown as Size;
              return cuboidContains({ ...rest, size: grown }, point);
            }).length;
          expect(merged.excluded).toBeGreaterThanOrEqual(inside(-1e-4));
          expect(merged.excluded).toBeLessThanOrEqual(inside(1e-4));
          found += merged.excluded;
          expect(merged.count + merged.excluded).toBe(everything.length);
        },
      ),
      { numRuns: 8 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it("skips frames whose pose is not known, sweeps without a transform and chunks that cannot be read, with reasons", async () => {
    const gap = await (await open({ frames: 40, gap: [0.5, 3] })).accumulate({ ...all, index: 2 });
    const gone = gap.skipped.map(({ index }) => index);
    expect(gone.length).toBeGreaterThan(3);
    expect(gap.sweeps.map(({ index }) => index)).toEqual(
      Array.from({ length: 40 }, (_, i) => i).filter((i) => !gone.includes(i)),
    );
    for (const { problem } of gap.skipped) expect(problem).toMatchObject({ code: "transform-gap" });
    const lost = await open({
      frames: 4,
      more: (i) => [cloud("/lost", atOf(i), { frameId: "nowhere", points: [[1, 1, 1, 1]] })],
    });
    const { skipped, count } = await lost.accumulate({ ...all, index: 0 });
    expect(count).toBe(2400);
    expect(skipped.map(({ index, topic, problem }) => [index, topic, problem.code])).toEqual(
      [0, 1, 2, 3].map((index) => [index, "/lost", "missing-transform"]),
    );
  });

  it("refuses a log without ego motion, and a frame that is not there", async () => {
    const still = await open({ frames: 3, still: true });
    await expect(still.accumulate({ ...all, index: 0 })).rejects.toMatchObject({ problem: { code: "no-ego-motion" } });
    const log = await open({ frames: 3 });
    await expect(log.accumulate({ ...all, index: 3 })).rejects.toMatchObject({ problem: { code: "no-frame" } });
  });

  it("tells its progress, ends when told, leaves the cache alone and reads no images", async () => {
    const log = await open({ frames: 12 });
    await log.frame(3);
    const controller = new AbortController();
    const seen: number[] = [];
    const cancelled = log.accumulate(all, {
      signal: controller.signal,
      onProgress({ done, total }) {
        expect(total).toBe(12);
        seen.push(done);
        if (done === 3) controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
    expect(seen).toEqual([1, 2, 3]);
    await log.accumulate(all);
    expect(log.buffered()).toEqual([3]);
    // Where a frame's image was looked for, its offset is known.
    expect(log.info.cameras[0].offsetsMs?.count).toBeLessThanOrEqual(2);
  });

  it("comes out of a worker as it is", async () => {
    const bytes = await writeLog(messages({ frames: 8 }), { chunkSize: 20_000, compression: "zstd" });
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    expose(new LogHost(), port1 as unknown as LogWorker);
    const file = { kind: "blob", blob: new Blob([bytes.slice()]), name: "drive.mcap" } as const;
    const there = await connectLog(() => port2 as unknown as LogWorker, file);
    const here = await openLog(bytesSource(bytes, "drive.mcap"));
    const request = { ...all, voxelM: 0.2, exclude: [{ samples: [{ at: timestampNs(start), cuboid: null }] }] };
    expect(await there.accumulate(request)).toEqual(await here.accumulate(request));
    expect(there.info).toEqual(here.info);
    const controller = new AbortController();
    const cancelled = there.accumulate(request, { signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
    await there.close();
  });
});

describe("the parts of a request", () => {
  it("a window holds the middle, keeps to the log, and has no more sweeps than an index can name", () => {
    const frames = Array.from({ length: 200_000 }, (_, index) => ({ index, at: timestampNs(BigInt(index)) }));
    const window = framesAround(frames as unknown as FrameEntry[], { ...all, index: 77_777 }, 2);
    expect(window).toContain(77_777);
    expect(window.length * 2).toBeLessThanOrEqual(65_536);
    expect([window[0] >= 0, (window.at(-1) ?? 0) < 200_000]).toEqual([true, true]);
  });

  it("an object is where its samples say, between them and a little beyond", () => {
    const at = (ms: number) => timestampNs(BigInt(ms) * 1_000_000n);
    const cuboid = (x: number): Cuboid<"world"> => ({ center: [x, 0, 0], size: [1, 1, 1], rotation: [0, 0, 0, 1] });
    const path = {
      samples: [
        { at: at(0), cuboid: cuboid(0) },
        { at: at(100), cuboid: cuboid(10) },
        { at: at(200), cuboid: null },
      ],
    };
    const xs = [-300, -100, 0, 25, 100, 120, 160, 200, 300].map((ms) => cuboidAt(path, at(ms))?.center[0]);
    expect(xs).toEqual([undefined, 0, 0, 2.5, 10, 10, undefined, undefined, undefined]);
    expect(cuboidAt({ samples: [] }, at(0))).toBeUndefined();
  });
});
