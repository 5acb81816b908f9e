import { openLog } from "@sweepmark/log";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFileSource } from "./file-source.ts";
import { run } from "./main.ts";
import { cli, scratch } from "./test-support.ts";
import { transferBar } from "./transfer-bar.ts";

const data = new URL("../../../../shared/data/", import.meta.url).pathname;

let dir: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ dir, remove } = await scratch());
  await cli(["simulate", "-o", "drive.mcap", "--seconds", "1", "--beams", "8"], dir);
});
afterAll(() => remove());

/** What a log says and shows, in words; arrays by their bytes' digests. */
async function framesOf(path: string): Promise<string> {
  const source = await openFileSource(path);
  try {
    const log = await openLog(source);
    const words = (value: unknown) =>
      JSON.stringify(value, (_, item: unknown) => {
        if (typeof item === "bigint") return `${item}n`;
        if (!ArrayBuffer.isView(item)) return item;
        const bytes = new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
        return `${item.constructor.name} ${createHash("sha256").update(bytes).digest("hex")}`;
      });
    const frames: string[] = [];
    for (const { index } of log.info.frames) frames.push(words(await log.frame(index)));
    const { cameras, transforms, topics } = log.info;
    return [...frames, words({ cameras, transforms, topics })].join("\n");
  } finally {
    await source.close();
  }
}

/** What is left in the folder of a run that failed. */
const leftovers = async () => (await readdir(dir)).filter((name) => name.includes(".tmp") || name.startsWith("new"));

