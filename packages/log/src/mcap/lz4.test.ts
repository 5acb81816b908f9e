import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { compressLz4Frame } from "../../test-support/lz4-writer.ts";
import { ChunkMemory, memoryOf } from "./chunk-memory.ts";
import { lz4BlockModule } from "./lz4-block.ts";
import { prepareLz4 } from "./lz4.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

/** Runs and noise: both kinds of LZ4 sequences. */
const compressible = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 30 })), { maxLength: 30 })
  .map((runs) =>
    Uint8Array.from(runs.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat())),
  );

const decode = await prepareLz4();
function decodeLz4Frames(bytes: Uint8Array, decodedBytes: number): Uint8Array {
  const out = new Uint8Array(decodedBytes);
  decode(bytes, out);
  return out;
}

it("the module is what its source says", async () => {
  const source = readFileSync(new URL("../../wasm/lz4.wat", import.meta.url), "utf8");
  const { parseWat } = await wabt();
  const { buffer } = parseWat("lz4.wat", source, { simd: true, bulk_memory: true }).toBinary({});
  expect(Buffer.from(buffer).toString("base64")).toBe(lz4BlockModule);
});

describe("LZ4 frames", () => {
  it("gives back what was compressed", () => {
    fc.assert(
      fc.property(compressible, (bytes) => {
        expect(decodeLz4Frames(compressLz4Frame(bytes), bytes.length)).toEqual(bytes);
      }),
    );
  });

  it("reads content size, content checksum and overlapping matches", () => {
    const frame = [0x04, 0x22, 0x4d, 0x18, 0x68 | 0x04, 0x40, 30, 0, 0, 0, 0, 0, 0, 0, 0xaa];
    const block = [0x3f, 0x61, 0x62, 0x63, 3, 0, 3, 0x50, 0x62, 0x63, 0x61, 0x62, 0x63];
    const bytes = Uint8Array.from([...frame, block.length, 0, 0, 0, ...block, 0, 0, 0, 0, 1, 2, 3, 4]);
    expect(new TextDecoder().decode(decodeLz4Frames(bytes, 30))).toBe("abc".repeat(10));
  });

  it("in one memory, in place: what lies around it stays as it was", () => {
    const length = 70_000;
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i) % 251);
    const frame = compressLz4Frame(bytes);
    const memory = new ChunkMemory(1024 * 1024);
    const [source, before, out, behind] = [Math.max(frame.length, length), length, length, length].map((size) =>
      memory.take(size).fill(7),
    );
    source.set(frame);
    decode(source.subarray(0, frame.length), out);
    expect(out).toEqual(bytes);
    expect(() => decode(source.subarray(0, frame.length), out.subarray(1))).toThrow();
    expect([before, behind].map((piece) => piece.every((byte) => byte === 7))).toEqual([true, true]);
    expect(memoryOf(out)).toBeDefined();
  });

  it("refuses more bytes than declared, and fewer", () => {
    const frame = compressLz4Frame(Uint8Array.from({ length: 5000 }, (_, i) => i % 90));
    expect(() => decodeLz4Frames(frame, 4999)).toThrow();
    expect(() => decodeLz4Frames(frame, 5001)).toThrow();
  });

  it("never does anything but give the declared length or throw, whatever the bytes", () => {
    const frame = compressLz4Frame(Uint8Array.from({ length: 600 }, (_, i) => (i * i) % 77));
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.nat(255), fc.nat(frame.length), (at, value, cut) => {
        const bad = frame.slice(0, cut);
        if (at < cut) bad[at] = value;
        try {
          expect(decodeLz4Frames(bad, 600)).toHaveLength(600);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 500 },
    );
  });
});
