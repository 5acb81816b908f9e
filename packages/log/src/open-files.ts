import { timestampNs } from "@sweepmark/geometry";
import { FileGaps, GapList } from "./gaps.ts";
import { inParallel } from "./in-parallel.ts";
import { JoinedFile, type JoinedPart } from "./mcap/joined-file.ts";
import type { LogFile } from "./mcap/log-file.ts";
import { MessageFile, type FileOptions } from "./mcap/message-file.ts";
import { FileProblems, list, logError, type ProblemList } from "./problem.ts";
import { checkedSource } from "./sources/checked.ts";
import { LogError, type ByteSource, type LogFileInfo, type Progress } from "./types.ts";

export interface OpenedFiles {
  readonly file: LogFile;
  /** For people: the file's name, or the first and the last one's. */
  readonly name: string;
  /** By time. */
  readonly files: readonly LogFileInfo[];
}

/** Parts of one drive are nearer than this in time. */
const farthestNs = 3_600_000_000_000n;
/** Files whose ends and indexes are read at a time. */
const parallelOpenings = 4;
/** Of the common progress, for each file. */
const meterSteps = 1000;
/** Split recorders write their last and first messages past each other by less. */
const overlapNs = 1_000_000_000n;

/**
 * Opens one file, or several as one log. Of several, one that cannot be read is left out (problem `file-left-out`).
 * Rejects with the LogError of the only file, or of the first where none can be read; with AbortError.
 */
export async function openFiles(
  source: ByteSource | readonly ByteSource[],
  options: FileOptions,
): Promise<OpenedFiles> {
  const sources = "read" in source ? [source] : source;
  if (sources.length === 0) throw logError("no-files", "No file was given to open.");
  if (sources.length === 1) {
    const checked = await checkedSource(sources[0]);
    const file = await MessageFile.open(checked, options);
    return { file, name: checked.name, files: [infoOf({ name: checked.name, sizeBytes: checked.sizeBytes, file })] };
  }
  const gaps = new GapList();
  const parts = (await openEach(sources, { ...options, gaps })).toSorted(byTime);
  checkTimes(parts, options.problems);
  const file = new JoinedFile(parts, { ...options, gaps });
  const [first, last] = [parts[0].name, parts[parts.length - 1].name];
  const name = first === last ? first : `${first} … ${last}`;
  return { file, name, files: parts.map(infoOf) };
}

async function openEach(
  sources: readonly ByteSource[],
  options: FileOptions & { readonly gaps: GapList },
): Promise<JoinedPart[]> {
  const names = uniqueNames(sources.map(({ name }) => name));
  const meter = new Meter(sources.length, options.onProgress);
  const opened = await inParallel([...sources.entries()], parallelOpenings, async ([i, source]) => {
    const name = names[i];
    try {
      return await openPart(source, name, { ...options, onProgress: meter.of(i) });
    } catch (error) {
      if (error instanceof LogError) return { name, error };
      throw error;
    }
  });
  const parts: JoinedPart[] = [];
  const digests = new Map<string, string>();
  let failed: unknown;
  const leaveOut = (name: string, message: string): void =>
    options.problems.add({
      severity: "error",
      code: "file-left-out",
      message: `${name} is left out: ${message}`,
      hint: "The other files are read. With it, this is another log with labels of its own.",
      params: { name },
      file: name,
    });
  for (const part of opened) {
    if ("error" in part) {
      failed ??= part.error;
      leaveOut(part.name, part.error.problem.message);
      continue;
    }
    const { digest } = part.file.contents;
    const twin = digests.get(digest);
    if (twin === undefined) parts.push(part);
    else leaveOut(part.name, `it has the same content as ${twin}.`);
    digests.set(digest, part.name);
  }
  if (parts.length === 0) throw failed;
  return parts;
}

