import { compose, fromYaw, transformPoint, type Point, type Pose } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { cloud, drive, start, transform, transforms, type TransformFacts } from "../test-support/drive.ts";
import { codes, open } from "../test-support/open.ts";
import type { TestMessage } from "../test-support/write-log.ts";
import type { FrameChoice } from "./types.ts";

const openAll = (messages: readonly (TestMessage | readonly TestMessage[])[], choice: FrameChoice = {}) =>
  open(
    messages.flat().toSorted((a, b) => (a.logTime < b.logTime ? -1 : a.logTime > b.logTime ? 1 : 0)),
    { chunkSize: 3000 },
    choice,
  );
const mounted = (...facts: readonly Omit<TransformFacts, "at">[]): TestMessage =>
  transforms(
    "/tf_static",
    start,
    facts.map((fact) => ({ at: start, ...fact })),
  );
const lidarMounted = mounted({ parent: "base_link", child: "lidar", translation: [1, 0, 2] });
const sweeps = (topic = "/lidar/points", offsetMs = 0, frameId = "lidar", count = 10): TestMessage[] =>
  Array.from({ length: count }, (_, i) => cloud(topic, time(i * 100 + offsetMs), { frameId }));
const time = (ms: number): bigint => start + BigInt(ms) * 1_000_000n;
/** Said at 50 Hz from 100 ms before the first sweep to 100 ms after the last of ten. */
const motion = (parent: string, child: string, pose: (t: number) => Partial<TransformFacts>): TestMessage[] =>
  Array.from({ length: 56 }, (_, i) => {
    const at = time(i * 20 - 100);
    return transform("/tf", at, { at, parent, child, ...pose(Number(at - start) / 1e9) });
  });
const driving = (t: number) => ({ translation: [20 * t, 0, 0], rotation: fromYaw(0.8 * t) }) as const;

describe("rule F2: several lidars agree in ego", () => {
  it("the motion between the stamps of two lidars is compensated", async () => {
    const log = await openAll([
      mounted(
        { parent: "base_link", child: "lidar", translation: [1, 0, 2] },
        { parent: "base_link", child: "rear", translation: [-2, 0.5, 1], rotation: fromYaw(3) },
      ),
      motion("map", "base_link", driving),
      sweeps(),
      sweeps("/rear/points", 35, "rear"),
    ]);
    const frame = await log.frame(4);
    const [reference, rear] = frame.sweeps;
    expect(rear).toMatchObject({ topic: "/rear/points", at: time(435), frameId: "rear" });
    expect(reference.egoFromLidar?.translation).toEqual([1, 0, 2]);
    // Between two samples 20 ms apart the motion is a straight line.
    const near = (a: number, b: number) => ({
      translation: driving((a + b) / 2).translation.map(
        (_, i) => (3 * driving(b).translation[i] + driving(a).translation[i]) / 4,
      ) as [number, number, number],
      rotation: fromYaw((0.8 * (a + 3 * b)) / 4),
    });
    const worldFromRear = compose<"world", "ego", "lidar">(near(0.42, 0.44), {
      translation: [-2, 0.5, 1],
      rotation: fromYaw(3),
    });
    const placed = compose<"world", "ego", "lidar">(frame.worldFromEgo, rear.egoFromLidar as Pose<"ego", "lidar">);
    for (const point of [
      [0, 0, 0],
      [30, -20, 1],
    ] as Point<"lidar">[]) {
      transformPoint(placed, point).forEach((v, i) =>
        expect(v).toBeCloseTo(transformPoint(worldFromRear, point)[i], 9),
      );
    }
    // Without it the same point would be 0.7 m off.
    expect(Math.hypot(...(rear.egoFromLidar?.translation ?? []).map((v, i) => v - [-2, 0.5, 1][i]))).toBeCloseTo(
      0.7,
      1,
    );
    expect(frame.problems).toEqual([]);
    await log.scan();
    expect(log.info.lidars).toMatchObject([
      { topic: "/lidar/points", sweepCount: 10, frameId: "lidar", hasTimes: false, offsetsMs: undefined },
      {
        topic: "/rear/points",
        sweepCount: 10,
        frameId: "rear",
        offsetsMs: { min: 35, median: 35, max: 35, count: 10 },
      },
    ]);
    expect(log.info.lidars[1].egoFromLidar?.translation).toEqual([-2, 0.5, 1]);
  });
  it("a lidar that nothing places is named, with the reason and the time, and has no pose", async () => {
    const log = await openAll([
      lidarMounted,
      mounted({ parent: "trailer", child: "rear" }, { parent: "rear", child: "trailer" }),
      motion("map", "base_link", driving),
      sweeps(),
      sweeps("/rear/points", 10, "rear"),
    ]);
    const frame = await log.frame(3);
    expect(frame.sweeps.map(({ egoFromLidar }) => egoFromLidar !== undefined)).toEqual([true, false]);
    expect(frame.problems[0]).toMatchObject({ code: "missing-transform", severity: "error", topic: "/rear/points" });
    expect(frame.problems[0].message).toBe(
      "There is no transform from 'rear' to 'base_link' at 0.31 s: the transforms go round in a circle ('rear' → 'trailer' → 'rear').",
    );
  });
  it("a mounting that moves is not drawn where it is not known", async () => {
    const log = await openAll([
      mounted({ parent: "base_link", child: "lidar" }),
      motion("map", "base_link", driving),
      motion("base_link", "arm", (t) => ({ translation: [t, 0, 0] })).slice(0, 20),
      sweeps(),
      sweeps("/top/points", 1, "arm"),
    ]);
    expect((await log.frame(2)).sweeps[1].egoFromLidar?.translation[0]).toBeGreaterThan(0.2);
    const late = await log.frame(9);
    expect(late.sweeps[1].egoFromLidar).toBeUndefined();
    expect(codes(late.problems)).toEqual(["transform-gap"]);
  });
});

