import { describe, expect, it } from "vitest";
import { cloud, message, second, start } from "../test-support/drive.ts";
import { cloudMessage, xyzi, type CloudField } from "../test-support/foxglove.ts";
import { open } from "../test-support/open.ts";
import { header, rosMessage } from "../test-support/ros.ts";
import type { TestMessage } from "../test-support/write-log.ts";

const every = (count: number, make: (at: bigint) => TestMessage): TestMessage[] =>
  Array.from({ length: count }, (_, i) => make(start + (BigInt(i) * second) / BigInt(count)));
const lidar = (topic = "/lidar/points", count = 5) => every(count, (at) => cloud(topic, at));
/** A cloud at 13 Hz with one more field. */
const withField = (topic: string, name: string, points = 3): TestMessage[] => {
  const fields: readonly CloudField[] = [...xyzi, { name, offset: 16, type: 7 }];
  const all = Array.from({ length: points }, (_, i) => [i, 1, 0, 0.5, -2]);
  return every(13, (at) =>
    message(topic, "PointCloud", at, cloudMessage({ at, frameId: "lidar", stride: 20, fields, points: all })),
  );
};
const topics = async (...messages: readonly TestMessage[][]): Promise<readonly string[]> => {
  const log = await open(messages.flat().toSorted((a, b) => (a.logTime < b.logTime ? -1 : 1)));
  expect(log.info.lidarTopic).toBe(log.info.lidarTopics[0]);
  expect(log.info.choice.companionTopics).toEqual(log.info.lidarTopics.slice(1));
  return log.info.lidarTopics;
};

describe("rule 16: a radar is the reference only where there is no lidar", () => {
  it.each(["doppler", "velocity", "radial_velocity", "range_rate", "RCS", "vx_comp"])(
    "known by its field %s",
    async (field) => {
      expect(await topics(lidar(), withField("/front/points", field))).toEqual(["/lidar/points", "/front/points"]);
    },
  );
  it("known by its topic", async () => {
    expect(await topics(lidar(), lidar("/RADAR_front", 9))).toEqual(["/lidar/points", "/RADAR_front"]);
  });
  it("known by its type", async () => {
    const one = { range: 5, azimuth: 0, elevation: 0, doppler_velocity: 0, amplitude: 1 };
    const scans = every(9, (at) =>
      rosMessage("ros2", "/front", "radar_msgs/RadarScan", at, { header: header(at, "lidar"), returns: [one] }),
    );
    expect(await topics(lidar(), scans)).toEqual(["/lidar/points", "/front"]);
  });
  it("several radars before the lidar in number; a field that radars do not have changes nothing", async () => {
    expect(await topics(lidar(), withField("/a", "rcs"), withField("/b", "doppler"))).toEqual([
      "/lidar/points",
      "/a",
      "/b",
    ]);
    expect(await topics(lidar(), withField("/a", "ring"))).toEqual(["/a", "/lidar/points"]);
  });
  it("alone it gives the frames", async () => {
    expect(await topics(lidar("/radar", 4))).toEqual(["/radar"]);
    expect(await topics(withField("/a", "velocity"), lidar("/radar", 4))).toEqual(["/a", "/radar"]);
  });
  it("a lidar that measures speed has more points than any radar", async () => {
    expect(await topics(lidar(), withField("/fmcw", "velocity", 20_001))).toEqual(["/fmcw", "/lidar/points"]);
  });
});