async function openPart(
  source: ByteSource,
  name: string,
  options: FileOptions & { readonly gaps: GapList },
): Promise<JoinedPart> {
  const checked = await checkedSource({
    name,
    size: () => source.size(),
    ...(source.version && { version: () => source.version!() }),
    read: (offset, length, signal, take) => source.read(offset, length, signal, take),
  });
  const problems = new FileProblems(options.problems, name);
  const gaps = new FileGaps(options.gaps, name);
  const file = await MessageFile.open(checked, { ...options, problems, gaps });
  return { name, sizeBytes: checked.sizeBytes, file };
}

/** One progress out of that of several files; a file counts as much as another. */
class Meter {
  readonly #report: FileOptions["onProgress"];
  readonly #parts: number[];
  #unit: Progress["unit"] | undefined;

  constructor(files: number, report: FileOptions["onProgress"]) {
    this.#report = report;
    this.#parts = Array.from({ length: files }, () => 0);
  }

  of(file: number): FileOptions["onProgress"] {
    return ({ done, total, unit }) => {
      // Indexes are read after scans: another bar from its beginning.
      if (unit !== this.#unit) this.#parts.fill(0);
      this.#unit = unit;
      this.#parts[file] = total > 0 ? done / total : 1;
      const sum = this.#parts.reduce((all, part) => all + part, 0);
      this.#report?.({ done: Math.round(sum * meterSteps), total: this.#parts.length * meterSteps, unit: "chunks" });
    };
  }
}

/** Files of one name in different folders stay apart. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function byTime(a: JoinedPart, b: JoinedPart): number {
  const [x, y] = [a.file.contents, b.file.contents];
  if (x.startTime !== y.startTime) return x.startTime < y.startTime ? -1 : 1;
  return x.digest < y.digest ? -1 : 1;
}

function infoOf({ name, sizeBytes, file: { contents } }: Pick<JoinedPart, "name" | "sizeBytes" | "file">): LogFileInfo {
  return { name, sizeBytes, start: timestampNs(contents.startTime), end: timestampNs(contents.endTime) };
}

const hasMessages = ({ file }: JoinedPart): boolean =>
  [...file.contents.messageCounts.values()].some((count) => count > 0);

/** Names files that are hardly of one drive, and those that say the same thing twice. */
function checkTimes(parts: readonly JoinedPart[], problems: ProblemList): void {
  let before: JoinedPart | undefined;
  for (const part of parts.filter(hasMessages)) {
    const { startTime, endTime } = part.file.contents;
    if (before) {
      const end = before.file.contents.endTime;
      if (startTime - end > farthestNs) {
        const hours = Number(startTime - end) / 3.6e12;
        problems.add({
          severity: "warning",
          code: "files-apart",
          message: `${part.name} begins ${hours.toFixed(1)} h after the end of ${before.name}.`,
          hint: "They may be of different drives: then open them one by one.",
          params: { first: before.name, second: part.name, hours },
          file: part.name,
        });
      }
      const shared = end - startTime > overlapNs ? sharedTopics(before, part) : [];
      if (shared.length > 0) {
        problems.add({
          severity: "warning",
          code: "files-overlap",
          message: `${before.name} and ${part.name} both hold ${list(shared, 4)} of the same time.`,
          hint: "Every message of both is read: if they are copies of one recording, open one of them.",
          params: { first: before.name, second: part.name, topics: shared.length },
          file: part.name,
        });
      }
    }
    if (!before || endTime > before.file.contents.endTime) before = part;
  }
}

/** The topics of the file with fewer of them, if the other has all of these: two sensors' files share some, copies all. */
function sharedTopics(a: JoinedPart, b: JoinedPart): readonly string[] {
  const topicsOf = ({ channels, messageCounts }: JoinedPart["file"]["contents"]): Set<string> =>
    new Set([...channels.values()].flatMap(({ id, topic }) => ((messageCounts.get(id) ?? 0) > 0 ? [topic] : [])));
  const [few, many] = [a, b].map(({ file }) => topicsOf(file.contents)).toSorted((x, y) => x.size - y.size);
  return [...few].every((topic) => many.has(topic)) ? [...few] : [];
}
