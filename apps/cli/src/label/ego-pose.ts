import { correctEgoPose, summaryOf } from "@sweepmark/editor";
import { exitCodes, printJson, type ExitCode, type Io } from "../io.ts";
import { atDesk, type DeskArgs } from "./desk.ts";

/** Follows ego through the log and lays the correction of its poses into the labels. */
export async function correctEgo(io: Io, logs: readonly string[], args: DeskArgs): Promise<ExitCode> {
  return await atDesk(io, logs, args, async ({ session, labelsDir, takeNotices }) => {
    const found = await correctEgoPose(session);
    io.signal.throwIfAborted();
    const summary = found && summaryOf(found);
    const notices = takeNotices();
    if (args.json) printJson(io, summary ? "ok" : "failed", { labels: labelsDir, ...summary, notices });
    else {
      for (const notice of notices) io.err(`${notice}\n`);
      if (summary)
        io.out(
          `Ego poses corrected by up to ${summary.driftM.toFixed(2)} m in ${summary.frames} frames (${summary.undetermined} not determined).\n`,
        );
    }
    return summary ? exitCodes.ok : exitCodes.failure;
  });
}
