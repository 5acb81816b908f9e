import { decodeJournal } from "@sweepmark/document";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestA, journalLine, scratch } from "../test-support.ts";
import { listen, type RunningServer } from "./listen.ts";

const bin = fileURLToPath(new URL("../../bin/sweepmark.mjs", import.meta.url));
let dir: string;
let remove: () => Promise<void>;
let logPath: string;

beforeEach(async () => {
  ({ dir, remove } = await scratch());
  logPath = join(dir, "drive.mcap");
  await writeFile(logPath, "0123456789");
});
afterEach(() => remove());

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
}

async function serveInProcess(): Promise<Served> {
  const child = spawn(process.execPath, [bin, "open", logPath, "--no-browser"], {
    env: { ...process.env, SWEEPMARK_WORKBENCH_BUILT: "1", CI: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stderr?.on("data", (data: Buffer) => (err += data.toString()));
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${err}`)));
    child.stdout?.on("data", (data: Buffer) => {
      out += data.toString();
      const url = /http:\S+/.exec(out)?.[0];
      if (url) resolve({ child, url });
    });
  });
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

const post = (url: string, body: string, token = "") =>
  fetch(url, { method: "POST", body, headers: { "x-sweepmark-lease": token } });

describe("rules 10 and 11 under kill -9", () => {
  it("every acknowledged transaction is there, whenever the server dies", async () => {
    const acknowledged: string[] = [];
    let sent = 0;
    // After how many acknowledged appends of a round the blow falls, while the next one is on its way.
    for (const appends of [0, 1, 3, 7, 12]) {
      const { child, url } = await serveInProcess();
      // The lock of the killed server is no obstacle: nobody has to steal.
      const answer = await post(`${url}api/lease?digest=${digestA}`, JSON.stringify({ holder: "test" }));
      expect(answer.status).toBe(200);
      const { token } = (await answer.json()) as { token: string };
      for (let i = 0; i < appends; i++) {
        const id = `t${sent++}`;
        expect((await post(`${url}api/journal?digest=${digestA}`, journalLine(id), token)).status).toBe(204);
        acknowledged.push(id);
      }
      const inFlight = `t${sent++}`;
      const last = post(`${url}api/journal?digest=${digestA}`, journalLine(inFlight), token).catch(() => undefined);
      await kill(child);
      if ((await last)?.status === 204) acknowledged.push(inFlight);
      const { transactions } = decodeJournal(
        await readFile(`${logPath}.sweepmark/journal.jsonl`, "utf8").catch(() => ""),
      );
      expect(transactions.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(23);
  });

  it("a page goes on with its lease when the server is started again", async () => {
    const first = await serveInProcess();
    const answer = await post(`${first.url}api/lease?digest=${digestA}`, JSON.stringify({ holder: "test" }));
    const { token } = (await answer.json()) as { token: string };
    await kill(first.child);
    const second = await serveInProcess();
    expect((await post(`${second.url}api/journal?digest=${digestA}`, journalLine("1"), "another")).status).toBe(409);
    expect((await post(`${second.url}api/journal?digest=${digestA}`, journalLine("1"), token)).status).toBe(204);
    await kill(second.child);
  });

  it("an interrupt ends it cleanly", async () => {
    const { child } = await serveInProcess();
    child.kill("SIGINT");
    const [code] = (await once(child, "exit")) as [number];
    expect(code).toBe(0);
  });
});

describe("rules 7 and 8: the socket", () => {
  let servers: RunningServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  });

  const start = async (port?: number) => {
    const server = await listen({ logPath, workbenchDir: dir, dataDir: dir }, port);
    servers.push(server);
    return server;
  };

  it("takes the first free port, and only 127.0.0.1", async () => {
    const [one, two] = [await start(), await start()];
    expect(one.port).toBeGreaterThanOrEqual(4173);
    expect(two.port).toBeGreaterThan(one.port);
    expect(await (await fetch(`${two.url}api/log`, { headers: { range: "bytes=2-4" } })).text()).toBe("234");
    await expect(start(one.port)).rejects.toThrow(`Port ${one.port} cannot be used`);
  });

  it("raw request targets do not get out of the served folder", async () => {
    const { port } = await start();
    for (const target of ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/..\\..\\etc\\passwd"]) {
      const answer = await raw(port, `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 40[034]/);
      expect(answer).not.toContain("root:");
    }
  });

  it("answers nobody without a Host", async () => {
    const { port } = await start();
    expect(await raw(port, "GET /api/log HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 40[03]/);
    expect(await raw(port, `GET /api/log HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403/,
    );
  });
});

function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    let answer = "";
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}
