import { timestampNs } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { rosDefinition } from "../../test-support/ros-definitions.ts";
import { header, readerOf, writeRos } from "../../test-support/ros.ts";
import { defaultLimits, type Limits } from "../limits.ts";
import type { Decoder } from "./decoder.ts";
import { decoders } from "./index.ts";
import { livoxCustom } from "./livox-custom.ts";
import { radarScan } from "./radar-scan.ts";
import { unpackCloud } from "./unpack-cloud.ts";

const at = timestampNs(1_700_000_000_000_000_007n);

/** Through both versions of ROS, which must agree. */
function sweep(decoder: Decoder, type: string, value: Record<string, unknown>, limits: Limits = defaultLimits) {
  const [first, second] = (["ros1", "ros2"] as const).map((version) => {
    const text = rosDefinition(type, version);
    const bytes = writeRos(text, version, { header: header(at, "/sensor"), ...value });
    const sample = decoder.decode(readerOf(type, text, version).read(bytes), limits);
    if (sample.kind !== "cloud") throw new Error("no cloud");
    expect([sample.at, sample.frameId]).toEqual([at, "sensor"]);
    return unpackCloud(sample, at);
  });
  expect(first).toEqual(second);
  return first;
}

describe("rule 15: CustomMsg of Livox's drivers", () => {
  const point = (x: number, offset: number, line: number) => ({
    offset_time: offset,
    x,
    y: 2 * x,
    z: 3 * x,
    reflectivity: 200 + line,
    tag: 16,
    line,
  });
  const read = (more: Record<string, unknown> = {}, limits?: Limits) =>
    sweep(
      livoxCustom,
      "livox_ros_driver2/CustomMsg",
      {
        timebase: at,
        point_num: 999,
        lidar_id: 1,
        rsvd: [0, 0, 0],
        points: [point(1, 0, 0), point(2, 40_000_000, 1), point(-3, 99_999_999, 3)],
        ...more,
      },
      limits,
    );
  it("points with reflectivity, line and time, as many as the list has", () => {
    const found = read();
    expect([...found.positions]).toEqual([1, 2, 3, 2, 4, 6, -3, -6, -9]);
    expect([...(found.intensity ?? [])]).toEqual([200, 201, 203]);
    expect([...(found.ring ?? [])]).toEqual([0, 1, 3]);
    expect([...(found.timeOffsetNs ?? [])]).toEqual([0, 40_000_000, 99_999_999]);
  });
  it("times count from the time base where it is on the stamp's clock, else from the stamp", () => {
    expect([...(read({ timebase: at - 5_000_000n }).timeOffsetNs ?? [])]).toEqual([-5_000_000, 35_000_000, 94_999_999]);
    expect([...(read({ timebase: 77n }).timeOffsetNs ?? [])]).toEqual([0, 40_000_000, 99_999_999]);
  });
  it("a point at the origin is no return; a message without points is empty", () => {
    const found = read({ points: [point(0, 0, 0), point(1, 50, 2)] });
    expect([found.count, found.dropped, found.ring?.[0], found.timeOffsetNs?.[0]]).toEqual([1, 1, 2, 50]);
    expect(read({ points: [] }).count).toBe(0);
  });
  it("rule 3: more points than the limit are thinned", () => {
    expect(read({}, { ...defaultLimits, maxPoints: 2 }).count).toBe(2);
  });
  it("of either driver", () => {
    const of = (name: string) => decoders.find(({ schemaNames }) => schemaNames.includes(name));
    expect([of("livox_ros_driver/CustomMsg"), of("livox_ros_driver2/CustomMsg")]).toEqual([livoxCustom, livoxCustom]);
  });
});

describe("rule 15: radar_msgs/RadarScan", () => {
  it("range, azimuth and elevation become points, the amplitude their intensity", () => {
    const one = { range: 10, azimuth: 0, elevation: 0, doppler_velocity: -3, amplitude: 7 };
    const found = sweep(radarScan, "radar_msgs/RadarScan", {
      returns: [
        one,
        { ...one, azimuth: Math.PI / 2, amplitude: 8 },
        { ...one, elevation: Math.PI / 6 },
        { ...one, range: NaN },
      ],
    });
    [10, 0, 0, 0, 10, 0, 10 * Math.cos(Math.PI / 6), 0, 5].forEach((v, i) =>
      expect(found.positions[i]).toBeCloseTo(v, 5),
    );
    expect([...(found.intensity ?? [])]).toEqual([7, 8, 7]);
    expect(found.dropped).toBe(1);
    expect(radarScan.rank).toBe("fallback");
  });
});
