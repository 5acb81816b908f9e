import { rotate, fromYaw } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { drive, message, second, start } from "../../test-support/drive.ts";
import { encode, stamp } from "../../test-support/foxglove.ts";
import { codes, open } from "../../test-support/open.ts";
import { header, rosMessage } from "../../test-support/ros.ts";
import type { TestMessage } from "../../test-support/write-log.ts";
import type { LogReader } from "../types.ts";

/** Stamp of a frame of `drive`. */
const frameAt = (index: number): bigint => start + (second * BigInt(index)) / 10n + 3_000_000n;
const pose = (x: number, y = 0, z = 0, orientation: object = { x: 0, y: 0, z: 0, w: 1 }) => ({
  position: { x, y, z },
  orientation,
});
const scene = (logTime: bigint, entities: object[], deletions: object[] = []): TestMessage =>
  message("/annotations", "SceneUpdate", logTime, encode("SceneUpdate", { entities, deletions }));
const cube = (id: string, at: bigint, more: object = {}, x = 5) => ({
  timestamp: stamp(at),
  frame_id: "base_link",
  id,
  metadata: [{ key: "category", value: "vehicle.car" }],
  cubes: [{ pose: pose(x), size: { x: 4, y: 2, z: 1.5 } }],
  ...more,
});
const inOrder = (messages: readonly TestMessage[]): TestMessage[] =>
  messages.toSorted((a, b) => (a.logTime < b.logTime ? -1 : a.logTime > b.logTime ? 1 : 0));
const idsOf = async (log: LogReader, index: number): Promise<string[]> =>
  (await log.frame(index)).labels.flatMap(({ cuboids, lines }) => [...cuboids, ...lines]).map(({ id }) => id);

