import { estimateTrack, propagateTrack, type PropagateWay, type Session } from "@sweepmark/editor";
import type { Track } from "@sweepmark/schema";
import { CliError, exitCodes, plainLine, printJson, type ExitCode, type Io } from "../io.ts";
import { atDesk, showFrame, type Desk, type DeskArgs } from "./desk.ts";

export interface TrackArgs extends DeskArgs {
  /** Names or ids; by default all tracks that move. */
  readonly track?: readonly string[];
}

export interface PropagateArgs extends TrackArgs {
  /** The frame that a person would be at: the stretch around it, in which the track is present, is filled. */
  readonly frame?: number;
  readonly way: PropagateWay;
}

/** Carries tracks from their keyframes over the frames around. */
export const propagate = (io: Io, logs: readonly string[], args: PropagateArgs): Promise<ExitCode> =>
  overTracks(io, logs, args, async (session, track) => {
    const { frames } = session.store.getState();
    const first = session.document.keyframes(track.id).find(({ cuboid }) => cuboid !== null)?.at;
    await showFrame(session, args.frame ?? frames.findLast(({ at }) => first !== undefined && at <= first)?.index ?? 0);
    const found = await propagateTrack(session, track.id, args.way);
    return found && { frames: found.poses.length, parked: found.parked, stops: found.stops };
  });

/** Estimates the size and heading of tracks from all their frames. */
export const estimate = (io: Io, logs: readonly string[], args: TrackArgs): Promise<ExitCode> =>
  overTracks(io, logs, args, async (session, track) => {
    const before = session.document.keyframes(track.id);
    await estimateTrack(session, track.id);
    const after = session.document.keyframes(track.id);
    return after === before ? undefined : { size: after.find(({ cuboid }) => cuboid !== null)?.cuboid?.size };
  });

/** One after the other; exit 3 where for some nothing was done. */
async function overTracks(
  io: Io,
  logs: readonly string[],
  args: TrackArgs,
  edit: (session: Session, track: Track) => Promise<object | undefined>,
): Promise<ExitCode> {
  return await atDesk(io, logs, args, async (desk) => {
    const { session, labelsDir, takeNotices } = desk;
    const done: object[] = [];
    let undone = 0;
    for (const { id } of chosenTracks(desk, args.track)) {
      const track = session.document.get(id);
      if (track?.kind !== "track") continue;
      const found = await edit(session, track);
      io.signal.throwIfAborted();
      if (!found) undone++;
      const keyframes = session.document.keyframes(id).length;
      const notices = takeNotices();
      done.push({ id, name: track.name, done: found !== undefined, keyframes, ...found, notices });
      if (!args.json)
        io.out(
          [`${plainLine(track.name)}: ${found ? `${keyframes} keyframes` : "left as it is"}`, ...notices, ""].join(
            "\n",
          ),
        );
    }
    if (args.json) printJson(io, undone === 0 ? "ok" : "failed", { labels: labelsDir, tracks: done });
    return undone === 0 ? exitCodes.ok : exitCodes.losses;
  });
}

/** By name or id. */
function chosenTracks(
  { session: { document }, labelsDir }: Desk,
  wanted: readonly string[] | undefined,
): readonly Track[] {
  const tracks = document.tracks();
  if (!wanted) {
    const moving = tracks.filter((track) => !track.static);
    if (moving.length === 0) throw new CliError(`${labelsDir}: no track that is not static.`);
    return moving;
  }
  return wanted.map((name) => {
    const meant = tracks.filter((track) => track.name === name || track.id === name);
    if (meant.length === 1) return meant[0];
    const what =
      meant.length === 0
        ? "no track is called so"
        : `tracks ${meant.map(({ id }) => id).join(" and ")} are called so; give the id`;
    throw new CliError(`--track ${name}: ${what}.`, exitCodes.badArguments);
  });
}
