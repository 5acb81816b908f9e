import { timestampNs } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloudMessage, descriptorSet, xyzi, type CloudField } from "../../test-support/foxglove.ts";
import { protobuf } from "../encodings/protobuf.ts";
import { defaultLimits, type Limits } from "../limits.ts";
import { LogError } from "../types.ts";
import type { CloudSample } from "./decoder.ts";
import { pointCloud } from "./point-cloud.ts";
import { unpackCloud } from "./unpack-cloud.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

const reader = protobuf.compile(
  { id: 1, name: "foxglove.PointCloud", encoding: "protobuf", data: descriptorSet },
  defaultLimits,
);
const at = timestampNs(1_577_838_618_911_060_000n);

function decode(bytes: Uint8Array, limits: Limits = defaultLimits): CloudSample {
  const sample = pointCloud.decode(reader.read(bytes), limits);
  if (sample.kind !== "cloud") throw new Error("no cloud");
  return sample;
}

const cloud = (fields: readonly CloudField[], points: readonly (readonly number[])[], stride: number) =>
  decode(cloudMessage({ at, frameId: "/lidar", stride, fields, points }));

const bytesOfType = [0, 1, 1, 2, 2, 4, 4, 4, 8];
const valueOfType = [
  fc.constant(0),
  fc.nat(255),
  fc.integer({ min: -128, max: 127 }),
  fc.nat(65_535),
  fc.integer({ min: -32_768, max: 32_767 }),
  fc.nat(1_000_000),
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.float({ min: -1e4, max: 1e4, noNaN: true }),
  fc.double({ min: -1e4, max: 1e4, noNaN: true }),
];

describe("rule 5: any packing of points is read", () => {
  const packing = fc
    .record({
      types: fc.tuple(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
      ),
      gaps: fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }),
      order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      count: fc.nat(6),
    })
    .chain(({ types, gaps, order, count }) => {
      let offset = 0;
      const fields: CloudField[] = [];
      order.forEach((which, i) => {
        offset += gaps[i];
        fields.push({ name: ["x", "y", "z", "intensity"][which], offset, type: types[which] });
        offset += bytesOfType[types[which]];
      });
      const point = fc.tuple(...fields.map(({ type }) => valueOfType[type]));
      return fc.record({
        fields: fc.constant(fields),
        stride: fc.constant(offset + gaps[4]),
        points: fc.array(point, { minLength: count, maxLength: count }),
      });
    });

  it("every order, offset, stride and type of fields, aligned or not", () => {
    fc.assert(
      fc.property(packing, ({ fields, stride, points }) => {
        const sweep = unpackCloud(cloud(fields, points, stride), at);
        const column = (name: string): number[] =>
          points.map((p) => Math.fround(p[fields.findIndex((f) => f.name === name)]));
        expect(sweep.count).toBe(points.length);
        expect([...sweep.positions]).toEqual(points.flatMap((_, i) => ["x", "y", "z"].map((name) => column(name)[i])));
        expect([...(sweep.intensity ?? [])]).toEqual(column("intensity"));
        if (points.length > 0) expect((sweep.intensityMax ?? NaN) + 0).toBe(Math.max(...column("intensity")) + 0);
      }),
    );
  });

  it("points that are not finite, or beyond 10 000 km, are dropped from every array and counted", () => {
    const fields = [...xyzi, { name: "ring", offset: 16, type: 3 }];
    const points = [
      [1, 2, 3, 10, 7],
      [NaN, 2, 3, 99, 8],
      [4, 5, 6, 20, 9],
      [4, Infinity, 6, 99, 10],
      [4, 5, 1e30, 99, 11],
      [7, 8, 9, 30, 12],
    ];
    const sweep = unpackCloud(cloud(fields, points, 18), at);
    expect([...sweep.positions]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...(sweep.intensity ?? [])]).toEqual([10, 20, 30]);
    expect([...(sweep.ring ?? [])]).toEqual([7, 9, 12]);
    expect([sweep.count, sweep.dropped, sweep.intensityMax]).toEqual([3, 3, 30]);
    expect(sweep.positions.buffer.byteLength).toBe(36);
  });

  it("coordinates may be called X, Y, Z; those in small letters come first", () => {
    const named = (...names: readonly string[]) => names.map((name, i) => ({ name, offset: 4 * i, type: 7 }));
    const read = (names: readonly string[], point: readonly number[]) => [
      ...unpackCloud(cloud(named(...names), [point], 4 * names.length), at).positions,
    ];
    expect(read(["X", "Y", "Z"], [1, 2, 3])).toEqual([1, 2, 3]);
    expect(read(["X", "x", "y", "z"], [9, 1, 2, 3])).toEqual([1, 2, 3]);
  });

  it("a leading slash of frame_id is not part of the name", () => {
    expect(cloud(xyzi, [], 16).frameId).toBe("lidar");
  });
});

