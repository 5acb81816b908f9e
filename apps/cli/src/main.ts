import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CliError, exitCodes, version, type ExitCode, type Io } from "./io.ts";

/** Verbs are imported when they are called: `sweepmark --help` must not load a decoder. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let result: ExitCode = exitCodes.ok;
  const program = programOf(io, async (verb) => {
    result = await verb();
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return result;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.badArguments;
    if (error instanceof CliError) {
      io.err(`sweepmark: ${error.message}\n`);
      return error.exitCode;
    }
    if (io.signal.aborted) {
      io.err("sweepmark: interrupted.\n");
      return exitCodes.failure;
    }
    // LogError and LabelFileError speak to people; anything else is a bug and shows where it came from.
    const { name, message, stack } = error as Error;
    const expected = name === "LogError" || name === "LabelFileError" || name === "StorageError";
    io.err(expected ? `sweepmark: ${message}\n` : `sweepmark: internal error: ${stack ?? message}\n`);
    return exitCodes.failure;
  }
}

/** The process around {@link run}. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  // `sweepmark info x | head`: a reader that has enough is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.ok);
  });
  process.exitCode = await run(argv, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    watched: process.stderr.isTTY ? "terminal" : "pipe",
    env: process.env,
    cwd: process.cwd(),
    signal: interrupt.signal,
  });
}

type Verb = () => Promise<ExitCode>;

function programOf(io: Io, perform: (verb: Verb) => Promise<void>): Command {
  const program = new Command("sweepmark")
    .description("Labels driving logs: lidar and cameras out of MCAP, cuboid tracks and lanes in 3D.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 })
    .addHelpText(
      "after",
      "\nResults go to stdout, diagnostics to stderr.\nExit codes: 0 ok, 1 failure, 2 bad arguments, 3 finished with losses.",
    );

  program
    .command("open")
    .description("open a log in the workbench, served on 127.0.0.1")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .option("--labels <DIR>", "keep the labels in this folder instead of <LOG>.sweepmark")
    .option("--predictions <FILE>", "show these tracks beside the labels: labels.json, tracks.csv or tracks.arrow")
    .option("--port <N>", "port to listen on (default: first free one from 4173)", portNumber)
    .option("--no-browser", "print the address only")
    .action(
      (logs: readonly string[], options: { labels?: string; predictions?: string; port?: number; browser: boolean }) =>
        perform(async () => (await import("./open.ts")).open(io, logs, options)),
    );

  program
    .command("info")
    .description("say what is in a log: topics, frames, camera timing, transforms, problems")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .option("--json", "print one JSON object")
    .action((logs: readonly string[], options: import("./info.ts").InfoArgs) =>
      perform(async () => (await import("./info.ts")).info(io, logs, options)),
    );

  program
    .command("simulate")
    .description("make a synthetic drive (MCAP), and beside it the true labels")
    .requiredOption("-o, --output <FILE>", "MCAP file to write")
    .option("--seed <N>", "which drive (default: 7)", wholeNumber(0, 2 ** 32 - 1))
    .option("--seconds <N>", "length (default: 10)", wholeNumber(1, 600))
    .option("--beams <N>", "lidar beams (default: 64)", wholeNumber(2, 128))
    .option("--force", "write over existing files")
    .action((options: { output: string; seed?: number; seconds?: number; beams?: number; force?: true }) =>
      perform(async () => (await import("./simulate.ts")).simulateLog(io, options)),
    );

  program
    .command("optimize")
    .description("rewrite logs as one in which every lidar and camera has chunks of its own: seeks read less")
    .argument("<LOG...>", "MCAP files of one drive; their messages stay as they are")
    .requiredOption("-o, --output <FILE>", "MCAP file to write")
    .option(
      "--compression <NAME>",
      "of chunks: zstd, lz4 or none; images that do not shrink are stored",
      compressionName,
      "zstd",
    )
    .option(
      "--chunk-size <SIZE>",
      "close chunks before they grow beyond this, such as 512k or 4M",
      byteSize,
      1024 * 1024,
    )
    .option("--force", "write over an existing file")
    .option("--json", "print one JSON object")
    .action((logs: readonly string[], options: import("./optimize.ts").OptimizeArgs) =>
      perform(async () => (await import("./optimize.ts")).optimize(io, logs, options)),
    );

  program
    .command("export")
    .description("write per-frame tracks and lanes")
    .argument("<LABELS>", "label file (.json), or the <log>.sweepmark folder")
    .requiredOption("-o, --output <OUT>", "folder, or the name of the file")
    .requiredOption("--format <FORMAT>", "native, csv or arrow", formatName)
    .option(
      "--log <LOG>",
      "the log of the labels, repeated for several files (default: found beside the folder)",
      collect,
    )
    .option("--frames <A:B>", "first and last frame, both included (default: all)", frameRange)
    .option("--lane-range <M>", "clip lanes to this distance from ego (default: 100)", wholeNumber(1, 10_000))
    .option("--force", "write over existing files")
    .option("--json", "print one JSON object")
    .action((labels: string, options: import("./export.ts").ExportArgs) =>
      perform(async () => (await import("./export.ts")).exportLabels(io, labels, options)),
    );

  program
    .command("check")
    .description("check label files, label folders and logs for faults")
    .argument("<FILE...>", "label files (.json), <log>.sweepmark folders, MCAP files or folders of them")
    .option("--json", "print one JSON object")
    .action((files: readonly string[], options: import("./check.ts").CheckArgs) =>
      perform(async () => (await import("./check.ts")).check(io, files, options)),
    );

  program
    .command("ego-pose")
    .description("say how far a log's ego poses are off, by laying its sweeps onto each other")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .option("--json", "print one JSON object")
    .action((logs: readonly string[], options: import("./ego-pose.ts").EgoPoseArgs) =>
      perform(async () => (await import("./ego-pose.ts")).egoPose(io, logs, options)),
    );

  const label = program
    .command("label")
    .description("edit the labels of a log by the workbench's own tools; each edit is one step of undo there")
    .helpCommand(false);
  label
    .command("click")
    .description("make a track of one cuboid, as a click on a point of the object does")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .requiredOption("--frame <N>", "the frame that is clicked in", wholeNumber(0, 1e9))
    .requiredOption("--at <X,Y,Z>", "a point of the object, metres", place)
    .requiredOption("--class <NAME>", "its class")
    .option("--in <SPACE>", "what --at is in: ego or world", spaceName, "ego")
    .action((logs: readonly string[], options: import("./label/click.ts").ClickArgs) =>
      perform(async () => (await import("./label/click.ts")).click(io, logs, options)),
    );
  label
    .command("propagate")
    .description("carry tracks from their keyframes over the frames around")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .option("--track <NAME>", "name or id, repeated for several (default: all that are not static)", collect)
    .option("--frame <N>", "the stretch around this frame (default: around the first keyframe)", wholeNumber(0, 1e9))
    .option("--way <WAY>", "both, forward or backward", wayName, "both")
    .action((logs: readonly string[], options: import("./label/tracks.ts").PropagateArgs) =>
      perform(async () => (await import("./label/tracks.ts")).propagate(io, logs, options)),
    );
  label
    .command("estimate")
    .description("estimate the size and heading of tracks from all their frames")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .option("--track <NAME>", "name or id, repeated for several (default: all that are not static)", collect)
    .action((logs: readonly string[], options: import("./label/tracks.ts").TrackArgs) =>
      perform(async () => (await import("./label/tracks.ts")).estimate(io, logs, options)),
    );
  label
    .command("suggest")
    .description("make tracks of what stands and drives in the log and has no label")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .option("--least <CONFIDENCE>", "leave out less sure ones, 0 to 1", share, 0.5)
    .action((logs: readonly string[], options: import("./label/suggest.ts").SuggestArgs) =>
      perform(async () => (await import("./label/suggest.ts")).suggest(io, logs, options)),
    );
  label
    .command("correct-ego")
    .description("lay a correction of the log's ego poses into the labels (ego-pose shows it)")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .action((logs: readonly string[], options: import("./label/desk.ts").DeskArgs) =>
      perform(async () => (await import("./label/ego-pose.ts")).correctEgo(io, logs, options)),
    );
  label
    .command("ontology")
    .description("give the labels other classes, attributes and rules; those in use are kept")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .requiredOption("--from <FILE>", "a saved ontology, a label file, or nuscenes, kitti, waymo, argoverse2, sweepmark")
    .action((logs: readonly string[], options: import("./label/ontology.ts").OntologyArgs) =>
      perform(async () => (await import("./label/ontology.ts")).useOntology(io, logs, options)),
    );
  for (const step of label.commands)
    addFrameChoice(step)
      .option("--labels <DIR>", "the labels in this folder instead of <LOG>.sweepmark")
      .option("--json", "print one JSON object");

  const bench = program.command("bench").description("measure what labeling takes").helpCommand(false);
  bench
    .command("label")
    .description("label a log as a person would, by the product's own commands, against its true labels")
    .argument("<LOG...>", "MCAP file, several of one drive, or a folder of them")
    .requiredOption("--truth <LABELS>", "true labels: a label file (.json), or ground truth by frames")
    .addOption(
      new Option("--ego <WORLD>", "ego poses of the log, or corrected first (where it has none)").choices([
        "log",
        "corrected",
      ]),
    )
    .option("--json", "print one JSON object, with what was measured of each object")
    .action((logs: readonly string[], options: import("./bench-label.ts").BenchLabelArgs) =>
      perform(async () => (await import("./bench-label.ts")).benchLabel(io, logs, options)),
    );

  for (const command of [...program.commands, ...label.commands, ...bench.commands]) {
    if (["info", "export", "check", "ego-pose"].includes(command.name()) || command.parent === bench)
      addFrameChoice(command);
    command.exitOverride().helpOption("-h, --help", "print this help").allowExcessArguments(false);
  }
  return program;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** The options that say how a log is made into frames. */
