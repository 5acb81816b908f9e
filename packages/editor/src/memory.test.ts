import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFakeLog } from "./fake-log.ts";
import { createHarness } from "./harness.ts";
import { createMemory, usualMemoryBytes, type MemoryUse } from "./memory.ts";

const MiB = 1024 * 1024;

describe("one budget of memory (rule 20)", () => {
  it("is 1/256 of the device's memory, within bounds", () => {
    const GiB = 1024 * MiB;
    expect([undefined, GiB, 16 * GiB, 32 * GiB, 256 * GiB].map((bytes) => usualMemoryBytes(bytes) / MiB)).toEqual([
      128, 64, 64, 128, 512,
    ]);
  });

  it("has room for some frames where they are large", () => {
    const device = 8192 * MiB;
    expect([1, 3, 16, 30, 100].map((frame) => usualMemoryBytes(device, frame * MiB) / MiB)).toEqual([
      64, 64, 256, 480, 512,
    ]);
    expect(usualMemoryBytes(2048 * MiB, 30 * MiB) / MiB).toBe(128);
    expect(usualMemoryBytes(undefined, 20 * MiB) / MiB).toBe(320);
  });

  it("frames have what the others leave", () => {
    const log = createFakeLog();
    const memory = createMemory(log, 400 * MiB);
    expect(log.memory.budgetBytes).toBe(400 * MiB);
    const [a, b] = [{}, {}];
    memory.report("images", a, 30 * MiB);
    memory.report("images", b, 20 * MiB);
    memory.report("points", a, 10 * MiB);
    expect(memory.held()).toMatchObject({ images: 50 * MiB, points: 10 * MiB, cloud: 0 });
    expect(log.memory.budgetBytes).toBe(340 * MiB);
    memory.report("images", a, 0);
    expect(log.memory.budgetBytes).toBe(370 * MiB);
    memory.setBudget(100 * MiB);
    expect(log.memory.budgetBytes).toBe(70 * MiB);
    expect(memory.shareOf("images")).toBe(25 * MiB);
  });

  it("is never exceeded by holders that keep to their shares", () => {
    const uses = ["images", "points", "cloud"] as const satisfies readonly MemoryUse[];
    const step = fc.record({ use: fc.constantFrom(...uses), part: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const log = createFakeLog();
        const memory = createMemory(log, 1000);
        for (const { use, part } of steps) {
          memory.report(use, uses, part * memory.shareOf(use));
          const { images, points, cloud } = memory.held();
          expect(images + points + cloud + log.memory.budgetBytes).toBeLessThanOrEqual(1000 + 1e-9);
          expect(log.memory.budgetBytes).toBeGreaterThanOrEqual(250);
        }
      }),
    );
  });

  it("belongs to the session, and ends with it", async () => {
    const h = await createHarness();
    expect(h.session.memory.budgetBytes).toBe(h.log.memory.budgetBytes);
    let told = 0;
    h.session.memory.onBudget(() => told++);
    await h.session.close();
    expect([told, h.session.memory.shareOf("images")]).toEqual([1, 0]);
  });
});
