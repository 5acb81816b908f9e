import { LabelFileError } from "@sweepmark/schema";
import { readFile } from "node:fs/promises";
import { reportOf } from "./bench-label/report.ts";
import { benchObjects, type ObjectResult } from "./bench-label/run.ts";
import { textOf } from "./bench-label/text.ts";
import { parseTruth, TruthError, type GivenTruth } from "./bench-label/truth.ts";
import { reasonOf } from "./file-source.ts";
import { choiceOf, type ChoiceArgs } from "./frame-choice.ts";
import { absolute, CliError, exitCodes, plainLine, printJson, progress, type ExitCode, type Io } from "./io.ts";
import { logPathsOf, openLogFiles, type OpenedLog } from "./log-input.ts";

export interface BenchLabelArgs extends ChoiceArgs {
  readonly truth: string;
  /** By default that of the log where it has ego motion, else the corrected one. */
  readonly ego?: EgoWorld;
  readonly json?: true;
}

/** Ego poses by which things are labeled: those of the log, or as following the vehicle corrects them. */
export type EgoWorld = "log" | "corrected";

/** Labels a log as a person would, by the product's own commands, and says what that took against its true labels. */
export async function benchLabel(io: Io, logs: readonly string[], args: BenchLabelArgs): Promise<ExitCode> {
  const truth = await readTruth(absolute(io, args.truth));
  const log = await openLogFiles(io, await logPathsOf(io, logs), choiceOf(args));
  try {
    for (const name of truth.unknownClasses)
      io.err(`left out: no class is meant by "${plainLine(name, 80)}" of the truth\n`);
    const world = args.ego ?? (log.reader.info.worldName === undefined ? "corrected" : "log");
    const results = await measure(io, log, truth, world, args.truth);
    const report = reportOf(results, truth.ontology);
    if (args.json)
      printJson(io, "ok", { log: log.reader.info.name, truth: args.truth, ego: world, ...report, objects: results });
    else io.out((world === "corrected" ? inCorrectedWorld : "") + textOf(report));
    return exitCodes.ok;
  } finally {
    await log.close();
  }
}

const inCorrectedWorld =
  "Ego poses corrected by following the vehicle first; the truth went with the points, and interpolation is in that world.\n";

async function measure(
  io: Io,
  { reader }: OpenedLog,
  truth: GivenTruth,
  world: EgoWorld,
  truthPath: string,
): Promise<readonly ObjectResult[]> {
  await reader.scan({ signal: io.signal });
  const stamps = new Set(reader.info.frames.map(({ at }) => at));
  if (truth.stamps && !truth.stamps.some((at) => stamps.has(at)))
    throw new CliError(
      `${truthPath}: none of its ${truth.stamps.length} stamps is a frame of ${reader.info.name}; is it of another log?`,
    );
  const bars = {
    following: progress(io, "Following the vehicle"),
    reading: progress(io, "Reading"),
    labeling: progress(io, "Labeling"),
  };
  try {
    // As a person does it first: before there is any label.
    const ego =
      world === "corrected"
        ? await reader.matchEgo(
            {},
            { signal: io.signal, onProgress: ({ done, total }) => bars.following.report(done, total) },
          )
        : undefined;
    bars.following.end();
    const results = await benchObjects(reader, truth, {
      ...(ego && { ego }),
      signal: io.signal,
      onProgress: (stage, done, total) => bars[stage].report(done, total),
    });
    if (results.length === 0) throw new CliError(`${truthPath}: no object that ${reader.info.name} has points of.`);
    return results;
  } finally {
    bars.reading.end();
    bars.labeling.end();
  }
}

async function readTruth(path: string): Promise<GivenTruth> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${path}: ${reasonOf(error)}`);
  });
  try {
    return parseTruth(text);
  } catch (error) {
    if (error instanceof TruthError || error instanceof LabelFileError) throw new CliError(`${path}: ${error.message}`);
    throw error;
  }
}
