import { describe, expect, it } from "vitest";
import { BufferPool } from "../buffer-pool.ts";
import { pngHeader } from "../../test-support/drive.ts";
import { rosDefinition } from "../../test-support/ros-definitions.ts";
import { header, readerOf, writeRos } from "../../test-support/ros.ts";
import { defaultLimits, type Limits } from "../limits.ts";
import type { Sample } from "./decoder.ts";
import { decoders } from "./index.ts";
import { unpackCloud } from "./unpack-cloud.ts";
import { timestampNs } from "@sweepmark/geometry";

const at = timestampNs(1_700_000_000_000_000_007n);

/** Through both versions of ROS, which must agree. */
function decode(type: string, value: Record<string, unknown>, limits: Limits = defaultLimits): Sample {
  const decoder = decoders.find(({ schemaNames }) => schemaNames.includes(type));
  if (!decoder) throw new Error(`no decoder for ${type}`);
  const [first, second] = (["ros1", "ros2"] as const).map((version) => {
    const text = rosDefinition(type, version);
    // ROS 2's fields have no capitals.
    const named = version === "ros1" ? value : { ...value, d: value["D"], k: value["K"], r: value["R"], p: value["P"] };
    const bytes = writeRos(text, version, { header: header(at, "/sensor"), ...named });
    return decoder.decode(readerOf(type, text, version).read(bytes), limits);
  });
  if (first.kind !== "image") expect(first).toEqual(second);
  return first;
}

describe("sensor_msgs/LaserScan", () => {
  const scan = {
    angle_min: 0,
    angle_max: Math.PI,
    angle_increment: Math.PI / 2,
    time_increment: 0.001,
    scan_time: 0.1,
    range_min: 0.5,
    range_max: 10,
    ranges: [1, 2, 3],
    intensities: [7, 8, 9],
  };
  const unpacked = (more: Record<string, unknown> = {}) => {
    const sample = decode("sensor_msgs/LaserScan", { ...scan, ...more });
    if (sample.kind !== "cloud") throw new Error("no cloud");
    return unpackCloud(sample, at);
  };
  it("a fan in the plane, counter-clockwise from x, with the time of each ray", () => {
    const sweep = unpacked();
    [1, 0, 0, 0, 2, 0, -3, 0, 0].forEach((v, i) => expect(sweep.positions[i]).toBeCloseTo(v, 6));
    expect([...(sweep.intensity ?? [])]).toEqual([7, 8, 9]);
    expect([...(sweep.timeOffsetNs ?? [])]).toEqual([0, 1_000_000, 2_000_000]);
  });
  it("rays outside the range, or with none, are dropped; intensities of another number are not used", () => {
    const sweep = unpacked({ ranges: [0.1, 2, Infinity, NaN, 11], intensities: [1] });
    expect([sweep.count, sweep.dropped, sweep.intensity]).toEqual([1, 4, undefined]);
  });
  it("rule 3: more rays than the limit", () => {
    expect(() => decode("sensor_msgs/LaserScan", scan, { ...defaultLimits, maxPoints: 2 })).toThrow(
      /3 points; the limit is 2/,
    );
  });
});

describe("sensor_msgs/CompressedImage and Image", () => {
  const open = (type: string, value: Record<string, unknown>) => {
    const sample = decode(type, value);
    if (sample.kind !== "image") throw new Error("no image");
    expect([sample.at, sample.frameId]).toEqual([at, "sensor"]);
    return sample.open(new BufferPool(0));
  };
  it("compressed", () => {
    const picture = open("sensor_msgs/CompressedImage", {
      format: "rgb8; png compressed bgr8",
      data: pngHeader(64, 48),
    });
    expect(picture).toMatchObject({ width: 64, height: 48, content: { kind: "encoded", mimeType: "image/png" } });
  });
  it("raw, with 16 bits in either byte order", () => {
    const rgba = (encoding: string, isBigEndian: number, data: number[]): number[] => {
      const value = { height: 1, width: 1, encoding, is_bigendian: isBigEndian, step: data.length };
      const { content } = open("sensor_msgs/Image", { ...value, data: Uint8Array.from(data) });
      return content.kind === "pixels" ? [...content.rgba] : [];
    };
    expect(rgba("bgr8", 0, [1, 2, 3])).toEqual([3, 2, 1, 255]);
    expect(rgba("mono16", 0, [0x34, 0x12])).toEqual([0x12, 0x12, 0x12, 255]);
    expect(rgba("mono16", 1, [0x34, 0x12])).toEqual([0x34, 0x34, 0x34, 255]);
    expect(rgba("rgb16", 0, [0, 1, 0, 2, 0, 3])).toEqual([1, 2, 3, 255]);
    expect(rgba("bgr16", 1, [1, 0, 2, 0, 3, 0])).toEqual([3, 2, 1, 255]);
  });
});

