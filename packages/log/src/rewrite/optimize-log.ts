import { defaultLimits, type Limits } from "../limits.ts";
import { Cursor, opcodes } from "../mcap/records.ts";
import { ProblemList, throwIfAborted } from "../problem.ts";
import { checkedSource } from "../sources/checked.ts";
import type { ByteSource, Problem, ReadOptions } from "../types.ts";
import { Copier, messageHeadBytes, type Input } from "./copier.ts";
import { LaneWriter, type ByteSink, type ChunkCompression } from "./lane-writer.ts";
import { Lanes, type LaneReport } from "./lanes.ts";
import { walkFile, type Piece } from "./walk.ts";

export interface OptimizeOptions extends ReadOptions {
  readonly compression: ChunkCompression;
  /** A chunk is closed before it would grow beyond this; a larger message has a chunk of its own. 1 MiB. */
  readonly chunkBytes?: number;
  /** What open chunks may hold together before the largest is closed early. 64 MiB. */
  readonly openBytes?: number;
  /** Names the program in the file. "sweepmark optimize". */
  readonly library?: string;
  readonly limits?: Partial<Limits>;
}

export interface OptimizeReport {
  readonly bytesRead: bigint;
  readonly bytesWritten: bigint;
  readonly messages: bigint;
  readonly chunks: number;
  readonly attachments: number;
  readonly metadata: number;
  readonly lanes: readonly LaneReport[];
  /** Everything but notes is a loss: something of the input is not in the output. */
  readonly problems: readonly Problem[];
}

const MiB = 1024 * 1024;

/**
 * Rewrites logs as one log in which each lidar, each camera and every other large topic has chunks of its own, and small
 * topics share theirs, so that a seek reads and decompresses what it shows and little else. Messages, schemas, channels,
 * attachments and metadata stay as they are, byte for byte, but for ids where several logs use one for different things.
 * Goes through each log once; holds its largest chunk twice, and `openBytes`. Rejects with LogError, AbortError.
 */
export async function optimizeLog(
  sources: readonly ByteSource[],
  sink: ByteSink,
  options: OptimizeOptions,
): Promise<OptimizeReport> {
  const { signal, onProgress, library = "sweepmark optimize" } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const problems = new ProblemList();
  const inputs: Input[] = [];
  for (const [number, source] of sources.entries()) {
    const checked = await checkedSource(source);
    const own = new ProblemList();
    const walk = await walkFile(checked, { limits, problems: own, signal });
    inputs.push({ number, source: checked, problems: own, walk, pieces: walk.pieces(), head: undefined, carried: 0n });
  }
  const total = Number(inputs.reduce((sum, { source }) => sum + source.sizeBytes, 0n));
  const writer = new LaneWriter(sink, options.compression);
  const lanes = new Lanes(writer, { chunkBytes: options.chunkBytes ?? MiB, openBytes: options.openBytes ?? 64 * MiB });
  const copier = new Copier(lanes, writer, signal);
  const profiles = new Set(inputs.map(({ walk }) => walk.profile));
  const libraries = [...new Set(inputs.map(({ walk }) => walk.library).filter((name) => name !== ""))];
  const from = libraries.length > 0 ? `${library}; ${libraries.join(", ")}` : library;
  await writer.start(profiles.size === 1 ? [...profiles][0] : "", from);
  for (const input of inputs) await advance(input);
  for (;;) {
    throwIfAborted(signal);
    const input = earliest(inputs);
    if (!input?.head) break;
    await copier.copy(input, input.head.piece);
    await advance(input);
    const done = Number(inputs.reduce((sum, { walk }) => sum + walk.done(), 0n));
    onProgress?.({ done, total, unit: "bytes" });
  }
  await lanes.closeAll();
  await writer.finish(copier.identities.schemas, copier.identities.channels);
  for (const input of inputs) report(input, problems, inputs.length > 1 ? `${input.source.name}: ` : "");
  const { messages, chunks, attachments, metadata } = writer.counts;
  return {
    bytesRead: BigInt(total),
    bytesWritten: writer.written,
    messages,
    chunks,
    attachments,
    metadata,
    lanes: lanes.report(),
    problems: problems.all(),
  };
}

async function advance(input: Input): Promise<void> {
  const next = await input.pieces.next();
  input.head = next.done ? undefined : { piece: next.value, time: firstTime(next.value) };
}

/** Several logs of one drive are written in the order of time, as far as their own order goes. */
function earliest(inputs: readonly Input[]): Input | undefined {
  let first: Input | undefined;
  for (const input of inputs) {
    if (input.head && (!first?.head || input.head.time < first.head.time)) first = input;
  }
  return first;
}

/** Log time of the first message in a piece; −1 where there is none. */
function firstTime(piece: Piece): bigint {
  if (piece.kind !== "records") return -1n;
  const cursor = new Cursor(piece.records, piece.offset);
  for (let record = cursor.record(); record; record = cursor.record()) {
    if (record.opcode !== opcodes.message || record.content.left < messageHeadBytes) continue;
    record.content.take(6);
    return record.content.u64();
  }
  return -1n;
}

function report({ problems, walk, carried }: Input, all: ProblemList, prefix: string): void {
  const { messageCount } = walk.summary;
  if (messageCount !== undefined && messageCount !== carried) {
    problems.add({
      severity: "warning",
      code: "messages-missing",
      message: `${carried} messages were found; the summary of the log counts ${messageCount}.`,
      hint: "Keep the original.",
      params: { found: String(carried), expected: String(messageCount) },
    });
  }
  for (const problem of problems.all()) {
    all.add(
      { ...problem, message: `${prefix}${problem.message}` },
      `${prefix}${problem.code} ${problem.offset ?? problem.message}`,
    );
  }
}
