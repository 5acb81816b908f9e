import { mkdir, rename, writeFile, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { McapIndexedReader, McapWriter, type McapTypes } from "@mcap/core";
import zstd from "@foxglove/wasm-zstd";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, scratch } from "./test-support.ts";

let dir: string;
let remove: () => Promise<void>;

interface Answer {
  readonly log: {
    readonly name: string;
    readonly digest: string;
    readonly files: readonly { readonly name: string }[];
    readonly frames: { readonly count: number; readonly list: readonly unknown[] };
    readonly gaps: readonly { readonly file: string | null }[];
    readonly problems: readonly { readonly code: string }[];
  };
}

const info = async (...args: string[]): Promise<Answer & { code: number }> => {
  const { code, out } = await cli(["info", ...args, "--json"], dir);
  return { code, ...(JSON.parse(out) as Answer) };
};

/** Cuts a log in two at a log time, as `ros2 bag record --max-bag-duration` does. */
async function cut(path: string, names: readonly [string, string]): Promise<void> {
  const bytes = new Uint8Array(await readFile(path));
  await zstd.isLoaded;
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(bytes.length)),
      read: (offset, length) => Promise.resolve(bytes.slice(Number(offset), Number(offset + length))),
    },
    decompressHandlers: { zstd: (part, size) => zstd.decompress(part, Number(size)) },
  });
  const messages: McapTypes.Message[] = [];
  for await (const message of reader.readMessages()) messages.push({ ...message, data: message.data.slice() });
  const half = messages.length >> 1;
  for (const [i, part] of [messages.slice(0, half), messages.slice(half)].entries()) {
    const out: Uint8Array[] = [];
    let size = 0;
    const writer = new McapWriter({
      writable: {
        position: () => BigInt(size),
        write: (piece) => {
          out.push(piece.slice());
          size += piece.length;
          return Promise.resolve();
        },
      },
    });
    await writer.start({ profile: "", library: "cut" });
    const ids = new Map<number, number>();
    for (const message of part) {
      const channel = reader.channelsById.get(message.channelId)!;
      const schema = reader.schemasById.get(channel.schemaId)!;
      if (!ids.has(channel.id)) {
        const schemaId = await writer.registerSchema(schema);
        ids.set(channel.id, await writer.registerChannel({ ...channel, schemaId }));
      }
      await writer.addMessage({ ...message, channelId: ids.get(channel.id)! });
    }
    await writer.end();
    await writeFile(join(dir, names[i]), Buffer.concat(out));
  }
}

beforeAll(async () => {
  ({ dir, remove } = await scratch());
  await cli(["simulate", "-o", "whole.mcap", "--seconds", "1", "--beams", "8"], dir);
  await cut(join(dir, "whole.mcap"), ["drive_0.mcap", "drive_1.mcap"]);
  await mkdir(join(dir, "drive"));
  for (const name of ["drive_0.mcap", "drive_1.mcap"]) await rename(join(dir, name), join(dir, "drive", name));
}, 60_000);
afterAll(() => remove());

describe("rule 14: several files of a drive are one log", () => {
  it("named one by one in any order, or by their folder", async () => {
    const whole = await info("whole.mcap");
    const folder = await info("drive");
    const files = await info("drive/drive_1.mcap", "drive/drive_0.mcap");
    expect(folder.log.name).toBe("drive");
    expect(files.log.name).toBe("drive_0.mcap … drive_1.mcap");
    expect(files.log.digest).toBe(folder.log.digest);
    expect(folder.log.files.map(({ name }) => name)).toEqual(["drive_0.mcap", "drive_1.mcap"]);
    expect(folder.log.frames.list).toEqual(whole.log.frames.list);
    expect(folder.code).toBe(0);
    const { out } = await cli(["info", "drive"], dir);
    expect(out).toMatch(/Files\n {2}drive_0\.mcap .*\n {2}drive_1\.mcap/);
  });

  it("check reads a folder of them", async () => {
    const { code, out } = await cli(["check", "drive"], dir);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^drive: ok .*10 frames/) as string });
  });

  it("one that is cut off is told, with what is lost, and makes the exit code 3", async () => {
    const path = join(dir, "drive", "drive_1.mcap");
    const bytes = await readFile(path);
    await truncate(path, bytes.length - 2000);
    const said = await cli(["info", "drive"], dir);
    expect(said.code).toBe(3);
    expect(said.out).toContain("drive_1.mcap: The file ends early");
    await writeFile(path, bytes);
  });

  it("what is not there, or holds no log, is an error with its name", async () => {
    expect((await cli(["info", "drive", "none.mcap"], dir)).err).toContain("none.mcap: no such file");
    await mkdir(join(dir, "empty"));
    expect((await cli(["info", "empty"], dir)).err).toContain("no .mcap file in this folder");
  });
});
