import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { BufferPool } from "../buffer-pool.ts";
import { ChunkMemory } from "../mcap/chunk-memory.ts";
import type { CloudSample, PointField } from "./decoder.ts";
import { unpackFloatPoints } from "./float-points.ts";
import { pointsModule } from "./points-module.ts";
import { takePoints } from "./take-points.ts";

const farthestM = 1e7;
const field = (name: string, offset: number): PointField => ({ name, offset, type: "f32" });

/** `count` points of four floats; every `badEvery`-th has a coordinate that is none. */
function cloudOf(count: number, strideBytes: number, at: { x: number; intensity: number }, badEvery: number) {
  const data = new Uint8Array(count * strideBytes);
  const view = new DataView(data.buffer);
  for (let i = 0; i < count; i++) {
    const isBad = badEvery > 0 && i % badEvery === 0;
    const bad = [NaN, Infinity, -Infinity, 1.1e7][(i / Math.max(1, badEvery)) % 4];
    view.setFloat32(i * strideBytes + at.x, i % 3 === 0 && isBad ? bad : i / 7, true);
    view.setFloat32(i * strideBytes + at.x + 4, i % 3 === 1 && isBad ? bad : -i, true);
    view.setFloat32(i * strideBytes + at.x + 8, i % 3 === 2 && isBad ? bad : 1 / (i + 1), true);
    view.setFloat32(i * strideBytes + at.intensity, (i * 7919) % 255, true);
  }
  const fields = {
    x: field("x", at.x),
    y: field("y", at.x + 4),
    z: field("z", at.x + 8),
    intensity: field("intensity", at.intensity),
  };
  const cloud: CloudSample = {
    kind: "cloud",
    at: undefined,
    frameId: "lidar",
    frameFromPoints: undefined,
    count,
    strideBytes,
    width: count,
    rowBytes: count * strideBytes,
    byteOrder: "little",
    fields: Object.values(fields),
    data,
  };
  return { cloud, fields };
}

const pool = (): BufferPool => new BufferPool(0);

it("the module is what its source says", async () => {
  const source = readFileSync(new URL("../../wasm/points.wat", import.meta.url), "utf8");
  const { parseWat } = await wabt();
  const { buffer } = parseWat("points.wat", source, { simd: true }).toBinary({});
  expect(Buffer.from(buffer).toString("base64")).toBe(pointsModule);
});

describe("points taken apart in WebAssembly (rule 5)", () => {
  it("are those of the pass in JavaScript, over all edges between blocks, with any number left out", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 2047, 2048, 2049, 4097, 6000),
        fc.constantFrom(16, 20, 32, 48),
        fc.constantFrom({ x: 0, intensity: 12 }, { x: 4, intensity: 0 }),
        fc.constantFrom(0, 1, 2, 3, 97, 2048),
        (count, strideBytes, at, badEvery) => {
          const { cloud, fields } = cloudOf(count, strideBytes, at, badEvery);
          const got = takePoints(cloud, fields, farthestM, pool());
          const wanted = unpackFloatPoints(cloud, fields, farthestM, pool());
          const kept = count - wanted.dropped.length;
          expect(got?.dropped).toEqual(wanted.dropped);
          expect(got?.intensityMax).toBe(wanted.intensityMax);
          expect(got?.positions.subarray(0, 3 * kept)).toEqual(wanted.positions.subarray(0, 3 * kept));
          expect(got?.intensity?.subarray(0, kept)).toEqual(wanted.intensity?.subarray(0, kept));
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });

  it("are the same where they lie in a chunk's memory, at any byte", () => {
    const memory = new ChunkMemory(1024 * 1024);
    for (const offset of [0, 1, 7, 30]) {
      const { cloud, fields } = cloudOf(6001, 17, { x: 1, intensity: 13 }, 97);
      const piece = memory.take(cloud.data.length + offset);
      piece.set(cloud.data, offset);
      const got = takePoints({ ...cloud, data: piece.subarray(offset) }, fields, farthestM, pool());
      expect(got).toEqual(takePoints(cloud, fields, farthestM, pool()));
      expect(piece.subarray(offset)).toEqual(cloud.data);
      memory.give(piece);
    }
  });

  it("takes any stride and any byte, where the pass in JavaScript wants whole words", () => {
    const { cloud, fields } = cloudOf(5000, 17, { x: 1, intensity: 13 }, 13);
    const view = new DataView(cloud.data.buffer);
    const got = takePoints(cloud, fields, farthestM, pool());
    const kept = Array.from({ length: 5000 }, (_, i) => i).filter((i) => !got?.dropped.includes(i));
    expect(kept.length).toBe(5000 - (got?.dropped.length ?? 0));
    kept.forEach((i, k) => {
      expect(got?.positions[3 * k]).toBe(view.getFloat32(17 * i + 1, true));
      expect(got?.intensity?.[k]).toBe(view.getFloat32(17 * i + 13, true));
    });
  });

  it("leaves other layouts to others", () => {
    const { cloud, fields } = cloudOf(3, 16, { x: 0, intensity: 12 }, 0);
    const apart = { ...fields, z: field("z", 12) };
    expect(takePoints(cloud, apart, farthestM, pool())).toBeUndefined();
    expect(takePoints({ ...cloud, byteOrder: "big" }, fields, farthestM, pool())).toBeUndefined();
    expect(takePoints({ ...cloud, width: 1 }, fields, farthestM, pool())).toBeUndefined();
    const doubles = { ...fields, x: { ...fields.x, type: "f64" as const } };
    expect(takePoints(cloud, doubles, farthestM, pool())).toBeUndefined();
  });
});
