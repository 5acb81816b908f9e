import { sceneToJson } from "@sweepmark/schema";
import { mkdir, readFile, rmdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestA, digestB, journalLine, scratch } from "../test-support.ts";
import { createApp, type ServerOptions } from "./app.ts";

const host = "127.0.0.1:4173";
const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251);
let dir: string;
let remove: () => Promise<void>;
let logPath: string;
let clock: number;
let notices: string[];

const serverOf = (more: Partial<ServerOptions> = {}) => {
  const app = createApp({
    logPath,
    workbenchDir: join(dir, "dist"),
    dataDir: join(dir, "data"),
    port: () => 4173,
    now: () => clock,
    onPlace: (place) => notices.push(...place.notices),
    ...more,
  });
  return async (path: string, init: RequestInit = {}) =>
    app.request(`http://${host}${path}`, { ...init, headers: { host, ...(init.headers as Record<string, string>) } });
};
type Ask = ReturnType<typeof serverOf>;

const journal = (digest = digestA) => `/api/journal?digest=${digest}`;
const post = (body: string, headers: Record<string, string> = {}) => ({ method: "POST", body, headers });

async function lease(ask: Ask, holder = "tab 1", digest = digestA, steal?: true): Promise<string> {
  const answer = await ask(`/api/lease?digest=${digest}`, post(JSON.stringify({ holder, steal })));
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { token: string }).token;
}

const append = (ask: Ask, token: string, body: string, digest = digestA) =>
  ask(journal(digest), post(body, { "x-sweepmark-lease": token }));

beforeEach(async () => {
  ({ dir, remove } = await scratch());
  logPath = join(dir, "drive.mcap");
  await writeFile(logPath, bytes);
  await mkdir(join(dir, "dist/assets"), { recursive: true });
  await writeFile(join(dir, "dist/index.html"), "<!doctype html>");
  await writeFile(join(dir, "dist/assets/main-abc.js"), "1");
  await writeFile(join(dir, "secret.txt"), "secret");
  clock = Date.now();
  notices = [];
});
afterEach(() => remove());

describe("predictions that were named", () => {
  it("are told by the scene and served as they are; without them there are none", async () => {
    const path = join(dir, "model.csv");
    await writeFile(path, "timestamp_ns,track_id\n");
    const ask = serverOf({ predictionsPath: path });
    expect(await (await ask("/api/scene")).json()).toMatchObject({ predictions: "model.csv" });
    expect(await (await ask("/api/predictions")).text()).toBe("timestamp_ns,track_id\n");
    expect(await (await serverOf()("/api/scene")).json()).not.toHaveProperty("predictions");
    expect((await serverOf()("/api/predictions")).status).toBe(404);
  });
});

