import { describe, expect, it } from "vitest";
import { cloud, second, start, transform, transforms } from "../test-support/drive.ts";
import { codes, open } from "../test-support/open.ts";
import { header, rosMessage } from "../test-support/ros.ts";
import type { TestMessage } from "../test-support/write-log.ts";

const still = { x: 0, y: 0, z: 0, w: 1 };
const covariance = Array(36).fill(0);
const twist = { twist: { linear: still, angular: still }, covariance };

/** Poses at 20 Hz: x = 10 t. */
function poses(
  topic: string,
  type: "nav_msgs/Odometry" | "geometry_msgs/PoseStamped",
  frameId: string,
  child = "",
): TestMessage[] {
  return Array.from({ length: 21 }, (_, i) => {
    const at = start + (second * BigInt(i)) / 20n;
    const pose = { position: { x: i / 2, y: 0, z: 0 }, orientation: still };
    const value =
      type === "nav_msgs/Odometry" ? { child_frame_id: child, pose: { pose, covariance }, twist } : { pose };
    return rosMessage("ros2", topic, type, at, { header: header(at, frameId), ...value });
  });
}

const sweeps = Array.from({ length: 10 }, (_, i) => cloud("/lidar/points", start + (second * BigInt(i)) / 10n));
const mounted = transforms("/tf_static", start, [
  { at: start, parent: "base_link", child: "lidar", translation: [1, 0, 2] },
  { at: start, parent: "base_footprint", child: "base_link", translation: [0, 0, 0.5] },
]);
const openAll = (...messages: readonly (TestMessage | readonly TestMessage[])[]) =>
  open(
    messages.flat().toSorted((a, b) => (a.logTime < b.logTime ? -1 : 1)),
    { chunkSize: 2000 },
  );

describe("rule 16: poses stand in where no transform moves", () => {
  it("Odometry of base_link moves the root above it, so that the mounting stays", async () => {
    const log = await openAll(mounted, sweeps, poses("/odom", "nav_msgs/Odometry", "map", "base_link"));
    expect(log.info).toMatchObject({ worldName: "map", egoName: "base_footprint" });
    const frame = await log.frame(5);
    // base_link is half a metre above base_footprint, and it is base_link that is at height 0.
    expect(frame.worldFromEgo.translation).toEqual([5, 0, -0.5]);
    expect(frame.sweeps[0].egoFromLidar?.translation).toEqual([1, 0, 2.5]);
    expect(frame.problems).toEqual([]);
    expect(log.info.problems.map(({ code, message }) => [code, message])).toEqual([
      [
        "ego-from-poses",
        "No transform says how the vehicle moves; it is placed in 'map' by the poses of '/odom'. They are taken for those of 'base_link'.",
      ],
    ]);
    expect(log.info.topics.find(({ topic }) => topic === "/odom")?.role).toBe("transform");
  });
  it("PoseStamped does not say whose it is; Odometry is preferred", async () => {
    const pose = poses("/pose", "geometry_msgs/PoseStamped", "map");
    const log = await openAll(mounted, sweeps, pose);
    expect((await log.frame(5)).worldFromEgo.translation).toEqual([5, 0, -0.5]);
    expect(log.info.problems[0].message).toMatch(
      /'\/pose', which do not say whose they are\. They are taken for those of 'base_link'/,
    );
    const both = await openAll(mounted, sweeps, pose, poses("/odom", "nav_msgs/Odometry", "odom", "somebody"));
    expect(both.info).toMatchObject({ worldName: "odom" });
    expect(both.info.problems[0].message).toMatch(/which are those of 'somebody'/);
    expect(both.info.topics.find(({ topic }) => topic === "/pose")?.role).toBe("other");
  });
  it("poses in the vehicle's own space are of something else", async () => {
    const log = await openAll(mounted, sweeps, poses("/goal", "geometry_msgs/PoseStamped", "base_link"));
    expect(log.info.worldName).toBeUndefined();
    expect(codes(log.info.problems)).toEqual(["no-ego-motion"]);
  });
  it("a transform that moves is better", async () => {
    const moving = Array.from({ length: 21 }, (_, i) => {
      const at = start + (second * BigInt(i)) / 20n;
      return transform("/tf", at, { at, parent: "odom", child: "base_footprint", translation: [i, 0, 0] });
    });
    const log = await openAll(mounted, sweeps, moving, poses("/odom", "nav_msgs/Odometry", "map", "base_link"));
    expect(log.info).toMatchObject({ worldName: "odom", egoName: "base_footprint", problems: [] });
    expect((await log.frame(5)).worldFromEgo.translation).toEqual([10, 0, 0]);
    expect(log.info.topics.find(({ topic }) => topic === "/odom")?.role).toBe("other");
  });
  it("a planar scan is the reference only where there is no other lidar", async () => {
    const scan = {
      angle_min: 0,
      angle_max: 1,
      angle_increment: 0.5,
      time_increment: 0,
      scan_time: 0,
      range_min: 0,
      range_max: 9,
      ranges: [1, 2, 3],
      intensities: [],
    };
    const scans = Array.from({ length: 40 }, (_, i) => {
      const at = start + (second * BigInt(i)) / 40n;
      return rosMessage("ros1", "/scan", "sensor_msgs/LaserScan", at, { header: header(at, "lidar"), ...scan });
    });
    const both = await openAll(mounted, sweeps, scans);
    expect(both.info).toMatchObject({ lidarTopic: "/lidar/points", lidarTopics: ["/lidar/points", "/scan"] });
    expect((await both.frame(3)).sweeps.map(({ topic, count }) => [topic, count])).toEqual([
      ["/lidar/points", 2],
      ["/scan", 3],
    ]);
    expect((await openAll(mounted, scans)).info.lidarTopic).toBe("/scan");
  });
});