describe("rule L1: labels of SceneUpdate", () => {
  it("are in world, placed at their own stamp, with class, key and the topic's role", async () => {
    const log = await open(inOrder([...drive(3), scene(frameAt(1), [cube("car-1", frameAt(1))])]));
    expect(log.info.topics.find(({ topic }) => topic === "/annotations")?.role).toBe("labels");
    const { labels, worldFromEgo, problems } = await log.frame(1);
    expect(problems).toEqual([]);
    expect(labels).toMatchObject([
      { topic: "/annotations", at: frameAt(1), problems: [], lines: [], cuboids: [{ id: "car-1", trackKey: "car-1" }] },
    ]);
    const [{ cuboid, className, heading }] = labels[0].cuboids;
    expect([className, heading, cuboid.size]).toEqual(["vehicle.car", "known", [4, 2, 1.5]]);
    const ahead = rotate(worldFromEgo.rotation, [5, 0, 0]);
    cuboid.center.forEach((v, i) => expect(v).toBeCloseTo(worldFromEgo.translation[i] + ahead[i], 9));
    expect((await log.frame(0)).labels).toEqual([]);
  });

  it("a cube of an earlier frame stays where it was, or goes along with its space", async () => {
    const entities = [cube("stays", frameAt(0)), cube("locked", frameAt(0), { frame_locked: true })];
    const log = await open(inOrder([...drive(12), scene(frameAt(0), entities)]));
    const x = async (index: number) => {
      const frame = await log.frame(index);
      return frame.labels[0].cuboids.map(({ cuboid }) => cuboid.center[0] - frame.worldFromEgo.translation[0]);
    };
    const [first, later] = [await x(0), await x(10)];
    expect(first[0]).toBeCloseTo(first[1], 9);
    expect(first[0] - later[0]).toBeCloseTo(10, 6);
    expect(later[1]).toBeGreaterThan(2.6);
  });

  it("the same frame has the same labels whichever way it is reached", async () => {
    const updates = Array.from({ length: 30 }, (_, i) =>
      scene(
        frameAt(i),
        [cube(`c${i % 7}`, frameAt(i), i % 3 === 0 ? { lifetime: { seconds: 0, nanos: 250_000_000 } } : {})],
        i === 13
          ? [{ timestamp: stamp(frameAt(i)), type: 1 }]
          : i % 5 === 4
            ? [{ timestamp: stamp(frameAt(i)), type: 0, id: `c${(i + 3) % 7}` }]
            : [],
      ),
    );
    const messages = inOrder([...drive(30), ...updates]);
    const write = { chunkSize: 6000, compression: "zstd" } as const;
    const forward = await open(messages, write);
    const all: string[][] = [];
    for (let i = 0; i < 30; i++) all.push(await idsOf(forward, i));
    expect(new Set(all.map((ids) => ids.join())).size).toBeGreaterThan(10);
    expect(all[13]).toEqual(["c6"]);
    for (const index of [29, 20, 7, 12]) {
      const jumped = await open(messages, write, { cacheBytes: 1 });
      expect(await idsOf(jumped, index)).toEqual(all[index]);
    }
  });

  it("what the topic's first message says stands, however long ago; what is older than 10 s otherwise does not", async () => {
    const map = { timestamp: stamp(frameAt(0)), frame_id: "map", id: "map", lines: [line(0)] };
    const log = await open(
      inOrder([
        ...drive(130),
        scene(frameAt(0), [map]),
        scene(frameAt(1), [cube("old", frameAt(1))]),
        scene(frameAt(125), [cube("new", frameAt(125))]),
      ]),
    );
    expect(await idsOf(log, 126)).toEqual(["new", "map"]);
    expect(await idsOf(log, 100)).toEqual(["old", "map"]);
  });

  const line = (type: number, more: object = {}) => ({
    type,
    pose: pose(1),
    points: [0, 1, 2, 3].map((x) => ({ x, y: 0, z: 0 })),
    ...more,
  });
  it("lines: strip, loop, list, indices, pose", async () => {
    const entity = {
      timestamp: stamp(frameAt(0)),
      frame_id: "map",
      id: "lanes",
      lines: [line(0), line(1), line(2), line(2, { indices: [0, 1, 1, 2] }), line(0, { indices: [3, 0, 99] })],
    };
    const log = await open(inOrder([...drive(1), scene(frameAt(0), [entity])]));
    const [{ lines }] = (await log.frame(0)).labels;
    expect(lines.map(({ id, points }) => [id, ...points.map(([x]) => x)])).toEqual([
      ["lanes/0", 1, 2, 3, 4],
      ["lanes/1", 1, 2, 3, 4, 1],
      ["lanes/2.0", 1, 2],
      ["lanes/2.1", 3, 4],
      ["lanes/3.0", 1, 2, 3],
      ["lanes/4", 4, 1],
    ]);
  });

  it("rule L2: a space that no transform leads from is named, and not drawn; so are sizes of zero", async () => {
    const bad = cube("flat", frameAt(0), { cubes: [{ pose: pose(1), size: { x: 1, y: 0, z: 1 } }] });
    const log = await open(
      inOrder([...drive(1), scene(frameAt(0), [cube("lost", frameAt(0), { frame_id: "mars" }), bad])]),
    );
    const [layer] = (await log.frame(0)).labels;
    expect(layer.cuboids).toEqual([]);
    expect(codes(layer.problems)).toEqual(["missing-transform", "bad-labels"]);
    expect(layer.problems[0].message).toMatch(
      /^There is no transform from 'mars' to 'map' at 0\.00 s: .*'\/annotations'/,
    );
    expect(codes(log.info.problems)).toEqual(["missing-transform", "bad-labels"]);
  });

  it("rule L2: texts of the log are cleaned; ids stay apart", async () => {
    const nasty = [`${"x".repeat(5000)}1`, `${"x".repeat(5000)}2`, "a\u202eb\u0000c\n", "<img onerror=alert(1)>"];
    const entities = nasty.map((text) => cube(text, frameAt(0), { metadata: [{ key: "class", value: text }] }));
    const log = await open(inOrder([...drive(1), scene(frameAt(0), entities)]));
    const [{ cuboids }] = (await log.frame(0)).labels;
    expect(cuboids.map(({ className }) => className)).toEqual([
      `${"x".repeat(63)}…`,
      `${"x".repeat(63)}…`,
      "a\ufffdb\ufffdc\ufffd",
      "<img onerror=alert(1)>",
    ]);
    expect(new Set(cuboids.map(({ id }) => id)).size).toBe(4);
    cuboids.forEach(({ id }) => expect(id.length).toBeLessThanOrEqual(64));
  });
});

const covariance = Array(36).fill(0) as number[];
const vector = (x = 0, y = 0, z = 0) => ({ x, y, z });
const yaw = (rad: number) => {
  const [x, y, z, w] = fromYaw(rad);
  return { x, y, z, w };
};
const tracked = (more: Record<string, unknown> = {}, kinematics: Record<string, unknown> = {}) => ({
  object_id: { uuid: Uint8Array.from({ length: 16 }, (_, i) => i) },
  existence_probability: 0.5,
  classification: [
    { label: 0, probability: 0.25 },
    { label: 7, probability: 0.75 },
  ],
  kinematics: {
    pose_with_covariance: { pose: pose(1, 2, 3, yaw(Math.PI / 2)), covariance },
    twist_with_covariance: { twist: { linear: vector(3), angular: vector() }, covariance },
    acceleration_with_covariance: { accel: { linear: vector(), angular: vector() }, covariance },
    orientation_availability: 2,
    is_stationary: false,
    ...kinematics,
  },
  shape: { type: 0, footprint: { points: [] }, dimensions: vector(0.6, 0.5, 1.7) },
  ...more,
});
async function layerOf(
  type: string,
  value: Record<string, unknown>,
  at = frameAt(1),
  version: "ros1" | "ros2" = "ros2",
) {
  const log = await open(
    inOrder([...drive(3), rosMessage(version, "/objects", type, at, { header: header(at, "map"), ...value })]),
  );
  return { log, layer: (await log.frame(1)).labels[0], before: (await log.frame(0)).labels };
}

