import { createJournalReader, decodeJournal, readJournal, type JournalContent } from "@sweepmark/document";
import { parseScene, sceneToJson, type SceneInfo } from "@sweepmark/schema";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { syncFolder, writeAtomically } from "../atomic-write.ts";
import { reasonOf } from "../file-source.ts";

/**
 * The files of one scene's labels:
 * - `journal.jsonl`: append-only, one transaction a line;
 * - `scene.json`: which log they belong to, and its frames, so that an export works without the log.
 */
export const journalName = "journal.jsonl";
export const sceneName = "scene.json";

/** The disk said no. `path` is what could not be written; the caller keeps what it wanted to write. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly path: string;
  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`${path} cannot be used: ${reasonOf(cause)}`, { cause });
    this.path = path;
  }
}

/** Lines that a page sent but that no journal may hold. */
export class JournalLineError extends Error {
  override readonly name = "JournalLineError";
}

/** What is known of the file without reading it again. Valid while its size is `size`. */
interface Known {
  readonly size: number;
  readonly ids: Set<string>;
  readonly last: string | undefined;
  readonly torn: boolean;
  /** Why this program must not go on with it: a newer one wrote it. */
  readonly blocked: string | undefined;
}

export interface JournalBytes {
  readonly size: number;
  readonly stream: Readable;
}

export interface LabelFolder {
  readonly dir: string;
  /** The journal as it is now; empty when there is none yet. What is appended later is not in the stream. */
  openJournal(): Promise<JournalBytes>;
  readJournal(): Promise<JournalContent>;
  /** Id of the last whole transaction. */
  lastTransactionId(): Promise<string | undefined>;
  /**
   * Appends journal lines and resolves when they are on the disk (fdatasync). Transactions that are there already are
   * skipped. Calls are served one after the other.
   *
   * @throws JournalLineError when a line is damaged; nothing was written.
   * @throws StorageError when the disk refuses; the file is cut back to what it was.
   */
  append(lines: string): Promise<{ readonly appended: number; readonly skipped: number }>;
  scene(): Promise<SceneInfo | undefined>;
  /** @throws StorageError */
  saveScene(scene: SceneInfo): Promise<void>;
}

/** The labels in `dir`, which is created (durably) by the first write and not before. */
export function openLabelFolder(dir: string): LabelFolder {
  const journalPath = join(dir, journalName);
  const scenePath = join(dir, sceneName);
  let known: Known | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  // Appending only: what lies before `size` is whole lines, and stays as it is.
  const openJournal = async (): Promise<JournalBytes> => {
    const { size } = await stat(journalPath).catch(emptyWhenAbsent({ size: 0 }));
    return { size, stream: size === 0 ? Readable.from([]) : createReadStream(journalPath, { end: size - 1 }) };
  };

  async function know(): Promise<Known> {
    try {
      return await look();
    } catch (error) {
      throw new StorageError(journalPath, error as NodeJS.ErrnoException);
    }
  }

  async function look(): Promise<Known> {
    const { size, stream } = await openJournal();
    // Another size than we left: written by someone else, or replaced by the person. What is there counts.
    if (known?.size !== size) {
      const ids = new Set<string>();
      const reader = createJournalReader(({ id }) => ids.add(id));
      let end: number | undefined;
      for await (const bytes of stream as AsyncIterable<Uint8Array>) {
        reader.push(bytes);
        end = bytes.at(-1);
      }
      known = {
        blocked: reader.end().blocked,
        size,
        ids,
        last: [...ids].at(-1),
        torn: end !== undefined && end !== newline,
      };
    }
    return known;
  }

  async function write(text: string, before: Known): Promise<number> {
    let handle: FileHandle | undefined;
    const bytes = Buffer.from(text);
    try {
      await mkdir(dir, { recursive: true });
      // "a": the kernel puts every write at the end, whoever else has the file open.
      handle = await open(journalPath, "a");
      for (let done = 0; done < bytes.length;)
        done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
      await handle.datasync();
      const { size } = await handle.stat();
      if (before.size === 0) {
        await syncFolder(dir);
        await syncFolder(dirname(dir));
      }
      return size;
    } catch (error) {
      known = undefined;
      await handle?.truncate(before.size).catch(() => undefined);
      throw new StorageError(journalPath, error as NodeJS.ErrnoException);
    } finally {
      await handle?.close().catch(() => undefined);
    }
  }

  return {
    dir,
    // In turn, so that nobody reads half of a line that is being written.
    openJournal: () => inTurn(openJournal),
    readJournal: async () => {
      const { size, stream } = await inTurn(openJournal);
      return await readJournal(stream, {}, size);
    },
    lastTransactionId: () => inTurn(async () => (await know()).last),
    append: (body) =>
      inTurn(async () => {
        const lines = body.split("\n").filter((line) => line !== "");
        const sent = lines.map(transactionIdOf);
        const before = await know();
        if (before.blocked !== undefined) throw new JournalLineError(`${journalPath}: ${before.blocked}`);
        const fresh: string[] = [];
        const ids = new Set<string>();
        for (const [index, id] of sent.entries()) {
          if (before.ids.has(id) || ids.has(id)) continue;
          ids.add(id);
          fresh.push(`${lines[index]}\n`);
        }
        if (fresh.length === 0) return { appended: 0, skipped: lines.length };
        // A line that a crash tore must not swallow the first of ours.
        const size = await write((before.torn ? "\n" : "") + fresh.join(""), before);
        for (const id of ids) before.ids.add(id);
        known = { size, ids: before.ids, last: [...ids].at(-1), torn: false, blocked: undefined };
        return { appended: fresh.length, skipped: lines.length - fresh.length };
      }),
    async scene() {
      const text = await readFile(scenePath, "utf8").catch(emptyWhenAbsent(undefined));
      return text === undefined ? undefined : parseScene(JSON.parse(text));
    },
    saveScene: (scene) =>
      inTurn(async () => {
        try {
          await mkdir(dir, { recursive: true });
          await writeAtomically(scenePath, `${JSON.stringify(sceneToJson(scene))}\n`);
        } catch (error) {
          throw new StorageError(scenePath, error as NodeJS.ErrnoException);
        }
      }),
  };
}

const newline = 10;

function transactionIdOf(line: string, index: number): string {
  const { transactions, problems, blocked } = decodeJournal(`${line}\n`);
  const [transaction] = transactions;
  if (transaction) return transaction.id;
  const reason = (blocked ?? problems[0] ?? "empty").replace(/^line 1: /, "");
  throw new JournalLineError(`line ${index + 1}: ${reason}`);
}

/** For `catch`: a file that is not there is `empty`; every other error goes on. */
function emptyWhenAbsent<T>(empty: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return empty;
    throw error;
  };
}
