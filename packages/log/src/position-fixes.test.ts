import { describe, expect, it } from "vitest";
import { drive, start } from "../test-support/drive.ts";
import { codes, open } from "../test-support/open.ts";
import { header, rosMessage, rosStamp } from "../test-support/ros.ts";
import type { TestMessage } from "../test-support/write-log.ts";

const second = 1_000_000_000n;
const navSat = (topic: string, i: number, more: Record<string, unknown> = {}): TestMessage => {
  const at = start + (BigInt(i) * second) / 10n;
  return rosMessage("ros2", topic, "sensor_msgs/NavSatFix", at, {
    header: header(at + 1n, "gps"),
    status: { status: 0, service: 1 },
    latitude: 48.137 + i / 1000,
    longitude: 11.575,
    altitude: 520,
    position_covariance: Array(9).fill(0),
    position_covariance_type: 0,
    ...more,
  });
};
const fix = (topic: string, value: object, at = start): TestMessage => ({
  topic,
  schema: "foxglove.LocationFix",
  schemaEncoding: "jsonschema",
  schemaData: new TextEncoder().encode("{}"),
  encoding: "json",
  logTime: at,
  data: new TextEncoder().encode(JSON.stringify(value)),
});

describe("rule L4: position fixes are told", () => {
  it("number, first and last place, from ROS and Foxglove; no pose comes of them", async () => {
    const stamp = { sec: rosStamp(start).sec, nsec: 5 };
    const log = await open([
      ...drive(3),
      ...[0, 1, 2].map((i) => navSat("/gps/fix", i)),
      fix("/gps", { timestamp: stamp, frame_id: "gps", latitude: -33.5, longitude: 151.25, altitude: "NaN" }),
    ]);
    const { fixes, topics, problems, worldName } = log.info;
    const place = { longitude: 11.575, altitude: 520 };
    expect(fixes).toEqual([
      {
        topic: "/gps/fix",
        count: 3,
        first: { at: start + 1n, latitude: 48.137, ...place },
        last: { at: start + 200_000_001n, latitude: 48.139, ...place },
      },
      {
        topic: "/gps",
        count: 1,
        first: { at: start + 5n, latitude: -33.5, longitude: 151.25 },
        last: { at: start + 5n, latitude: -33.5, longitude: 151.25 },
      },
    ]);
    expect(topics.filter(({ role }) => role === "fix").map(({ topic }) => topic)).toEqual(["/gps", "/gps/fix"]);
    expect([codes(problems), worldName]).toEqual([[], "map"]);
  });

  it("a receiver without a fix gives no place, and no problem", async () => {
    const log = await open([
      ...drive(1),
      navSat("/gps/fix", 0, { status: { status: -1, service: 1 } }),
      navSat("/gps/fix", 1, { latitude: NaN }),
    ]);
    expect(log.info.fixes).toEqual([{ topic: "/gps/fix", count: 2 }]);
    expect(codes(log.info.problems)).toEqual([]);
  });

  it("a message that cannot be read is a problem; the other one is told", async () => {
    const cut = { ...navSat("/gps/fix", 0), data: new Uint8Array(9) };
    const log = await open([...drive(1), cut, navSat("/gps/fix", 2)]);
    expect(log.info.fixes).toMatchObject([{ topic: "/gps/fix", count: 2, last: { latitude: 48.139 } }]);
    expect(log.info.fixes[0].first).toBeUndefined();
    expect(log.info.problems).toMatchObject([{ code: "bad-message", topic: "/gps/fix" }]);
  });

  it("of many topics the first eight are looked into", async () => {
    const log = await open([...drive(1), ...Array.from({ length: 10 }, (_, i) => navSat(`/gps/${i}`, 0))]);
    expect(log.info.fixes.map(({ first }) => first !== undefined)).toEqual([...Array(8).fill(true), false, false]);
  });
});
