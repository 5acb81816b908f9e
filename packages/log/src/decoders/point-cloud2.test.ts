import { existsSync, readFileSync } from "node:fs";
import { timestampNs } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { rosDefinition } from "../../test-support/ros-definitions.ts";
import { header, readerOf, writeRos } from "../../test-support/ros.ts";
import { defaultLimits, type Limits } from "../limits.ts";
import { pointCloud2 } from "./point-cloud2.ts";
import type { CloudSample } from "./decoder.ts";
import { unpackCloud } from "./unpack-cloud.ts";

const type = "sensor_msgs/PointCloud2";
const at = timestampNs(1_577_838_618_911_060_000n);

interface Cloud {
  readonly height: number;
  readonly width: number;
  readonly fields: readonly { name: string; offset: number; datatype: number; count: number }[];
  readonly is_bigendian: boolean;
  readonly point_step: number;
  readonly row_step: number;
  readonly is_dense: boolean;
  readonly data: Uint8Array;
}

function decode(cloud: Cloud, limits: Limits = defaultLimits): CloudSample {
  const text = rosDefinition(type, "ros2");
  const bytes = writeRos(text, "ros2", { header: header(at, "/lidar"), ...cloud });
  const sample = pointCloud2.decode(readerOf(type, text, "ros2").read(bytes), limits);
  if (sample.kind !== "cloud") throw new Error("no cloud");
  // The points are never copied before they are unpacked.
  expect(sample.data.buffer).toBe(bytes.buffer);
  return sample;
}

/** Another software's nasty messages with the right points; absent on most machines. */
const cases = new URL("../../../../../shared/reference/pointcloud2_cases.json", import.meta.url);

describe.skipIf(!existsSync(cases))("rule 5: the reference clouds (skipped where ../shared is absent)", () => {
  type Case = Omit<Cloud, "data"> & {
    readonly data_base64: string;
    readonly points: (number | null)[][];
    readonly xyz_no_nan: number[][];
  };
  const all = existsSync(cases) ? (JSON.parse(readFileSync(cases, "utf8")) as Record<string, Case>) : {};
  it("has the four that are checked here", () => {
    expect(Object.keys(all)).toEqual(["padded_ouster", "bigendian", "organised_nan_rowpad", "float64_count"]);
  });
  for (const [name, { data_base64, points, xyz_no_nan, ...cloud }] of Object.entries(all)) {
    it(name, () => {
      const sweep = unpackCloud(decode({ ...cloud, data: new Uint8Array(Buffer.from(data_base64, "base64")) }), at);
      expect([...sweep.positions]).toEqual(xyz_no_nan.flat());
      expect(sweep.dropped).toBe(points.length - xyz_no_nan.length);
      const column = (field: string): unknown => {
        const index = cloud.fields.findIndex((f) => f.name === field);
        return index < 0 ? undefined : points.map((point) => point[index]);
      };
      expect(sweep.intensity && [...sweep.intensity]).toEqual(column("intensity"));
      expect(sweep.ring && [...sweep.ring]).toEqual(column("ring"));
      expect(sweep.timeOffsetNs && [...sweep.timeOffsetNs]).toEqual(column("t"));
    });
  }
});

const f32 = (name: string, i: number) => ({ name, offset: 4 * i, datatype: 7, count: 1 });
const xyz = ["x", "y", "z"].map(f32);
const plain = (count: number): Cloud => ({
  height: 1,
  width: count,
  fields: xyz,
  is_bigendian: false,
  is_dense: true,
  point_step: 12,
  row_step: 12 * count,
  data: new Uint8Array(new Float32Array(3 * count).map((_, i) => i).buffer),
});

describe("clouds whose header does not fit their data", () => {
  it("width or height 0, a wrong row step of one row or of rows without gaps: the data count", () => {
    for (const wrong of [
      { width: 0 },
      { height: 0 },
      { row_step: 0 },
      { row_step: 999 },
      { height: 2, width: 2, row_step: 36 },
      { height: 2, width: 2, row_step: 0 },
    ])
      expect(unpackCloud(decode({ ...plain(4), ...wrong }), at).positions[11]).toBe(11);
  });
  it("fewer bytes than declared are named; padding may be missing behind the last row", () => {
    expect(() => decode({ ...plain(4), width: 5 })).toThrow(
      "A point cloud of 5 × 1 points with 12 bytes each, in rows of 48 bytes, needs 60 bytes, but has 48.",
    );
    expect(() => decode({ ...plain(4), width: 4e9, height: 4e9 })).toThrow(
      /A point cloud of 4000000000 × 4000000000 points/,
    );
    expect(decode({ ...plain(4), width: 1, height: 2, row_step: 30 }).count).toBe(2);
  });
  it("rule 3: more points than the limit, a field outside its point, no step", () => {
    expect(decode(plain(4), { ...defaultLimits, maxPoints: 3 })).toMatchObject({
      count: 2,
      strideBytes: 24,
      thinned: { count: 4, every: 2 },
    });
    const rows = { ...plain(4), width: 1, height: 4, row_step: 12 };
    expect(() => decode(rows, { ...defaultLimits, maxPoints: 3 })).toThrow(/4 points in 4 rows; the limit is 3/);
    expect(() => decode({ ...plain(4), fields: [...xyz, f32("intensity", 3)] })).toThrow(/'intensity' at byte 12/);
    expect(() => decode({ ...plain(4), point_step: 0 })).toThrow(/0 bytes a point/);
  });
});

describe("times of points, in every unit that drivers write", () => {
  const times = (datatype: number, values: readonly number[], name = "timestamp"): number[] | undefined => {
    const data = new Uint8Array(20 * values.length);
    const view = new DataView(data.buffer);
    values.forEach((v, i) => {
      if (datatype === 8) view.setFloat64(20 * i + 12, v, true);
      else if (datatype === 7) view.setFloat32(20 * i + 12, v, true);
      else view.setUint32(20 * i + 12, v, true);
    });
    const fields = [...xyz, { name, offset: 12, datatype, count: 1 }];
    const found = unpackCloud(
      decode({ ...plain(values.length), fields, point_step: 20, row_step: data.length, data }),
      at,
    );
    return found.timeOffsetNs && [...found.timeOffsetNs];
  };
  const near = (found: number[] | undefined, expected: readonly number[], withinNs: number): void => {
    expect(found).toHaveLength(expected.length);
    found?.forEach((v, i) => expect(Math.abs(v - expected[i])).toBeLessThanOrEqual(withinNs));
  };
  const last = 99_900_000;
  it("u32 nanoseconds, and microseconds by name", () => {
    expect(times(6, [0, last], "t")).toEqual([0, last]);
    expect(times(6, [0, 99_900], "offset_us")).toEqual([0, last]);
  });
  it("f32 seconds, and milli-, micro- and nanoseconds by their span", () => {
    near(times(7, [0, 0.0999], "time"), [0, last], 10);
    near(times(7, [0, 99.9], "time"), [0, last], 10);
    near(times(7, [0, 99_900], "time"), [0, last], 10);
    near(times(7, [0, 99_900_000], "time"), [0, last], 10);
  });
  it("absolute f64 seconds, milli-, micro- and nanoseconds, as exact as a double is", () => {
    for (const perSecond of [1, 1e3, 1e6, 1e9]) {
      const first = (Number(at) / 1e9) * perSecond;
      near(times(8, [first, first + 0.0999 * perSecond]), [0, last], 600);
    }
  });
  it("on a clock that is not known: none", () => {
    expect(times(8, [12_345, 12_345.5])).toBeUndefined();
    expect(times(7, [0, 20_000_000_000])).toBeUndefined();
  });
});
