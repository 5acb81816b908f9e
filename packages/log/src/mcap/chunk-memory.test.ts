import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkMemory, memoryOf } from "./chunk-memory.ts";

const KiB = 1024;
const fill = (piece: Uint8Array, value: number): Uint8Array => piece.fill(value);

describe("rule 25: chunks lie in memory that is used again", () => {
  it("a piece is as long as asked, and what was given back serves the next one", () => {
    const memory = new ChunkMemory(1024 * KiB);
    const first = memory.take(300 * KiB + 1);
    expect(first).toHaveLength(300 * KiB + 1);
    expect(memoryOf(first)).toBeInstanceOf(WebAssembly.Memory);
    memory.give(first);
    const second = memory.take(200 * KiB);
    expect([second.buffer, second.byteOffset]).toEqual([first.buffer, first.byteOffset]);
  });

  it("what has no room, or is small, gets bytes of its own; nothing grows", () => {
    const memory = new ChunkMemory(256 * KiB);
    const [held, crowded] = [memory.take(250 * KiB), memory.take(100 * KiB)];
    expect(memoryOf(held)).toBeDefined();
    expect([memory.holds(held), memory.holds(crowded)]).toEqual([true, false]);
    const others = [crowded, memory.take(100), memory.take(257 * KiB), memory.take(0)];
    expect(others.map((piece) => [piece.length, memoryOf(piece)])).toEqual(
      [100 * KiB, 100, 257 * KiB, 0].map((length) => [length, undefined]),
    );
    for (const piece of others) memory.give(piece);
    expect(held).toHaveLength(250 * KiB);
  });

  it("pieces never meet, in whatever order they come and go", () => {
    const step = fc.record({ bytes: fc.integer({ min: 60 * KiB, max: 400 * KiB }), gives: fc.nat(3), which: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const memory = new ChunkMemory(1024 * KiB);
        const held: { readonly piece: Uint8Array; readonly mark: number }[] = [];
        steps.forEach(({ bytes, gives, which }, i) => {
          held.push({ piece: fill(memory.take(bytes), i + 1), mark: i + 1 });
          for (let n = 0; n < gives && held.length > 0; n++) memory.give(held.splice(which % held.length, 1)[0].piece);
        });
        for (const { piece, mark } of held) expect([piece[0], piece.at(-1)]).toEqual([mark, mark]);
        for (const { piece } of held) memory.give(piece);
        // All of it is there again.
        expect(memoryOf(memory.take(1000 * KiB))).toBeDefined();
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});