describe("rule 9: the log is served by ranges", () => {
  it.each([
    ["bytes=0-9", 0, 10],
    ["bytes=1048570-1048590", 1_048_570, 1_048_591],
    ["bytes=2999990-", 2_999_990, 3_000_000],
    ["bytes=-5", 2_999_995, 3_000_000],
  ])("%s", async (range, from, to) => {
    const answer = await serverOf()("/api/log", { headers: { range } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${from}-${to - 1}/3000000`);
    expect(answer.headers.get("content-length")).toBe(String(to - from));
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes.subarray(from, to))).toBe(0);
  });

  it("whole, over several pieces", async () => {
    const answer = await serverOf()("/api/log");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("accept-ranges")).toBe("bytes");
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes)).toBe(0);
  });

  it("416 names the size", async () => {
    const answer = await serverOf()("/api/log", { headers: { range: "bytes=3000000-" } });
    expect(answer.status).toBe(416);
    expect(answer.headers.get("content-range")).toBe("bytes */3000000");
  });

  it("HEAD has the length and no body", async () => {
    const answer = await serverOf()("/api/log", { method: "HEAD" });
    expect(answer.headers.get("content-length")).toBe("3000000");
    expect(await answer.text()).toBe("");
  });

  it("a changed log has another tag, and If-Range with the old one gives the whole", async () => {
    const ask = serverOf();
    const etag = (await ask("/api/log", { method: "HEAD" })).headers.get("etag") ?? "";
    const same = { range: "bytes=0-9", "if-range": etag };
    const part = await ask("/api/log", { headers: same });
    expect(part.status).toBe(206);
    await part.body?.cancel();
    await truncate(logPath, 1000);
    const answer = await ask("/api/log", { headers: same });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("etag")).not.toBe(etag);
    expect((await answer.arrayBuffer()).byteLength).toBe(1000);
  });

  it("a log that is gone is said so", async () => {
    const answer = await serverOf({ logPath: join(dir, "none.mcap") })("/api/log");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: "log-unreadable" });
  });
});

describe("rules 7 and 8: the door", () => {
  it.each(["evil.example:4173", "127.0.0.1:4174", "127.0.0.1", "localhost"])("Host %s is refused", async (name) => {
    expect((await serverOf()("/", { headers: { host: name } })).status).toBe(403);
  });

  it.each(["http://evil.example", "http://127.0.0.1:4174", "https://127.0.0.1:4173", "null"])(
    "Origin %s is refused",
    async (origin) => {
      const ask = serverOf();
      expect((await ask(journal(), post(journalLine("1"), { origin }))).status).toBe(403);
      expect((await ask("/api/log", { headers: { origin } })).status).toBe(403);
    },
  );

  it("both names of this machine are let in", async () => {
    const ask = serverOf();
    expect((await ask("/", { headers: { host: "localhost:4173", origin: "http://localhost:4173" } })).status).toBe(200);
    expect((await ask("/", { headers: { origin: `http://${host}` } })).status).toBe(200);
  });

  it("another site may link to the page but not read the API", async () => {
    const ask = serverOf();
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ask("/", { headers })).status).toBe(200);
    expect((await ask("/api/log", { headers })).status).toBe(403);
  });

  it.each(["PUT", "DELETE", "PATCH", "OPTIONS"])("%s does not exist", async (method) => {
    expect((await serverOf()("/api/log", { method })).status).toBe(405);
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/..%5csecret.txt",
    "/index.html%00.js",
    "/c:/secret.txt",
    "/link.txt",
    "/assets",
    "/%zz",
    "/.hidden",
  ])("%s leads nowhere", async (path) => {
    await symlink(join(dir, "secret.txt"), join(dir, "dist/link.txt"));
    await writeFile(join(dir, "dist/.hidden"), "hidden");
    const answer = await serverOf()(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain("secret");
  });

  it("says what the page may do, and how long it may keep it", async () => {
    const ask = serverOf();
    const page = await ask("/");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect((await ask("/assets/main-abc.js")).headers.get("cache-control")).toContain("immutable");
    expect((await ask("/api/scene")).headers.get("cache-control")).toBe("no-store");
  });

  it("bodies above 8 MiB are refused", async () => {
    const ask = serverOf();
    const answer = await append(ask, await lease(ask), "x".repeat((8 << 20) + 1));
    expect(answer.status).toBe(413);
  });
});

describe("rule 10: the journal", () => {
  it("is empty, then holds what was appended, byte for byte", async () => {
    const ask = serverOf();
    expect(await (await ask(journal())).text()).toBe("");
    const token = await lease(ask);
    const lines = ["1", "2", "3"].map((id) => journalLine(id));
    expect((await append(ask, token, lines[0])).status).toBe(204);
    expect((await append(ask, token, lines[1] + lines[2])).status).toBe(204);
    expect(await (await ask(journal())).text()).toBe(lines.join(""));
    expect(await readFile(`${logPath}.sweepmark/journal.jsonl`, "utf8")).toBe(lines.join(""));
  });

  it("takes each transaction once, also after a restart", async () => {
    const lines = ["1", "2"].map((id) => journalLine(id));
    const ask = serverOf();
    const token = await lease(ask);
    await append(ask, token, lines[0] + lines[0]);
    await append(ask, token, lines[0] + lines[1]);
    const again = serverOf();
    const second = await lease(again, "tab 1", digestA, true);
    expect((await append(again, second, lines.join(""))).status).toBe(204);
    expect(await readFile(`${logPath}.sweepmark/journal.jsonl`, "utf8")).toBe(lines.join(""));
  });

  it("heals a torn last line", async () => {
    const [whole, next] = [journalLine("1"), journalLine("2")];
    await mkdir(`${logPath}.sweepmark`);
    await writeFile(`${logPath}.sweepmark/journal.jsonl`, whole + next.slice(0, 40));
    const ask = serverOf();
    await append(ask, await lease(ask), next);
    const text = await readFile(`${logPath}.sweepmark/journal.jsonl`, "utf8");
    expect(text).toBe(`${whole}${next.slice(0, 40)}\n${next}`);
  });

  it("refuses damaged lines and writes none of them", async () => {
    const ask = serverOf();
    const token = await lease(ask);
    const damaged = journalLine("2").replace("car", "bus");
    const answer = await append(ask, token, journalLine("1") + damaged);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: "bad-journal-line",
      message: expect.stringContaining("line 2"),
    });
    expect(await (await ask(journal())).text()).toBe("");
  });

  it("507 names the path when the disk refuses, and works again afterwards", async () => {
    const ask = serverOf();
    const token = await lease(ask);
    await mkdir(`${logPath}.sweepmark/journal.jsonl`);
    const answer = await append(ask, token, journalLine("1"));
    expect(answer.status).toBe(507);
    expect(await answer.json()).toMatchObject({ error: "storage", path: `${logPath}.sweepmark/journal.jsonl` });
    await rmdir(`${logPath}.sweepmark/journal.jsonl`);
    expect((await append(ask, token, journalLine("1"))).status).toBe(204);
  });

  it("wants a digest", async () => {
    for (const path of ["/api/journal", "/api/journal?digest=../..", "/api/journal?digest=sha256:xyz"])
      expect((await serverOf()(path)).status).toBe(400);
  });
});