const addFrameChoice = (command: Command): Command =>
  command
    .option(
      "--lidar <TOPIC>",
      "the lidar whose sweeps are the frames, or of a log without lidars the camera (default: the one with most messages)",
    )
    .option("--world <NAME>", "which space of the log is the fixed one (default: the root above the vehicle)")
    .option("--rate <HZ>", "keep the sweeps nearest to a grid of this rate (default: all)", rateHz)
    .option("--clock <NAME>", "what says when: stamps (of the messages' headers; default) or log-times", clockName)
    .option("--deskew", "move points to where they were at their sweep's stamp");

function rateHz(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 1000)
    throw new InvalidArgumentError("Expected sweeps a second, above 0 and up to 1000, such as 2 or 0.5.");
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!/^[01](\.\d+)?$/.test(text) || value > 1)
    throw new InvalidArgumentError("Expected a number from 0 to 1, such as 0.5.");
  return value;
}

const portNumber = wholeNumber(1, 65_535);

/** Bytes, with k or M for powers of 1024. From 4 KiB to 64 MiB. */
function byteSize(text: string): number {
  const match = /^(\d+)([kM]?)$/.exec(text);
  const value = match ? Number(match[1]) * { "": 1, k: 1024, M: 1024 * 1024 }[match[2] as "" | "k" | "M"] : 0;
  if (value < 4096 || value > 64 * 1024 * 1024)
    throw new InvalidArgumentError("Expected 4k to 64M, such as 512k or 4M.");
  return value;
}

const oneOf =
  (...names: readonly string[]) =>
  (text: string): string => {
    if (!names.includes(text))
      throw new InvalidArgumentError(`Expected ${names.join(", ").replace(/, (?!.*, )/, " or ")}.`);
    return text;
  };
const compressionName = oneOf("zstd", "lz4", "none");
const formatName = oneOf("native", "csv", "arrow");
const spaceName = oneOf("ego", "world");
const clockName = oneOf("stamps", "log-times");
const wayName = oneOf("both", "forward", "backward");

/** Three numbers. */
function place(text: string): readonly number[] {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (numbers.length !== 3 || !numbers.every(Number.isFinite))
    throw new InvalidArgumentError("Expected x,y,z in metres, such as 12.5,-3,0.4.");
  return numbers;
}

function frameRange(text: string): readonly [number, number] {
  const match = /^(\d+):(\d+)$/.exec(text);
  if (!match || Number(match[2]) < Number(match[1]))
    throw new InvalidArgumentError("Expected first:last, such as 0:99.");
  return [Number(match[1]), Number(match[2])];
}
