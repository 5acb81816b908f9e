import { describe, expect, it } from "vitest";
import { drive, start } from "../test-support/drive.ts";
import { codes } from "../test-support/open.ts";
import { writeLog, type TestMessage, type WriteOptions } from "../test-support/write-log.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { ByteSource, Frame, LogReader, Progress } from "./types.ts";

const messages = drive(12);
const second = 1_000_000_000n;

const source = async (name: string, part: readonly TestMessage[], write: WriteOptions = {}): Promise<ByteSource> =>
  bytesSource(await writeLog(part, { chunkSize: 9000, compression: "zstd", ...write }), name);

/** By time: the first has the transforms and calibrations that are said once. */
const split = async (at: number, write: WriteOptions = {}): Promise<ByteSource[]> => [
  await source("drive_0.mcap", messages.slice(0, at), write),
  await source("drive_1.mcap", messages.slice(at), write),
];

async function framesOf(log: LogReader): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const { index } of log.info.frames) frames.push(await log.frame(index));
  return frames;
}

const whole = async (): Promise<LogReader> => openLog(await source("drive.mcap", messages));

describe("rule 20: several files of one drive are one log", () => {
  it("parts in time give the frames of the whole, to the bit", async () => {
    const [log, joined] = [await whole(), await openLog(await split(60))];
    expect(joined.info.problems).toEqual([]);
    const { name, digest, sizeBytes, files, gaps: _, ...rest } = joined.info;
    expect(rest).toMatchObject({ topics: log.info.topics, lidarTopic: log.info.lidarTopic, start: log.info.start });
    expect(name).toBe("drive_0.mcap … drive_1.mcap");
    expect(files.map((file) => file.name)).toEqual(["drive_0.mcap", "drive_1.mcap"]);
    expect(sizeBytes).toBe(files[0].sizeBytes + files[1].sizeBytes);
    expect(digest).not.toBe(log.info.digest);
    expect(await framesOf(joined)).toEqual(await framesOf(log));
    expect(await joined.scan()).toEqual(await log.scan());
  });

  it("so do files of one sensor each, whose channels have the same numbers for different topics", async () => {
    const of = (test: RegExp) => messages.filter(({ topic }) => test.test(topic));
    const files = [
      await source("tf.mcap", of(/^\/tf/)),
      await source("lidar.mcap", of(/lidar/), { compression: "none" }),
      await source("cam.mcap", of(/cam/), { writer: { useChunks: false, useStatistics: false } }),
    ];
    const joined = await openLog(files);
    expect(joined.info.problems).toEqual([]);
    expect(joined.info.compression.toSorted()).toEqual(["none", "zstd"]);
    expect(await framesOf(joined)).toEqual(await framesOf(await whole()));
  });

  it("in whatever order they are given: one digest, one order of time", async () => {
    const files = await split(60);
    const [one, other] = [await openLog(files), await openLog(files.toReversed())];
    expect(other.info).toEqual(one.info);
    expect(await framesOf(other)).toEqual(await framesOf(one));
    expect((await openLog(files, { name: "drive" })).info.name).toBe("drive");
  });

  it("a broken file costs that file, and is named", async () => {
    const [one, two] = await split(60);
    const broken = bytesSource(new TextEncoder().encode("#ROSBAG V2.0\n"), "drive_2.mcap");
    const log = await openLog([one, broken, two]);
    expect(log.info.problems).toMatchObject(
      [
        {
          code: "file-left-out",
          severity: "error",
          file: "drive_2.mcap",
          message: /drive_2\.mcap is left out.*ROS 1 bag/,
        },
      ].map((p) => ({ ...p, message: expect.stringMatching(p.message) as string })),
    );
    expect(log.info.frames.length).toBe(12);
    expect(log.info.digest).toBe((await openLog([one, two])).info.digest);
    await expect(openLog([broken, broken])).rejects.toMatchObject({ problem: { code: "not-mcap" } });
    await expect(openLog([])).rejects.toMatchObject({ problem: { code: "no-files" } });
  });

  it("damage is said with its file", async () => {
    const [one, two] = await split(60);
    const size = Number(await two.size());
    const bytes = await two.read(0n, BigInt(size));
    const cut = bytesSource(bytes.slice(0, size / 2), two.name);
    const log = await openLog([one, cut]);
    expect(log.info.problems).toMatchObject([{ code: "truncated", file: "drive_1.mcap" }]);
    expect(log.info.problems[0].message).toMatch(/^drive_1\.mcap: The file ends early/);
    expect(log.info.gaps).toMatchObject([{ file: "drive_1.mcap", reason: { code: "truncated" } }]);
    const flipped = bytes.slice();
    flipped[9000] ^= 1;
    const bad = await openLog([one, bytesSource(flipped, two.name)]);
    await bad.scan();
    expect(bad.info.gaps).toMatchObject([{ file: "drive_1.mcap" }]);
    const lost = bad.info.problems.find(({ code }) => code === "damaged-chunk");
    expect(lost).toMatchObject({ file: "drive_1.mcap", offset: bad.info.gaps[0].offset });
  });

  it("files that are hardly of one drive are named; so are copies", async () => {
    const later = messages.map((m) => ({ ...m, logTime: m.logTime + 7200n * second }));
    const apart = await openLog([await source("a", messages), await source("b", later)]);
    expect(apart.info.problems.filter(({ code }) => code === "files-apart")).toMatchObject([
      { severity: "warning", params: { first: "a", second: "b" } },
    ]);
    const same = await source("copy", messages);
    expect(codes((await openLog([await source("a", messages), same])).info.problems)).toEqual(["file-left-out"]);
    const packed = await source("packed", messages, { compression: "lz4" });
    expect(codes((await openLog([same, packed])).info.problems)).toContain("files-overlap");
  });

  it("a topic with two schemas is named, and each file is read by its own", async () => {
    const [one, two] = [messages.slice(0, 60), messages.slice(60)];
    const other = two.map((m) => (m.topic === "/tf" ? { ...m, schema: "acme.Pose" } : m));
    const log = await openLog([await source("a", one), await source("b", other)]);
    expect(log.info.problems.filter(({ code }) => code === "schemas-differ")).toMatchObject([
      { topic: "/tf", severity: "warning", params: { first: "a", second: "b" } },
    ]);
    expect(log.info.frames.length).toBe(12);
  });

  it("more channels than there are numbers are an error", async () => {
    await expect(openLog(await split(60), { limits: { maxChannels: 3 } })).rejects.toMatchObject({
      problem: { code: "too-many-channels" },
    });
  });

  it("progress is one over all of them", async () => {
    const seen: Progress[] = [];
    await openLog(await split(60), { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ done: 2000, total: 2000, unit: "chunks" });
    expect(seen.every(({ done }, i) => i === 0 || done >= seen[i - 1].done)).toBe(true);
  });

  it("two files of one name stay apart", async () => {
    const [one, two] = await split(60);
    const log = await openLog([one, { name: one.name, size: () => two.size(), read: (...args) => two.read(...args) }]);
    expect(log.info.files.map(({ name }) => name)).toEqual(["drive_0.mcap", "drive_0.mcap (2)"]);
    expect(log.info.start).toBe(start - second / 10n);
  });
});