describe("rule 11: one writer per scene", () => {
  it("appending needs the lease", async () => {
    const ask = serverOf();
    expect((await append(ask, "guess", journalLine("1"))).status).toBe(409);
    expect((await ask(journal(), post(journalLine("1")))).status).toBe(409);
  });

  it("a second tab is told who has it, and may take it over", async () => {
    const ask = serverOf();
    const first = await lease(ask, "Ada, tab 1");
    const asked = await ask(`/api/lease?digest=${digestA}`, post(JSON.stringify({ holder: "tab 2" })));
    expect(asked.status).toBe(409);
    expect(await asked.json()).toMatchObject({ error: "held", holder: "Ada, tab 1", since: expect.any(String) });
    const second = await lease(ask, "tab 2", digestA, true);
    const lost = await append(ask, first, journalLine("1"));
    expect(lost.status).toBe(409);
    expect(await lost.json()).toMatchObject({ error: "lease-lost", holder: "tab 2" });
    expect((await append(ask, second, journalLine("2"))).status).toBe(204);
  });

  it("a killed tab frees it after 10 s; renewing keeps it", async () => {
    const ask = serverOf();
    const token = await lease(ask);
    const renew = () => ask(`/api/lease/renew?digest=${digestA}`, post(JSON.stringify({ token })));
    const wish = () => ask(`/api/lease?digest=${digestA}`, post(JSON.stringify({ holder: "tab 2" })));
    clock += 9_000;
    expect((await renew()).status).toBe(204);
    clock += 9_000;
    expect((await wish()).status).toBe(409);
    clock += 1_001;
    expect((await wish()).status).toBe(200);
    expect((await renew()).status).toBe(409);
  });

  it("a tab that slept goes on when nobody took over", async () => {
    const ask = serverOf();
    const token = await lease(ask);
    clock += 3_600_000;
    expect((await append(ask, token, journalLine("1"))).status).toBe(204);
  });

  it("release frees it at once, with the token as a beacon sends it", async () => {
    const ask = serverOf();
    const token = await lease(ask);
    expect((await ask(`/api/lease/release?digest=${digestA}`, post(token))).status).toBe(204);
    await lease(ask, "tab 2");
  });

  it("two servers on one log are two writers too", async () => {
    const [one, two] = [serverOf(), serverOf()];
    const first = await lease(one, "server one");
    const asked = await two(`/api/lease?digest=${digestA}`, post(JSON.stringify({ holder: "server two" })));
    expect(await asked.json()).toMatchObject({ error: "held", holder: "server one" });
    const second = await lease(two, "server two", digestA, true);
    expect((await append(one, first, journalLine("1"))).status).toBe(409);
    expect((await append(two, second, journalLine("2"))).status).toBe(204);
    // The first server reads what the second wrote before it writes again.
    const third = await lease(one, "server one", digestA, true);
    expect((await append(one, third, journalLine("2", "x") + journalLine("3"))).status).toBe(204);
    expect((await (await one(journal())).text()).split("\n").length).toBe(3);
  });

  it("the lease says what was written last", async () => {
    const ask = serverOf();
    const answer = await ask(`/api/lease?digest=${digestA}`, post(JSON.stringify({ holder: "tab" })));
    const { token, last } = (await answer.json()) as { token: string; last: string | null };
    expect(last).toBeNull();
    await append(ask, token, journalLine("1") + journalLine("2"));
    const again = await ask(`/api/lease?digest=${digestA}`, post(JSON.stringify({ holder: "tab", steal: true })));
    expect(await again.json()).toMatchObject({ last: "2" });
  });
});

