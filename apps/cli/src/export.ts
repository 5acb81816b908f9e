import { correctedLog, countsAt, viewsOf } from "@sweepmark/assist";
import { egoShiftsOf } from "@sweepmark/document";
import { formats, zipFiles, type Loss, type Scene, type WrittenFile } from "@sweepmark/formats";
import type { Frame, FrameChoice } from "@sweepmark/log";
import type { FrameStamp, SceneInfo } from "@sweepmark/schema";
import { mkdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { refuseOverwrite, writeAtomically } from "./atomic-write.ts";
import { choiceOf, refuseOther, type ChoiceArgs } from "./frame-choice.ts";
import { absolute, CliError, exitCodes, printJson, progress, type ExitCode, type Io } from "./io.ts";
import { readLabels, type Labels } from "./labels.ts";
import { logPathsOf, openLogFiles, type OpenedLog } from "./log-input.ts";

export interface ExportArgs extends ChoiceArgs {
  readonly output: string;
  readonly format: string;
  /** Several: the files of one log. */
  readonly log?: readonly string[];
  readonly frames?: readonly [number, number];
  readonly laneRange?: number;
  readonly force?: true;
  readonly json?: true;
}

/** Writes labels in a format. Losses are told and make the exit code 3. */
export async function exportLabels(io: Io, path: string, args: ExportArgs): Promise<ExitCode> {
  const format = formats.find(({ id }) => id === args.format);
  if (!format) throw new CliError(`Unknown format ${args.format}.`, exitCodes.badArguments);
  const labels = await readLabels(absolute(io, path));
  refuseOther(labels.scene, { clock: args.clock, worldName: args.world });
  const { clock } = labels.scene;
  const log = await logOf(io, labels, args.log, { ...choiceOf(args), ...(clock !== undefined && { clock }) });
  try {
    const losses: Loss[] = labels.problems.map((message) => ({ code: "journal", message, count: 1 }));
    const scene = await sceneOf(io, labels, log, losses);
    checkFrames(scene.info, args.frames);
    const bar = progress(io, `Writing ${format.title}`);
    const result = await format.write(scene, {
      signal: io.signal,
      onProgress: bar.report,
      ...(args.frames && { frames: args.frames }),
      ...(args.laneRange !== undefined && { laneRangeM: args.laneRange }),
    });
    bar.end();
    const written = await writeFiles(absolute(io, args.output), args.output, result.files, args.force);
    losses.push(...result.losses);
    for (const loss of losses) io.err(`loss: ${loss.message}\n`);
    if (args.json) {
      printJson(io, "ok", { format: format.id, log: log?.path ?? null, files: written, losses });
    } else {
      for (const file of written) io.out(`${file.path}\n`);
    }
    return losses.length > 0 ? exitCodes.losses : exitCodes.ok;
  } finally {
    await log?.close();
  }
}

interface OpenLog extends OpenedLog {
  readonly path: string;
}

/** The log that the labels belong to: the one that was named (it must match), else one beside them that matches. */
async function logOf(
  io: Io,
  labels: Labels,
  named: readonly string[] | undefined,
  choice: FrameChoice,
): Promise<OpenLog | undefined> {
  const { digest } = labels.scene;
  if (named !== undefined) {
    const log = await openLogAt(io, named, choice);
    if (digest === "" || log.reader.info.digest === digest) return log;
    const found = log.reader.info.digest;
    await log.close();
    throw new CliError(`${named.join(", ")} is not the log of these labels: it is ${found}, they belong to ${digest}.`);
  }
  for (const path of labels.logCandidates) {
    if (!(await stat(path).catch(() => undefined))) continue;
    const log = await openLogAt(io, [path], {}).catch(() => undefined);
    if (!log) continue;
    const belongs = digest !== "" && log.reader.info.digest === digest;
    if (belongs && Object.keys(choice).length === 0) return log;
    await log.close();
    // Another log need not have what was chosen.
    if (belongs) return await openLogAt(io, [path], choice);
  }
  return undefined;
}

async function openLogAt(io: Io, named: readonly string[], choice: FrameChoice): Promise<OpenLog> {
  const paths = await logPathsOf(io, named);
  return { path: paths.home, ...(await openLogFiles(io, paths, choice)) };
}

/** Labels with exact frames: from the log where it is at hand, else as the labels remember them. */
async function sceneOf(io: Io, labels: Labels, log: OpenLog | undefined, losses: Loss[]): Promise<Scene> {
  if (!log) {
    if (labels.scene.frames.length === 0)
      throw new CliError("The labels do not say which frames their log has. Name the log with --log.");
    return { info: labels.scene, document: labels.document };
  }
  const { reader } = log;
  const bar = progress(io, "Reading frames");
  const entries = await reader.scan({ signal: io.signal, onProgress: ({ done, total }) => bar.report(done, total) });
  bar.end();
  const frames = entries.flatMap(({ index, at, exact, worldFromEgo }): FrameStamp[] =>
    exact && worldFromEgo ? [{ index, at, worldFromEgo }] : [],
  );
  const lost = entries.length - frames.length;
  if (lost > 0)
    losses.push({
      code: "frames-unreadable",
      message: `${lost} frames cannot be read, or have no ego pose; they are left out.`,
      count: lost,
    });
  const { digest, name, worldName, choice } = reader.info;
  const corrected = correctedLog(reader, egoShiftsOf(labels.document));
  let last: Frame | undefined;
  /** Points and pictures are asked for one after the other, of the same frame. */
  const frameAt = async (index: number): Promise<Frame> => {
    if (last?.index === index) return last;
    if (last) corrected.release(last);
    return (last = await corrected.frame(index, { signal: io.signal }));
  };
  return {
    info: {
      digest,
      logName: name,
      ...(worldName !== undefined && { worldName }),
      ...(choice.clock !== "stamps" && { clock: choice.clock }),
      frames,
    },
    document: labels.document,
    countPoints: async (index, cuboids) => countsAt(await frameAt(index), cuboids),
    viewsAt: async (index) => viewsOf(await frameAt(index), reader.info.cameras),
  };
}

function checkFrames({ frames }: SceneInfo, range: readonly [number, number] | undefined): void {
  const last = frames.at(-1)?.index ?? -1;
  if (range && range[0] > last)
    throw new CliError(`--frames ${range[0]}:${range[1]}: the last frame is ${last}.`, exitCodes.badArguments);
}

/**
 * One file goes to the name that was given, if that has the format's extension; several go into the folder of that
 * name, or beside each other (`drive.csv`, `drive.lanes.csv`), or into one `.zip`.
 */
async function writeFiles(
  output: string,
  asGiven: string,
  files: readonly WrittenFile[],
  force: true | undefined,
): Promise<{ readonly path: string; readonly sizeBytes: number }[]> {
  const isFolder = /[/\\]$/.test(asGiven) || (await stat(output).catch(() => undefined))?.isDirectory();
  const placed = placeFiles(output, isFolder ? "folder" : "unknown", files);
  for (const { path } of placed) await refuseOverwrite(path, force);
  for (const { path, bytes, folder } of placed) {
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    await writeAtomically(path, bytes);
  }
  return placed.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length }));
}

interface Placed {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** To be made first. */
  readonly folder?: string;
}

export function placeFiles(output: string, kind: "folder" | "unknown", files: readonly WrittenFile[]): Placed[] {
  const extension = extname(output);
  if (kind === "unknown" && extension === ".zip") return [{ path: output, bytes: zipFiles(files) }];
  if (kind === "folder" || extension === "" || extension !== extname(files[0].name))
    return files.map(({ name, bytes }) => ({ path: join(output, basename(name)), bytes, folder: output }));
  const stem = output.slice(0, -extension.length);
  return files.map(({ name, bytes }, index) => ({
    path: index === 0 ? output : `${stem}.${basename(name)}`,
    bytes,
  }));
}
