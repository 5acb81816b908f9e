import { encodeJournalLine } from "@sweepmark/document";
import { newTrackId, type Track } from "@sweepmark/schema";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./main.ts";
import type { ExitCode } from "./io.ts";

/** The cache of the person who runs the tests is not ours. */
const cacheDir = mkdtempSync(join(tmpdir(), "sweepmark-cache-"));
process.once("exit", () => rmSync(cacheDir, { recursive: true, force: true }));

/** A folder of its own for one test. */
export async function scratch(): Promise<{ readonly dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "sweepmark-cli-"));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

export const digestA = `sha256:${"a".repeat(64)}`;
export const digestB = `sha256:${"b".repeat(64)}`;

/** A journal line that creates a track; `id` is the transaction's. */
export function journalLine(id: string, name = id): string {
  const track: Track = {
    id: newTrackId(),
    kind: "track",
    name,
    classId: "car",
    rigid: true,
    static: false,
    attributes: {},
  };
  return encodeJournalLine({
    id,
    actor: "test",
    label: { message: "edit.createTrack", params: { name } },
    at: "2026-01-01T00:00:00.000Z",
    changes: [{ id: track.id, after: track }],
  });
}

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process and collects what it says. */
export async function cli(argv: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await run(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    watched: "pipe",
    env: { CI: "1", XDG_CACHE_HOME: cacheDir, ...env },
    cwd,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}