describe("rule 17: sensor_msgs/CameraInfo", () => {
  const roi = { x_offset: 0, y_offset: 0, width: 0, height: 0, do_rectify: false };
  const info = {
    width: 640,
    height: 480,
    distortion_model: "plumb_bob",
    D: [0.1, 0.2, 0, 0, 0],
    binning_x: 0,
    binning_y: 0,
    roi,
    K: [500, 2, 320, 0, 510, 240, 0, 0, 1],
    R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    P: [400, 0, 300, 0, 0, 410, 200, 0, 0, 0, 1, 0],
  };
  const calibration = (more: Record<string, unknown> = {}) => {
    const sample = decode("sensor_msgs/CameraInfo", { ...info, ...more });
    if (sample.kind !== "calibration") throw new Error("no calibration");
    return sample;
  };
  it("K and D, P for the rectified picture, in both versions of ROS", () => {
    const { raw, rectified, frameId, distortionName } = calibration();
    expect([frameId, distortionName]).toEqual(["sensor", "plumb_bob"]);
    expect(raw).toMatchObject({
      fx: 500,
      fy: 510,
      cx: 320,
      cy: 240,
      skew: 2,
      width: 640,
      height: 480,
      distortion: { kind: "brown" },
    });
    expect(rectified).toMatchObject({ fx: 400, fy: 410, cx: 300, cy: 200, distortion: { kind: "none" } });
  });
  it("binning makes the picture smaller, a region cuts it", () => {
    expect(calibration({ binning_x: 2, binning_y: 4 }).raw).toMatchObject({
      fx: 250,
      fy: 127.5,
      cx: 160,
      cy: 60,
      skew: 1,
      width: 320,
      height: 120,
    });
    const cut = calibration({
      binning_x: 2,
      binning_y: 2,
      roi: { ...roi, x_offset: 100, y_offset: 40, width: 200, height: 100 },
    });
    expect(cut.raw).toMatchObject({
      fx: 250,
      fy: 255,
      cx: 110,
      cy: 100,
      width: 100,
      height: 50,
      distortion: { kind: "brown" },
    });
    expect(cut.rectified).toMatchObject({
      code: "rectified-region",
      message:
        "The camera gives 200 × 100 of 640 × 480 pixels, from (100, 40), and its pictures are rectified; where that region lies in them is not known.",
    });
  });
  it("a K of zeros is no calibration", () => {
    expect(calibration({ K: Array(9).fill(0) }).raw).toMatchObject({ code: "bad-calibration" });
  });
});

describe("transforms and poses of ROS", () => {
  const vector = { x: 1, y: 2, z: 3 };
  const turn = { x: 0, y: 0, z: 1, w: 0 };
  const step = { at, parent: "sensor", translation: [1, 2, 3], rotation: [0, 0, 1, 0] };
  it("TFMessage of tf and tf2, TransformStamped", () => {
    const transform = { child_frame_id: "/child", transform: { translation: vector, rotation: turn } };
    for (const type of ["tf2_msgs/TFMessage", "tf/tfMessage"])
      expect(decode(type, { transforms: [{ header: header(at, "/sensor"), ...transform }] })).toEqual({
        kind: "transforms",
        steps: [{ ...step, child: "child" }],
      });
    expect(decode("geometry_msgs/TransformStamped", transform)).toEqual({
      kind: "transforms",
      steps: [{ ...step, child: "child" }],
    });
  });
  it("Odometry names whose pose it is, the others do not", () => {
    const pose = { position: vector, orientation: turn };
    const covariance = Array(36).fill(0);
    const twist = { twist: { linear: vector, angular: vector }, covariance };
    expect(decode("nav_msgs/Odometry", { child_frame_id: "base", pose: { pose, covariance }, twist })).toEqual({
      kind: "transforms",
      steps: [{ ...step, child: "base" }],
    });
    expect(decode("geometry_msgs/PoseStamped", { pose })).toEqual({
      kind: "transforms",
      steps: [{ ...step, child: "" }],
    });
    expect(decode("geometry_msgs/PoseWithCovarianceStamped", { pose: { pose, covariance } })).toEqual({
      kind: "transforms",
      steps: [{ ...step, child: "" }],
    });
  });
});
