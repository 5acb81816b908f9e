import { timestampNs } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drive, message, second, start } from "../test-support/drive.ts";
import { cloudMessage, encode, stamp } from "../test-support/foxglove.ts";
import { codes, open } from "../test-support/open.ts";
import { bytesSource } from "./sources/bytes.ts";
import { openLog } from "./open-log.ts";
import { writeLog, type TestMessage } from "../test-support/write-log.ts";
import type { FrameChoice, LogReader } from "./types.ts";

const delay = 20_000_000n;
const hour = 3600n * second;
const recorded: FrameChoice = { clock: "log-times" };

/** All that a frame says of time and place. */
async function framesOf(log: LogReader) {
  const { frames } = log.info;
  return await Promise.all(
    frames.map(async ({ index }) => {
      const { at, worldFromEgo, sweeps, images, labels, problems } = await log.frame(index);
      return { at, worldFromEgo, sweeps, images, labels, codes: codes(problems) };
    }),
  );
}

describe("rule 31: the clock of a log is chosen", () => {
  it("by the log's times frames, images and poses are the same, whatever the sensors stamp", async () => {
    const sound = await framesOf(await open(drive(4, delay), {}, recorded));
    expect(sound.map(({ at }) => at)).toEqual(
      [0, 1, 2, 3].map((i) => start + BigInt(i) * (second / 10n) + 23_000_000n),
    );
    expect(sound.every(({ images, codes: said }) => images.length === 1 && said.length === 0)).toBe(true);
    const ahead = fc.bigInt({ min: -hour, max: hour });
    await fc.assert(
      fc.asyncProperty(fc.record({ tf: ahead, lidar: ahead, camera: ahead }), async (aheadNs) => {
        const log = await open(drive(4, delay, aheadNs), {}, recorded);
        expect(await framesOf(log)).toEqual(sound);
        expect(log.info.choice.clock).toBe("log-times");
      }),
      { seed: 22, numRuns: 12 },
    );
  });

  it("by the stamps, sensors on two clocks do not meet: it names the topics of each, and what to choose", async () => {
    const log = await open(drive(4, delay, { camera: hour }));
    expect(log.info.problems.find(({ code }) => code === "clocks-apart")).toMatchObject({
      severity: "warning",
      message:
        "The header stamps of '/cam/compressed' are 3600.0 s after the times at which the log recorded them; those of '/lidar/points', '/tf' 0.0 s before.",
      hint: expect.stringContaining("of several clocks") as string,
      params: { topics: "/cam/compressed /lidar/points /tf", clock: "stamps" },
    });
    const [frame] = await framesOf(log);
    expect(frame.images).toEqual([]);
    expect(frame.codes).toEqual(["no-image-near"]);
  });

  it("nothing is asked where the log has one time for all its messages; who chooses that is told", async () => {
    const stopped = drive(3).map((said) => ({ ...said, logTime: 0n }));
    const problemBy = async (choice: FrameChoice) =>
      (await open(stopped, {}, choice)).info.problems.find(({ code }) => code === "clocks-apart");
    expect(await problemBy({})).toMatchObject({
      severity: "note",
      hint: "The stamps count: the log has one time for all its messages, and tells none of them apart.",
    });
    expect(await problemBy(recorded)).toMatchObject({
      severity: "warning",
      hint: expect.stringContaining("let the stamps count instead") as string,
    });
    const frames = await framesOf(await open(stopped));
    expect(frames.map(({ at, images }) => [at, images.length])).toEqual(
      [0, 1, 2].map((i) => [start + BigInt(i) * (second / 10n) + 3_000_000n, 1]),
    );
  });

  it("old stamps of what is said once, or is called static, are no other clock", async () => {
    const old = drive(2).map((said) => (said.topic === "/tf_static" ? { ...said, logTime: start + hour } : said));
    expect(codes((await open(old)).info.problems)).not.toContain("clocks-apart");
  });

  it("absolute times of points stay on the clock of their header", async () => {
    const at = start + hour;
    const cloud = cloudMessage({
      at,
      frameId: "lidar",
      stride: 20,
      fields: [
        ...["x", "y", "z"].map((name, i) => ({ name, offset: 4 * i, type: 7 })),
        { name: "timestamp", offset: 12, type: 8 },
      ],
      points: [0, 0.05, 0.1].map((s) => [1, 2, 3, Number(at) / 1e9 + s]),
    });
    const log = await open([message("/lidar", "PointCloud", start, cloud)], {}, recorded);
    const { sweeps } = await log.frame(0);
    expect(sweeps[0].at).toBe(start);
    const offsets = [...(sweeps[0].timeOffsetNs ?? [])].map((ns) => Math.round(ns / 1e6));
    expect(offsets).toEqual([0, 50, 100]);
  });

  it("labels of the log come at the time of their message, with the distances that they say", async () => {
    const entity = (id: string, at: bigint) => ({
      timestamp: stamp(at),
      frame_id: "map",
      id,
      lifetime: { seconds: 0, nanos: 250_000_000 },
      cubes: [{ pose: { position: {}, orientation: { w: 1 } }, size: { x: 4, y: 2, z: 1.5 } }],
    });
    const scene = (logTime: bigint, at: bigint): TestMessage =>
      message("/objects", "SceneUpdate", logTime, encode("SceneUpdate", { entities: [entity("a", at)] }));
    const idsBy = async (ahead: bigint, choice: FrameChoice): Promise<readonly number[]> => {
      const at = start + 150_000_000n;
      const log = await open([...drive(5), scene(at, at + ahead)], {}, choice);
      return (await framesOf(log)).map(({ labels }) => labels.flatMap(({ cuboids }) => cuboids).length);
    };
    expect(await idsBy(0n, {})).toEqual([0, 1, 1, 1, 0]);
    expect(await idsBy(-hour, recorded)).toEqual([0, 1, 1, 1, 0]);
    expect(await idsBy(-hour, {})).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("rule 10: the nearest image on another clock", () => {
  it("is not looked for through the whole log", async () => {
    let bytesRead = 0;
    const bytes = await writeLog(drive(300, delay, { camera: hour }), { chunkSize: 3000 });
    const source = bytesSource(bytes, "log.mcap");
    const counting = {
      ...source,
      name: source.name,
      size: () => source.size(),
      read: (offset: bigint, length: bigint) => {
        bytesRead += Number(length);
        return source.read(offset, length);
      },
    };
    const log = await openLog(counting);
    const opened = bytesRead;
    await log.frame(150);
    expect(opened).toBeLessThan(bytes.length / 8);
    expect(bytesRead - opened).toBeLessThan(bytes.length / 8);
    expect(log.info.frames[150].at).toBe(timestampNs(start + 15n * second + 3_000_000n));
  });
});
