import { compressLz4, optimizeLog, type ChunkCompression, type OptimizeReport } from "@sweepmark/log";
import { mkdir, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { beginAtomic, refuseOverwrite } from "./atomic-write.ts";
import { openFileSource, reasonOf, type FileSource } from "./file-source.ts";
import { absolute, CliError, exitCodes, printJson, table, type ExitCode, type Io } from "./io.ts";
import { transferBar } from "./transfer-bar.ts";

export interface OptimizeArgs {
  readonly output: string;
  readonly compression: string;
  /** Bytes. */
  readonly chunkSize: number;
  readonly force?: true;
  readonly json?: true;
}

/** Rewrites logs as one with chunks by topic. What of them could not be carried is told and makes the exit code 3. */
export async function optimize(io: Io, logs: readonly string[], args: OptimizeArgs): Promise<ExitCode> {
  const inputs = logs.map((log) => absolute(io, log));
  const output = absolute(io, args.output);
  await refuseInput(inputs, output);
  await refuseOverwrite(output, args.force);
  const compression = await compressionOf(args.compression);
  const sources: FileSource[] = [];
  try {
    for (const path of inputs) sources.push(await openFileSource(path));
    const report = await rewrite(io, sources, output, { ...args, compression });
    const losses = report.problems.filter(({ severity }) => severity !== "note");
    for (const { message, hint } of losses) io.err(`loss: ${message}${hint === undefined ? "" : ` ${hint}`}\n`);
    if (args.json) printJson(io, "ok", { inputs, output, ...report, problems: losses });
    else io.out(wordsOf(output, report));
    return losses.length > 0 ? exitCodes.losses : exitCodes.ok;
  } finally {
    for (const source of sources) await source.close();
  }
}

async function rewrite(
  io: Io,
  sources: readonly FileSource[],
  output: string,
  { compression, chunkSize }: { readonly compression: ChunkCompression; readonly chunkSize: number },
): Promise<OptimizeReport> {
  const bar = transferBar(io, "Optimizing");
  const file = await writing(output, async () => {
    await mkdir(dirname(output), { recursive: true });
    return await beginAtomic(output);
  });
  try {
    const sink = { write: (bytes: Uint8Array) => writing(output, () => file.write(bytes)) };
    const report = await optimizeLog(sources, sink, {
      compression,
      chunkBytes: chunkSize,
      signal: io.signal,
      onProgress: ({ done, total }) => bar.report(done, total),
    });
    io.signal.throwIfAborted();
    await writing(output, () => file.commit());
    return report;
  } finally {
    bar.end();
    await file.abandon();
  }
}

/** Errors of writing name the file that is written. */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new CliError(`${path}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

/** A log is never written over itself, by whatever name, even with --force: it is read while it is written. */
async function refuseInput(inputs: readonly string[], output: string): Promise<void> {
  const real = (path: string) => realpath(path).catch(() => path);
  const target = await real(output);
  for (const input of inputs) {
    if ((await real(input)) === target)
      throw new CliError(`${output} is an input, too; write to another file.`, exitCodes.badArguments);
  }
}

async function compressionOf(name: string): Promise<ChunkCompression> {
  if (name === "lz4") return { name, compress: compressLz4 };
  if (name !== "zstd") return { name: "", compress: (bytes) => bytes };
  const zstd = await import("@foxglove/wasm-zstd");
  const { isLoaded, compress } = "default" in zstd ? (zstd.default as typeof zstd) : zstd;
  await isLoaded;
  return { name, compress: (bytes) => compress(bytes, 3) };
}

function wordsOf(output: string, { bytesRead, bytesWritten, messages, lanes }: OptimizeReport): string {
  const size = (bytes: bigint) => `${(Number(bytes) / 1e6).toFixed(1)} MB`;
  const rows = lanes
    .toSorted((a, b) => (a.topics[0] < b.topics[0] ? -1 : 1))
    .map(({ topics, messages: count, chunks }) => [`  ${topics.toSorted().join(", ")}`, String(count), String(chunks)]);
  return (
    `${output}: ${messages} messages, ${size(bytesRead)} → ${size(bytesWritten)}\n` +
    `${table([["  topics of one chunk stream", "messages", "chunks"], ...rows], "<>>")}\n`
  );
}