describe("times of points", () => {
  const times = (type: number, values: readonly number[], name = "timestamp") =>
    unpackCloud(
      cloud(
        [...xyzi, { name, offset: 16, type }],
        values.map((v) => [0, 0, 0, 0, v]),
        24,
      ),
      at,
    ).timeOffsetNs;

  it("whole numbers are nanoseconds", () => {
    expect([...(times(5, [0, 99_999_999], "offset_ns") ?? [])]).toEqual([0, 99_999_999]);
  });
  it("or micro- or milliseconds, where many points have a revolution's span only as such", () => {
    const spread = (count: number, last: number): number[] =>
      Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1)));
    const lastOf = (count: number, last: number): number | undefined => times(5, spread(count, last), "time")?.at(-1);
    expect(lastOf(1000, 99_999_999)).toBe(99_999_999);
    expect(lastOf(1000, 99_999)).toBe(99_999_000);
    expect(lastOf(1000, 99)).toBe(99_000_000);
    // A packet of a few points, or a part of a revolution, is told in nanoseconds.
    expect(lastOf(999, 99_999)).toBe(99_999);
    expect(lastOf(1000, 1_300_000)).toBe(1_300_000);
    expect(lastOf(1000, 0)).toBe(0);
  });
  it("floats are seconds after the stamp", () => {
    expect([...(times(8, [0, -0.05, 0.0625], "time") ?? [])]).toEqual([0, -50_000_000, 62_500_000]);
  });
  it("or absolute seconds, to a microsecond", () => {
    const [first, second] = times(8, [1_577_838_618.91106, 1_577_838_618.86106]) ?? [];
    expect(Math.abs(first)).toBeLessThan(1000);
    expect(Math.abs(second + 50_000_000)).toBeLessThan(1000);
  });
  it("or seconds within the hour", () => {
    const [first] = times(8, [1818.81106]) ?? [];
    expect(Math.abs(first + 100_000_000)).toBeLessThan(1000);
  });
  it("and on no clock that is known: none", () => {
    expect(times(8, [12_345])).toBeUndefined();
  });
});

describe("clouds that cannot be used", () => {
  const error = (run: () => unknown): LogError => {
    try {
      run();
    } catch (caught) {
      if (caught instanceof LogError) return caught;
    }
    throw new Error("expected a LogError");
  };
  it("without a coordinate: names what was found", () => {
    const { problem } = error(() => cloud([xyzi[0], xyzi[1]], [], 16));
    expect(problem.code).toBe("bad-cloud");
    expect(problem.message).toMatch(/no field 'z'; found: 'x', 'y'/);
  });
  it("with a stride of 0, or a field outside it", () => {
    expect(error(() => cloud(xyzi, [], 0)).problem.code).toBe("bad-cloud");
    expect(error(() => cloud(xyzi, [], 15)).message).toMatch(/'intensity' at byte 12/);
  });
  it("rule 3: with more points than the limit", () => {
    const bytes = cloudMessage({
      at,
      frameId: "l",
      stride: 16,
      fields: xyzi,
      points: Array.from({ length: 11 }, () => [0, 0, 0, 0]),
    });
    const limits = { ...defaultLimits, maxPoints: 10 };
    expect(decode(bytes, limits)).toMatchObject({ count: 6, strideBytes: 32, thinned: { count: 11, every: 2 } });
  });
});
