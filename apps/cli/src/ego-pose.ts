import type { EgoMatches } from "@sweepmark/log";
import { choiceOf, type ChoiceArgs } from "./frame-choice.ts";
import { exitCodes, plainLine, printJson, progress, table, type ExitCode, type Io } from "./io.ts";
import { logPathsOf, openLogFiles } from "./log-input.ts";

export interface EgoPoseArgs extends ChoiceArgs {
  readonly json?: true;
}

/** Frames in the table of a terminal, at most. */
const mostRows = 40;

/** Says how far a log's ego poses are off, by what stands around the vehicle. Exit 3 when frames could not be read. */
export async function egoPose(io: Io, logs: readonly string[], options: EgoPoseArgs): Promise<ExitCode> {
  const log = await openLogFiles(io, await logPathsOf(io, logs), choiceOf(options));
  try {
    const bar = progress(io, "Matching sweeps");
    const found = await log.reader.matchEgo(
      {},
      { signal: io.signal, onProgress: ({ done, total }) => bar.report(done, total) },
    );
    bar.end();
    for (const { index, problem } of found.skipped) io.err(`frame ${index}: ${plainLine(problem.message)}\n`);
    if (options.json) printJson(io, "ok", { log: log.reader.info.name, ...jsonOf(found) });
    else io.out(describe(found));
    return found.skipped.length > 0 ? exitCodes.losses : exitCodes.ok;
  } finally {
    await log.close();
  }
}

const jsonOf = ({ matches, skipped }: EgoMatches): object => ({
  frames: matches.map(({ index, at, shift, determined, beforeM, afterM }) => ({
    index,
    at,
    shift: shift.shift,
    yawRad: shift.yawRad,
    determined,
    beforeM: beforeM ?? null,
    afterM: afterM ?? null,
  })),
  skipped: skipped.map(({ index, problem }) => ({ index, code: problem.code, message: problem.message })),
});

function describe({ matches }: EgoMatches): string {
  const step = Math.max(1, Math.ceil(matches.length / mostRows));
  const rows = matches.filter((_, i) => i % step === 0 || i === matches.length - 1);
  const shown = table(
    [
      ["frame", "x m", "y m", "yaw °", "before m", "after m", ""],
      ...rows.map(({ index, shift, determined, beforeM, afterM }) => [
        String(index),
        shift.shift[0].toFixed(2),
        shift.shift[1].toFixed(2),
        ((shift.yawRad * 180) / Math.PI).toFixed(2),
        beforeM?.toFixed(3) ?? "",
        afterM?.toFixed(3) ?? "",
        determined ? "" : "not determined",
      ]),
    ],
    ">>>>>>",
  );
  const farthestM = Math.max(0, ...matches.map(({ shift }) => Math.hypot(...shift.shift)));
  const unknown = matches.filter(({ determined }) => !determined).length;
  return [
    "What is to be added to the log's ego poses (the first one stays), and the median distance of points from what stood",
    "there in the frames before, by the log's poses and by the corrected ones.",
    "",
    shown,
    "",
    `Drift: up to ${farthestM.toFixed(2)} m over ${matches.length} frames; not determined in ${unknown}.`,
    "",
  ].join("\n");
}