describe("rule L1: lists of objects", () => {
  it("TrackedObjects: id, class of the highest probability, score, velocity out of the object's axes", async () => {
    const { layer, before } = await layerOf("autoware_perception_msgs/TrackedObjects", { objects: [tracked()] });
    expect(before).toEqual([]);
    const [found] = layer.cuboids;
    expect(found).toMatchObject({
      trackKey: "000102030405060708090a0b0c0d0e0f",
      className: "pedestrian",
      score: 0.5,
      heading: "known",
      cuboid: { center: [1, 2, 3], size: [expect.closeTo(0.6), 0.5, 1.7] },
    });
    (found.velocity ?? []).forEach((v, i) => expect(v).toBeCloseTo([0, 3, 0][i], 9));
  });

  it("orientation_availability, zero quaternions, cylinders, footprints, repeated ids", async () => {
    const zero = { pose: pose(0, 0, 0, { x: 0, y: 0, z: 0, w: 0 }), covariance };
    const corners = [vector(-1, -1), vector(3, -1), vector(3, 1)];
    const objects = [
      tracked({}, { orientation_availability: 0 }),
      tracked({}, { orientation_availability: 1 }),
      tracked(
        { shape: { type: 1, footprint: { points: [] }, dimensions: vector(0.5, 0, 2) } },
        { pose_with_covariance: zero },
      ),
      tracked({ shape: { type: 2, footprint: { points: corners }, dimensions: vector(0, 0, 2) } }),
      tracked({ shape: { type: 0, footprint: { points: [] }, dimensions: vector() } }),
    ];
    const { layer } = await layerOf("autoware_perception_msgs/TrackedObjects", { objects });
    expect(layer.cuboids.map(({ heading }) => heading)).toEqual(["unknown", "sign-unknown", "unknown", "known"]);
    expect(layer.cuboids.map(({ velocity }) => velocity !== undefined)).toEqual([false, false, false, true]);
    expect(layer.cuboids[2].cuboid.size).toEqual([0.5, 0.5, 2]);
    expect(layer.cuboids[3].cuboid.size).toEqual([4, 2, 2]);
    // The footprint's middle is 1 m along the object's x, which points along y.
    layer.cuboids[3].cuboid.center.forEach((v, i) => expect(v).toBeCloseTo([1, 3, 3][i], 9));
    expect(layer.cuboids.map(({ trackKey }) => trackKey !== undefined)).toEqual([true, false, false, false]);
    expect(codes(layer.problems)).toEqual(["bad-labels"]);
  });

  it("PredictedObjects: the initial pose", async () => {
    const { kinematics, ...rest } = tracked();
    const initial = {
      initial_pose_with_covariance: kinematics.pose_with_covariance,
      initial_twist_with_covariance: kinematics.twist_with_covariance,
      initial_acceleration_with_covariance: kinematics.acceleration_with_covariance,
      predicted_paths: [{ path: [pose(9)], confidence: 1 }],
    };
    const objects = [{ ...rest, kinematics: initial }];
    const { layer } = await layerOf("autoware_perception_msgs/PredictedObjects", { objects });
    expect(layer.cuboids).toMatchObject([{ heading: "known", cuboid: { center: [1, 2, 3] } }]);
  });

  it("Detection3DArray: class, score, id; the outer header where the inner one is empty", async () => {
    const results = [
      { hypothesis: { class_id: "car", score: 0.5 }, pose: { pose: pose(0), covariance } },
      { hypothesis: { class_id: "van", score: 0.75 }, pose: { pose: pose(0), covariance } },
    ];
    const bbox = { center: pose(7, 8, 9), size: vector(4, 2, 1) };
    const detections = [
      { header: header(0n, ""), results, bbox, id: "17" },
      { header: header(frameAt(1), "base_link"), results: [], bbox, id: "" },
    ];
    for (const version of ["ros1", "ros2"] as const) {
      const { layer } = await layerOf("vision_msgs/Detection3DArray", { detections }, frameAt(1), version);
      const [first, other] = layer.cuboids;
      expect(first).toMatchObject({
        id: "17",
        trackKey: "17",
        className: "van",
        score: 0.75,
        cuboid: { center: [7, 8, 9] },
      });
      expect([other.className, other.trackKey]).toEqual(["", undefined]);
      expect(other.cuboid.center[0]).not.toBeCloseTo(7, 1);
    }
  });

  it("a list farther than half a frame belongs to no frame", async () => {
    const { layer } = await layerOf("autoware_perception_msgs/TrackedObjects", { objects: [tracked()] }, frameAt(20));
    expect(layer).toBeUndefined();
  });
});
