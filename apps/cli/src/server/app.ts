import { parseScene } from "@sweepmark/schema";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { guard } from "./guard.ts";
import { JournalLineError, StorageError } from "./label-folder.ts";
import { claimFolder, findLabels, type LabelHomeOptions, type LabelPlace } from "./label-home.ts";
import { createLease, type Lease } from "./lease.ts";
import { serveLog } from "./log-route.ts";
import { serveStatic } from "./static-route.ts";
import { writerLock } from "./writer-lock.ts";

/** Larger than any transaction a person makes; an import is sent in batches. */
const maxBodyBytes = 8 << 20;

export interface ServerOptions extends LabelHomeOptions {
  /** The files of the log, where it is not the one at `logPath`. */
  readonly logFiles?: readonly string[];
  /** Tracks that a model made of the log. */
  readonly predictionsPath?: string;
  /** For people; the name of `logPath` by default. */
  readonly logName?: string;
  /** The built workbench. */
  readonly workbenchDir: string;
  /** The port that is listened on; known after listening. */
  readonly port: () => number;
  /** Hears where a scene's labels live when a page first asks. */
  readonly onPlace?: (place: LabelPlace) => void;
  readonly now?: () => number;
}

/** One scene as the server holds it. */
interface Holding {
  readonly place: LabelPlace;
  readonly lease: Lease;
}

