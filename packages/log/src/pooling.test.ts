import { describe, expect, it } from "vitest";
import { cloud, drive } from "../test-support/drive.ts";
import { writeLog } from "../test-support/write-log.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { Frame } from "./types.ts";

/** Sweeps of more than 4 KiB, each of other points: smaller arrays are not pooled. */
const bigDrive = (frames: number) =>
  drive(frames).map((message, n) =>
    message.schema === "foxglove.PointCloud"
      ? cloud(message.topic, message.logTime, { points: Array.from({ length: 600 }, (_, i) => [n, i, i % 7, i % 200]) })
      : message,
  );

const wordsOf = ({ sweeps, images }: Frame): unknown => [
  sweeps.map(({ positions, intensity, count }) => [count, [...positions], intensity && [...intensity]]),
  images.map(({ content }) => [...(content.kind === "encoded" ? content.bytes : [])]),
];

describe("rule 26: arrays of frames are used again", () => {
  it("and hold what fresh ones would, in any order of frames", async () => {
    const bytes = await writeLog(bigDrive(12), { chunkSize: 30_000, compression: "lz4" });
    const fresh = await openLog(bytesSource(bytes, "fresh"));
    const pooled = await openLog(bytesSource(bytes, "pooled"), { cacheBytes: 1 });
    const buffers = new Set<ArrayBufferLike>();
    for (const index of [0, 5, 6, 7, 3, 2, 11, 0, 9, 8, 10, 4, 1, 0]) {
      const frame = await pooled.frame(index);
      expect(wordsOf(frame)).toEqual(wordsOf(await fresh.frame(index)));
      buffers.add(frame.sweeps[0].positions.buffer);
      pooled.release(frame);
    }
    expect(buffers.size).toBe(14);
  });

  it("whoever still looks at a released frame sees nothing, never another frame", async () => {
    const bytes = await writeLog(bigDrive(4));
    const log = await openLog(bytesSource(bytes, "x"), { cacheBytes: 1 });
    const frame = await log.frame(0);
    log.release(frame);
    await log.frame(1);
    expect(frame.sweeps[0].positions).toHaveLength(0);
    const kept = await log.frame(2);
    const before = wordsOf(kept);
    await log.frame(3);
    await log.frame(0);
    expect(wordsOf(kept)).toEqual(before);
  });
});
