import { timestampNs } from "@sweepmark/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CloudSample, PointField } from "./decoder.ts";
import { areFloats } from "./float-points.ts";
import { unpackCloud } from "./unpack-cloud.ts";

const field = (name: string, offset: number): PointField => ({ name, offset, type: "f32" });

interface Layout {
  readonly strideBytes: number;
  readonly fields: readonly PointField[];
  /** Of the first point in the buffer. */
  readonly start: number;
}

function cloudOf(values: readonly (readonly number[])[], { strideBytes, fields, start }: Layout): CloudSample {
  const data = new Uint8Array(start + values.length * strideBytes).subarray(start);
  const view = new DataView(data.buffer, data.byteOffset);
  values.forEach((point, i) =>
    fields.forEach(({ offset }, f) => view.setFloat32(i * strideBytes + offset, point[f], true)),
  );
  const count = values.length;
  return {
    kind: "cloud",
    at: undefined,
    frameId: "lidar",
    frameFromPoints: undefined,
    count,
    strideBytes,
    width: count,
    rowBytes: count * strideBytes,
    byteOrder: "little",
    fields,
    data,
  };
}

const anyFloat = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -200, max: 200, noNaN: true }) },
  fc.float(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e7, -1e7, 10_000_001, 1e30, 1e-42),
);

/** What rule 5 says, point by point. */
function expected(values: readonly (readonly number[])[], hasIntensity: boolean) {
  const kept = values
    .map((point) => point.map(Math.fround))
    .filter(([x, y, z]) => [x, y, z].every((v) => Math.abs(v) <= 1e7));
  const finite = kept.map(([, , , w]) => w).filter((w) => !Number.isNaN(w) && w !== Infinity && w !== -Infinity);
  return {
    count: kept.length,
    dropped: values.length - kept.length,
    positions: Float32Array.from(kept.flatMap(([x, y, z]) => [x, y, z])),
    ...(hasIntensity && {
      intensity: Float32Array.from(kept.map(([, , , w]) => w)),
      ...(finite.length > 0 && { intensityMax: Math.max(...finite) }),
    }),
  };
}

describe("points of floats in one pass", () => {
  const order = ["x", "y", "z", "intensity"];

  it.each([
    { strideBytes: 12, offsets: [0, 4, 8], isFused: true },
    { strideBytes: 16, offsets: [0, 4, 8, 12], isFused: true },
    { strideBytes: 32, offsets: [8, 0, 4, 24], isFused: true },
    { strideBytes: 18, offsets: [0, 4, 8, 12], isFused: false },
    { strideBytes: 20, offsets: [1, 5, 9, 13], isFused: false },
  ])("rule 5: stride $strideBytes, offsets $offsets, at any byte", ({ strideBytes, offsets, isFused }) => {
    const fields = offsets.map((offset, i) => field(order[i], offset));
    const [x, y, z, intensity] = fields;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyFloat, anyFloat, anyFloat, anyFloat), { maxLength: 40 }),
        fc.nat(7),
        (values, start) => {
          const cloud = cloudOf(values, { strideBytes, fields, start });
          expect(areFloats(cloud, { x, y, z, intensity })).toBe(isFused);
          const got = unpackCloud(cloud, timestampNs(0n));
          const wanted = expected(values, fields.length === 4);
          // -0 and 0 are the same intensity.
          expect({ ...got, ...("intensityMax" in got && { intensityMax: (got.intensityMax ?? 0) + 0 }) }).toEqual({
            ...wanted,
            ...("intensityMax" in wanted && { intensityMax: (wanted.intensityMax ?? 0) + 0 }),
          });
          for (const array of [got.positions, got.intensity]) expect(array?.byteOffset ?? 0).toBe(0);
          expect(got.positions.buffer.byteLength).toBe(got.count * 12);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps what one call gave when another is made", () => {
    const layout = { strideBytes: 16, fields: order.map((name, i) => field(name, 4 * i)), start: 1 };
    const first = unpackCloud(cloudOf([[1, 2, 3, 4]], layout), timestampNs(0n));
    unpackCloud(cloudOf([[5, 6, 7, 8]], layout), timestampNs(0n));
    expect([...first.positions, ...(first.intensity ?? [])]).toEqual([1, 2, 3, 4]);
  });
});
