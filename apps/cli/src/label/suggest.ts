import { suggestThrough } from "@sweepmark/editor";
import { exitCodes, plainLine, printJson, type ExitCode, type Io } from "../io.ts";
import { atDesk, type DeskArgs } from "./desk.ts";

export interface SuggestArgs extends DeskArgs {
  /** [0, 1]: less sure tracks are left out. */
  readonly least: number;
}

/** Makes tracks of all that a machine would label in a log and nobody has labeled yet, as one edit. */
export async function suggest(io: Io, logs: readonly string[], args: SuggestArgs): Promise<ExitCode> {
  return await atDesk(io, logs, args, async ({ session, labelsDir, takeNotices }) => {
    await suggestThrough(session, "log");
    io.signal.throwIfAborted();
    const before = new Set(session.document.tracks().map(({ id }) => id));
    session.suggestions.setLeast(args.least);
    session.suggestions.acceptSure();
    const tracks = session.document
      .tracks()
      .filter(({ id }) => !before.has(id))
      .map(({ id, name, classId, static: isStatic }) => {
        const keyframes = session.document.keyframes(id);
        return {
          id,
          name,
          classId,
          static: isStatic,
          confidence: keyframes[0].confidence,
          keyframes: keyframes.length,
        };
      });
    if (args.json) printJson(io, "ok", { labels: labelsDir, tracks, notices: takeNotices() });
    else {
      for (const { name, confidence, keyframes, static: isStatic } of tracks)
        io.out(`${plainLine(name)}: ${isStatic ? "static" : `${keyframes} keyframes`}, ${confidence?.toFixed(2)}\n`);
      io.out(`${tracks.length} tracks at ${args.least} or surer\n`);
    }
    return exitCodes.ok;
  });
}