describe("optimize", () => {
  it("writes a log with the same frames, and says what is in it", async () => {
    const { code, out, err } = await cli(["optimize", "drive.mcap", "-o", "made/small.mcap"], dir);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/small\.mcap: \d+ messages, [\d.]+ MB → [\d.]+ MB\n/);
    expect(out).toMatch(/\n {2}\/lidar_top\/points +10 +\d+\n/);
    expect(await readdir(join(dir, "made"))).toEqual(["small.mcap"]);
    const frames = await framesOf(join(dir, "drive.mcap"));
    expect(frames.split("\n")).toHaveLength(11);
    expect(await framesOf(join(dir, "made/small.mcap"))).toBe(frames);
    expect((await cli(["check", "made/small.mcap"], dir)).code).toBe(0);
  });

  it.each(["zstd", "lz4", "none"])("takes --compression %s and --json", async (compression) => {
    const args = ["optimize", "drive.mcap", "-o", `${compression}.mcap`, "--compression", compression, "--json"];
    const { code, out } = await cli(args, dir);
    const answer = JSON.parse(out) as {
      ok: boolean;
      messages: string;
      problems: unknown[];
      lanes: { topics: string[] }[];
    };
    expect(code).toBe(0);
    expect(answer).toMatchObject({ ok: true, problems: [], output: join(dir, `${compression}.mcap`) });
    expect(answer.lanes.map(({ topics }) => topics)).toContainEqual(["/lidar_top/points"]);
    const info = JSON.parse((await cli(["info", `${compression}.mcap`, "--json"], dir)).out) as {
      log: { compression: string[] };
    };
    expect(info.log.compression).toContain(compression);
  });

  it("finds a chunk size in k and M, and refuses senseless ones and other compressions", async () => {
    const lanes = async (size: string) => {
      const args = ["optimize", "drive.mcap", "-o", "sized.mcap", "--force", "--json", "--chunk-size", size];
      const { lanes: found } = JSON.parse((await cli(args, dir)).out) as {
        lanes: { topics: string[]; chunks: number }[];
      };
      return found.find(({ topics }) => topics[0] === "/lidar_top/points")?.chunks;
    };
    expect(await lanes("4k")).toBe(10);
    expect(await lanes("4M")).toBe(3);
    for (const [option, value] of [
      ["--chunk-size", "1k"],
      ["--chunk-size", "2G"],
      ["--compression", "gzip"],
    ])
      expect((await cli(["optimize", "drive.mcap", "-o", "new.mcap", option, value], dir)).code).toBe(2);
    expect(await leftovers()).toEqual([]);
  });

  it("writes over nothing without --force, and never over an input", async () => {
    await writeFile(join(dir, "mine.mcap"), "mine");
    const refused = await cli(["optimize", "drive.mcap", "-o", "mine.mcap"], dir);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("--force") as unknown });
    expect(await readFile(join(dir, "mine.mcap"), "utf8")).toBe("mine");
    await symlink(join(dir, "drive.mcap"), join(dir, "alias.mcap"));
    const before = await readFile(join(dir, "drive.mcap"));
    for (const output of ["drive.mcap", "alias.mcap"]) {
      const itself = await cli(["optimize", "drive.mcap", "-o", output, "--force"], dir);
      expect(itself).toMatchObject({ code: 2, err: expect.stringContaining("is an input") as unknown });
    }
    expect(Buffer.compare(await readFile(join(dir, "drive.mcap")), before)).toBe(0);
  });

  it("says what of a damaged log was lost, and ends with 3", async () => {
    const bytes = await readFile(join(dir, "drive.mcap"));
    bytes[Math.floor(bytes.length / 2)] ^= 0xff;
    await writeFile(join(dir, "damaged.mcap"), bytes);
    const { code, err } = await cli(["optimize", "damaged.mcap", "-o", "rest.mcap"], dir);
    expect(code).toBe(3);
    expect(err).toMatch(/loss: The (checksum of the )?chunk at byte \d+ .*\n/);
    expect(err).toMatch(/loss: \d+ messages were found; the summary of the log counts \d+\./);
    expect((await cli(["check", "rest.mcap"], dir)).code).toBe(0);
  });

  it("fails with 1, and leaves nothing, where there is no log or it is interrupted", async () => {
    await writeFile(join(dir, "text.mcap"), "not a log");
    expect(await cli(["optimize", "text.mcap", "-o", "new.mcap"], dir)).toMatchObject({ code: 1 });
    expect(await cli(["optimize", "absent.mcap", "-o", "new.mcap"], dir)).toMatchObject({ code: 1 });
    const interrupt = new AbortController();
    let err = "";
    const code = await run(["optimize", "drive.mcap", "-o", "new.mcap"], {
      out: () => undefined,
      err: (text) => {
        err += text;
        // Its first sign of life; as Ctrl+C would.
        interrupt.abort();
      },
      watched: "terminal",
      env: {},
      cwd: dir,
      signal: interrupt.signal,
    });
    expect(code).toBe(1);
    expect(err).toContain("interrupted");
    expect(await leftovers()).toEqual([]);
  });

  it.skipIf(!existsSync(data))(
    "gives the same frames of real logs (skipped where ../shared/data is absent)",
    async () => {
      for (const name of [
        "nuscenes_n015_keyframe.ros2.mcap",
        "av2_7fab2350.ros1.mcap",
        "sustech_example.foxglove.mcap",
      ]) {
        const output = join(dir, `real-${name}`);
        expect(await cli(["optimize", join(data, name), "-o", output], dir)).toMatchObject({ code: 0, err: "" });
        expect(await framesOf(output)).toBe(await framesOf(join(data, name)));
      }
    },
  );
});

it("the bar shows how far it is, how fast, and how long it takes, in one line that it clears", () => {
  let time = 0;
  const said: string[] = [];
  const io = { err: (text: string) => void said.push(text), watched: "terminal" } as unknown as Parameters<
    typeof transferBar
  >[0];
  const bar = transferBar(io, "Optimizing", () => time);
  time = 2000;
  bar.report(500e6, 2000e6);
  time = 2050;
  bar.report(510e6, 2000e6);
  bar.end();
  expect(said[0]).toBe(`\rOptimizing ${"━".repeat(6)}${"─".repeat(18)}  25 %  250 MB/s, 0:06 left`);
  expect(said.slice(1)).toEqual([`\r${" ".repeat(said[0].length - 1)}\r`]);
});