describe("rule 12: labels find their log", () => {
  const scene = (digest: string) => ({ digest, logName: "drive.mcap", frames: [] });

  it("the folder says whose it is before its first line", async () => {
    const ask = serverOf();
    await append(ask, await lease(ask), journalLine("1"));
    const text = await readFile(`${logPath}.sweepmark/scene.json`, "utf8");
    expect(JSON.parse(text)).toMatchObject({ digest: digestA });
  });

  it("scene-info is kept, and must be this scene's", async () => {
    const ask = serverOf();
    const info = JSON.stringify(sceneToJson(scene(digestA)));
    expect((await ask(`/api/scene-info?digest=${digestA}`, post(info))).status).toBe(204);
    expect((await ask(`/api/scene-info?digest=${digestB}`, post(info))).status).toBe(400);
    expect(JSON.parse(await readFile(`${logPath}.sweepmark/scene.json`, "utf8"))).toEqual(scene(digestA));
  });

  it("a renamed log finds its labels", async () => {
    await mkdir(join(dir, "old.mcap.sweepmark"));
    await writeFile(join(dir, "old.mcap.sweepmark/scene.json"), JSON.stringify(scene(digestA)));
    const line = journalLine("1");
    await writeFile(join(dir, "old.mcap.sweepmark/journal.jsonl"), line);
    expect(await (await serverOf()(journal())).text()).toBe(line);
    expect(notices).toEqual([expect.stringContaining("old.mcap.sweepmark")]);
  });

  it("another log's labels are not touched, and both ids are said", async () => {
    await mkdir(`${logPath}.sweepmark`);
    await writeFile(`${logPath}.sweepmark/scene.json`, JSON.stringify(scene(digestB)));
    await writeFile(`${logPath}.sweepmark/journal.jsonl`, journalLine("b"));
    const ask = serverOf();
    expect(await (await ask(journal())).text()).toBe("");
    await append(ask, await lease(ask), journalLine("a"));
    expect(await readFile(`${logPath}.sweepmark/journal.jsonl`, "utf8")).toContain('"b"');
    expect(await readFile(`${logPath}.aaaaaaaaaaaa.sweepmark/journal.jsonl`, "utf8")).toContain('"a"');
    expect(notices.join()).toContain(digestA);
    expect(notices.join()).toContain(digestB);
  });

  it("--labels of another log is refused", async () => {
    await mkdir(join(dir, "mine"));
    await writeFile(join(dir, "mine/scene.json"), JSON.stringify(scene(digestB)));
    const ask = serverOf({ labelsDir: join(dir, "mine") });
    const answer = (await (await ask(`/api/scene?digest=${digestA}`)).json()) as { reason: string };
    expect(answer).toMatchObject({ writable: false, labelsDir: join(dir, "mine") });
    expect(answer.reason).toContain(digestB);
    const asked = await ask(`/api/lease?digest=${digestA}`, post(JSON.stringify({ holder: "tab" })));
    expect(asked.status).toBe(507);
  });

  it("a folder that cannot be written: the user's data folder, said aloud", async () => {
    await writeFile(`${logPath}.sweepmark`, "a file in the way");
    const ask = serverOf();
    await append(ask, await lease(ask), journalLine("1"));
    const place = join(dir, `data/sha256-${"a".repeat(64)}`);
    expect(await readFile(join(place, "journal.jsonl"), "utf8")).toContain('"1"');
    expect(notices.join()).toContain(place);
    expect(await (await ask(`/api/scene?digest=${digestA}`)).json()).toMatchObject({
      labelsDir: place,
      writable: true,
    });
  });

  it("no folder at all: read-only, with the way out", async () => {
    await writeFile(`${logPath}.sweepmark`, "a file in the way");
    const ask = serverOf({ dataDir: join(logPath, "below-a-file") });
    const answer = (await (await ask(`/api/scene?digest=${digestA}`)).json()) as { reason: string };
    expect(answer).toMatchObject({ writable: false });
    expect(answer.reason).toContain("--labels DIR");
  });

  it("rule 13: opening a log writes nothing", async () => {
    const ask = serverOf();
    await ask(`/api/scene?digest=${digestA}`);
    await ask(journal());
    await expect(readFile(`${logPath}.sweepmark/scene.json`)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("rule 9: a log of several files", () => {
  it("is served part by part, by number", async () => {
    const files = ["a", "b"].map((name) => join(dir, `${name}.mcap`));
    await writeFile(files[0], bytes.subarray(0, 1000));
    await writeFile(files[1], bytes.subarray(1000, 3000));
    const ask = serverOf({ logPath: dir, logFiles: files });
    expect(await (await ask("/api/scene")).json()).toMatchObject({
      sizeBytes: 3000,
      labelsDir: `${dir}.sweepmark`,
      files: [
        { name: "a.mcap", url: "/api/log/0" },
        { name: "b.mcap", url: "/api/log/1" },
      ],
    });
    const part = await ask("/api/log/1", { headers: { range: "bytes=0-9" } });
    expect(part.headers.get("content-range")).toBe("bytes 0-9/2000");
    expect(Buffer.compare(Buffer.from(await part.arrayBuffer()), bytes.subarray(1000, 1010))).toBe(0);
    for (const path of ["/api/log/2", "/api/log/-1", "/api/log/a.mcap", "/api/log/..%2fsecret.txt"])
      expect([400, 404]).toContain((await ask(path)).status);
  });
});
