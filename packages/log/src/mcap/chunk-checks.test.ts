import { beforeEach, describe, expect, it, vi } from "vitest";
import { writeLog } from "../../test-support/write-log.ts";
import { defaultLimits } from "../limits.ts";
import { ProblemList } from "../problem.ts";
import { Quiet } from "../quiet.ts";
import { bytesSource } from "../sources/bytes.ts";
import { checkedSource } from "../sources/checked.ts";
import type { Gap } from "../types.ts";
import { crc32 } from "./checksum.ts";
import { MessageFile } from "./message-file.ts";

vi.mock(import("./checksum.ts"), async (original) => {
  const real = await original();
  return { ...real, crc32: vi.fn(real.crc32) };
});
const sums = vi.mocked(crc32);

const chunkBytes = 3 * 1024 * 1024;
/** More than are kept decompressed. */
const count = 14;

/** A file of large chunks, one message each, whose reads can be made to fail; pauses come when the test says so. */
async function largeChunks() {
  const messages = Array.from({ length: count }, (_, i) => ({
    topic: "/a",
    schema: "",
    logTime: BigInt(i),
    data: new Uint8Array(chunkBytes).fill(i),
  }));
  const whole = bytesSource(await writeLog(messages, { chunkSize: 1 }), "x");
  const away = { now: false };
  const source = await checkedSource({
    ...whole,
    read: (...of) => (away.now ? Promise.reject(new Error("the server is away")) : whole.read(...of)),
  });
  const pauses: (() => void)[] = [];
  const quiet = new Quiet({ soon: (run) => pauses.push(run) });
  const problems = new ProblemList();
  const damage: Gap[] = [];
  const onDamage = (gap: Gap): void => void damage.push(gap);
  const file = await MessageFile.open(source, { limits: defaultLimits, problems, quiet, onDamage });
  const [index] = await file.indexes([[...file.contents.channels.keys()]]);
  const read = (i: number) => quiet.busy(async () => (await file.message(index, i)).data[0]);
  const pause = async (): Promise<void> => {
    while (pauses.length > 0) {
      pauses.shift()?.();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  sums.mockClear();
  return { read, pause, away, problems, damage };
}

beforeEach(() => {
  sums.mockClear();
});

describe("rule 25: a chunk's checksum is compared once, when nobody waits", () => {
  it("not while messages are read; then one time for each chunk, also for those that have left the cache", async () => {
    const { read, pause } = await largeChunks();
    for (let i = 0; i < count; i++) expect(await read(i)).toBe(i);
    expect(sums).not.toHaveBeenCalled();
    await pause();
    expect(sums).toHaveBeenCalledTimes(count);
    for (let i = 0; i < count; i++) expect(await read(i)).toBe(i);
    await pause();
    expect(sums).toHaveBeenCalledTimes(count);
  });

  it("a chunk that cannot be read again is not damaged for it, and is compared when it is read the next time", async () => {
    const { read, pause, away, problems, damage } = await largeChunks();
    for (let i = 0; i < count; i++) await read(i);
    away.now = true;
    await pause();
    const compared = sums.mock.calls.length;
    expect(compared).toBeLessThan(count);
    expect([problems.all(), damage]).toEqual([[], []]);
    away.now = false;
    for (let i = 0; i < count; i++) await read(i);
    await pause();
    expect(sums).toHaveBeenCalledTimes(count);
  });
});