describe("rule 8: static transforms are looked for", () => {
  it("one that is said late in the log", async () => {
    const late = transforms("/tf_static", time(950), [
      { at: start, parent: "base_link", child: "rear", translation: [3, 0, 0] },
    ]);
    const said = Array.from({ length: 9 }, (_, i) => ({ ...lidarMounted, logTime: time(i * 100) }));
    const log = await openAll([
      said,
      late,
      motion("map", "base_link", driving),
      sweeps(),
      sweeps("/rear/points", 0, "rear", 9),
    ]);
    expect((await log.frame(0)).sweeps[1].egoFromLidar?.translation).toEqual([3, 0, 0]);
  });
  it("a mounting said once among those that move holds for the whole log", async () => {
    const once = transform("/tf", start, { at: start, parent: "base_link", child: "lidar", translation: [1, 0, 2] });
    const log = await openAll([once, motion("map", "base_link", driving), sweeps()]);
    const frame = await log.frame(9);
    expect(frame.sweeps[0].egoFromLidar?.translation).toEqual([1, 0, 2]);
    expect(frame.problems).toEqual([]);
  });
});

describe("rule 6: the world is chosen", () => {
  const both = [
    lidarMounted,
    motion("odom", "base_link", driving),
    motion("map", "odom", (t) => ({ translation: [100, t, 0] })),
    sweeps(),
  ];
  it("of the spaces above ego", async () => {
    const log = await openAll(both);
    expect(log.info).toMatchObject({ worldName: "map", worldNames: ["odom", "map"], choice: { worldName: "map" } });
    const inOdom = await openAll(both, { worldName: "odom" });
    expect(inOdom.info).toMatchObject({ worldName: "odom", worldNames: ["odom", "map"], problems: [] });
    expect((await log.frame(5)).worldFromEgo.translation[0]).toBeCloseTo(110);
    expect((await inOdom.frame(5)).worldFromEgo.translation[0]).toBeCloseTo(10);
  });
  it("a name that is none of them is a problem, and the usual one is used", async () => {
    const log = await openAll(both, { worldName: "utm" });
    expect(log.info.worldName).toBe("map");
    expect(log.info.problems[0].message).toBe(
      "The fixed space 'utm' was chosen, but the vehicle does not move in it; found: 'odom', 'map'.",
    );
  });
  it("clouds in the world itself are placed by the vehicle's pose", async () => {
    const log = await openAll([motion("map", "base_link", driving), sweeps("/registered", 0, "map")]);
    expect(log.info).toMatchObject({ worldName: "map", egoName: "base_link", problems: [] });
    const {
      worldFromEgo,
      sweeps: [sweep],
    } = await log.frame(5);
    const worldFromMap = compose(worldFromEgo, sweep.egoFromLidar as Pose<"ego", "lidar">);
    worldFromMap.translation.forEach((v) => expect(v).toBeCloseTo(0, 9));
  });
  it("a world that is said as a child of the vehicle is followed over time", async () => {
    const inverse = motion("base_link", "map", (t) => ({ translation: [-20 * t, 0, 0] }));
    const log = await openAll([lidarMounted, inverse, sweeps()]);
    expect((await log.frame(5)).worldFromEgo.translation[0]).toBeCloseTo(10);
    expect((await log.frame(9)).worldFromEgo.translation[0]).toBeCloseTo(18);
    expect(log.info).toMatchObject({ worldName: "map", egoName: "base_link", problems: [] });
  });
});

describe("rule F1: frames are chosen when a log is opened", () => {
  it("lidars are left out, or another one is the reference", async () => {
    const messages = [lidarMounted, sweeps(), sweeps("/a/points", 10), sweeps("/b/points", 20)];
    const all = await openAll(messages);
    expect(all.info.choice).toEqual({
      clock: "stamps",
      lidarTopic: "/a/points",
      companionTopics: ["/b/points", "/lidar/points"],
      worldName: undefined,
      maxRateHz: undefined,
      deskew: [],
    });
    const one = await openAll(messages, { lidarTopic: "/lidar/points", companionTopics: ["/b/points"] });
    expect(one.info).toMatchObject({ lidarTopic: "/lidar/points", choice: { companionTopics: ["/b/points"] } });
    expect(one.info.lidars.map(({ topic, frameId }) => [topic, frameId])).toEqual([
      ["/a/points", undefined],
      ["/b/points", "lidar"],
      ["/lidar/points", "lidar"],
    ]);
    expect((await one.frame(3)).sweeps.map(({ topic }) => topic)).toEqual(["/lidar/points", "/b/points"]);
    await expect(openAll(messages, { companionTopics: ["/c"] })).rejects.toThrow(/no readable lidar topic '\/c'/);
  });
  it("at a lower rate the frames are the same ones whatever is read first; poses and images are theirs", async () => {
    const full = await open(drive(20), { chunkSize: 9000 });
    for (const order of [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
    ]) {
      const log = await open(drive(20), { chunkSize: 9000 }, { maxRateHz: 2 });
      expect(log.info).toMatchObject({ sweepCount: 20, choice: { maxRateHz: 2 } });
      expect(log.info.frames).toHaveLength(4);
      for (const index of order) {
        expect(await log.frame(index)).toEqual({ ...(await full.frame(index * 5)), index });
      }
      expect((await log.scan()).map(({ at }) => at)).toEqual(
        (await full.scan()).filter((_, i) => i % 5 === 0).map(({ at }) => at),
      );
      expect(log.info.cameras[0].offsetsMs?.count).toBe(4);
    }
  });
});