/** The server's whole HTTP surface (rules: apps/cli/README.md). Sockets are listen.ts's matter. */
export function createApp(options: ServerOptions): Hono {
  const app = new Hono();
  const holdings = new Map<string, Promise<Holding>>();
  const now = options.now ?? Date.now;
  const logFiles = options.logFiles ?? [options.logPath];

  /** Looks the labels up once per digest; a failed look-up is tried anew. */
  const holdingOf = (digest: string): Promise<Holding> => {
    const known = holdings.get(digest);
    if (known) return known;
    const made = findLabels(options, digest).then((place) => {
      options.onPlace?.(place);
      return { place, lease: createLease(writerLock(place.folder.dir, now), now) };
    });
    holdings.set(digest, made);
    made.catch(() => holdings.delete(digest));
    return made;
  };

  app.use(guard(options.port));
  app.use(
    "/api/*",
    bodyLimit({ maxSize: maxBodyBytes, onError: (c) => refuse(c, 413, "too-large", "The body is larger than 8 MiB.") }),
  );
  app.onError((error, c) => {
    if (error instanceof StorageError) return refuse(c, 507, "storage", error.message, { path: error.path });
    if (error instanceof JournalLineError) return refuse(c, 400, "bad-journal-line", error.message);
    return refuse(c, 500, "internal", error.message);
  });

  app.get("/api/scene", async (c) => {
    const found = await Promise.all(logFiles.map((path) => stat(path).catch(() => undefined)));
    const missing = logFiles.find((_, i) => !found[i]);
    if (missing !== undefined) return refuse(c, 404, "no-log", `${missing}: no such file.`);
    const files = logFiles.map((path, i) => ({ name: basename(path), url: `/api/log/${i}` }));
    const digest = digestOf(c);
    const place = digest === undefined ? undefined : (await holdingOf(digest)).place;
    return c.json({
      schema: 1,
      logName: options.logName ?? basename(options.logPath),
      logUrl: "/api/log",
      ...(files.length > 1 ? { files } : {}),
      ...(options.predictionsPath === undefined ? {} : { predictions: basename(options.predictionsPath) }),
      sizeBytes: found.reduce((sum, file) => sum + (file?.size ?? 0), 0),
      labelsDir: place?.folder.dir ?? options.labelsDir ?? `${options.logPath}.sweepmark`,
      writable: place?.writable ?? true,
      ...(place?.reason === undefined ? {} : { reason: place.reason }),
      notices: place?.notices ?? [],
    });
  });

  app.get("/api/log", (c) => serveLog(c, logFiles[0]));
  // A number, never a name: what is served was named on the command line.
  app.get("/api/log/:part{[0-9]{1,6}}", async (c) => {
    const path = logFiles.at(Number(c.req.param("part")));
    return path === undefined ? refuse(c, 404, "no-log", "The log has no such part.") : await serveLog(c, path);
  });

  app.get("/api/predictions", async (c) => {
    const path = options.predictionsPath;
    return path === undefined
      ? refuse(c, 404, "no-predictions", "No predictions were named.")
      : await serveLog(c, path);
  });

  // Everything below belongs to one scene.
  const scene = new Hono<{ Variables: { holding: Holding } }>();
  scene.use(async (c, next) => {
    const digest = digestOf(c);
    if (digest === undefined) return refuse(c, 400, "no-digest", "Expected ?digest=<algorithm>:<hex>.");
    c.set("holding", await holdingOf(digest));
    await next();
  });

  scene.get("/journal", async (c) => {
    const { size, stream } = await c.get("holding").place.folder.openJournal();
    const headers = { "content-type": "text/plain; charset=utf-8", "content-length": String(size) };
    return c.body(Readable.toWeb(stream) as ReadableStream<Uint8Array>, 200, headers);
  });

  scene.post("/journal", async (c) => {
    const { place, lease } = c.get("holding");
    const body = await c.req.text();
    if (!(await lease.check(c.req.header("x-sweepmark-lease")))) return leaseLost(c, lease);
    await claimFolder(place.folder, digestOf(c) ?? "", basename(options.logPath));
    await place.folder.append(body);
    return c.body(null, 204);
  });

  scene.post("/scene-info", async (c) => {
    const { place } = c.get("holding");
    const info = sceneOf(await c.req.text());
    if (!info || info.digest !== digestOf(c)) return refuse(c, 400, "bad-scene", "Expected a scene of this digest.");
    // No lease is asked: what it holds comes from the log, so every tab writes the same.
    if (!place.writable)
      return refuse(c, 507, "storage", place.reason ?? "The labels cannot be written.", { path: place.folder.dir });
    await place.folder.saveScene(info);
    return c.body(null, 204);
  });

  scene.post("/lease", async (c) => {
    const { place, lease } = c.get("holding");
    const wish = wishOf(await c.req.text());
    if (!wish) return refuse(c, 400, "bad-lease", 'Expected {"holder": string, "steal"?: true}.');
    if (!place.writable)
      return refuse(c, 507, "storage", place.reason ?? "The labels cannot be written.", { path: place.folder.dir });
    const { token, other } = await lease.acquire(wish.holder, wish.steal ? "steal" : "ask");
    if (token === undefined) return c.json({ error: "held", ...other }, 409);
    // `last` lets a page that lost its server see that nobody wrote in between.
    return c.json({ token, last: (await place.folder.lastTransactionId()) ?? null });
  });

  scene.post("/lease/renew", async (c) => {
    const { lease } = c.get("holding");
    return (await lease.check(await tokenOf(c))) ? c.body(null, 204) : leaseLost(c, lease);
  });

  scene.post("/lease/release", async (c) => {
    await c.get("holding").lease.release(await tokenOf(c));
    return c.body(null, 204);
  });

  app.route("/api", scene);
  app.all("/api/*", (c) => refuse(c, 404, "not-found", "No such resource."));
  app.get("*", (c) => serveStatic(c, options.workbenchDir));
  app.notFound((c) => c.text("Not found.", 404));
  return app;
}

const leaseLost = (c: Context, lease: Lease) => c.json({ error: "lease-lost", ...lease.holder() }, 409);

const refuse = (
  c: Context,
  status: 400 | 404 | 413 | 500 | 507,
  error: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
) => c.json({ error, message, ...more }, status);

function digestOf(c: Context): string | undefined {
  const digest = c.req.query("digest");
  return digest !== undefined && /^[a-z0-9]{1,16}:[0-9a-f]{16,128}$/.test(digest) ? digest : undefined;
}

/** In the header, or (sendBeacon cannot set headers) in the body: `{"token": …}` or the bare token. */
async function tokenOf(c: Context): Promise<string | undefined> {
  const header = c.req.header("x-sweepmark-lease");
  if (header !== undefined) return header;
  const text = await c.req.text();
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && "token" in value && typeof value.token === "string")
    return value.token;
  return text || undefined;
}

function wishOf(text: string): { readonly holder: string; readonly steal: boolean } | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || !("holder" in value)) return undefined;
  if (typeof value.holder !== "string" || value.holder.length > 200) return undefined;
  return { holder: value.holder, steal: "steal" in value && value.steal === true };
}

function sceneOf(text: string) {
  try {
    return parseScene(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
