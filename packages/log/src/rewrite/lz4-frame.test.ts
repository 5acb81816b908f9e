import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareLz4 } from "../mcap/lz4.ts";
import { compressLz4 } from "./lz4-frame.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

const runs = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 40 })), { maxLength: 40 })
  .map((parts) =>
    Uint8Array.from(parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat())),
  );

const decode = await prepareLz4();
function decodeLz4Frames(bytes: Uint8Array, decodedBytes: number): Uint8Array {
  const out = new Uint8Array(decodedBytes);
  decode(bytes, out);
  return out;
}

describe("LZ4 frames that are written", () => {
  it("give back what was compressed", () => {
    fc.assert(
      fc.property(runs, (bytes) => {
        expect(decodeLz4Frames(compressLz4(bytes), bytes.length)).toEqual(bytes);
      }),
    );
  });

  it("store what does not get smaller, and grow by no more than their frame", () => {
    let state = 1;
    const noise = Uint8Array.from(
      { length: 5 * 1024 * 1024 },
      () => (state = Math.imul(state, 1664525) + 1013904223) >>> 24,
    );
    const packed = compressLz4(noise);
    expect(packed.length).toBeLessThanOrEqual(noise.length + 7 + 8 + 4);
    expect(Buffer.compare(decodeLz4Frames(packed, noise.length), noise)).toBe(0);
  });

  it("make a small thing of what repeats, across more than one block", () => {
    const zeros = new Uint8Array(9 * 1024 * 1024);
    const packed = compressLz4(zeros);
    expect(packed.length).toBeLessThan(zeros.length / 200);
    expect(Buffer.compare(decodeLz4Frames(packed, zeros.length), zeros)).toBe(0);
  });
});
