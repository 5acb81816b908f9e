import { fitCuboid, setOnGround, shrunkToPoints } from "@sweepmark/assist";
import { setCuboids, type SetCuboidsArgs } from "@sweepmark/document";
import type { Cuboid } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import type { Track } from "@sweepmark/schema";
import type { Tile } from "./batch.ts";
import { nextTurn, reading } from "./frame-reading.ts";
import type { Session } from "./session-types.ts";

/** Refits the cuboids of several frames to their points: of a locked size only the place, as in one frame. */
export function fitTiles(session: Session, track: Track, tiles: readonly Tile[]): Promise<void> {
  const objectClass = session.document.ontology.objects.find(({ id }) => id === track.classId);
  if (!objectClass) return Promise.resolve();
  const placed = session.document.keyframes(track.id).filter(({ cuboid }) => cuboid !== null);
  const size = track.rigid && (placed.length > 1 || tiles.length > 1) ? "keep" : "fit";
  return overFrames(session, track, tiles, "fit", (frame, cuboid) => fitCuboid(frame, cuboid, objectClass, { size }));
}

export const groundTiles = (session: Session, track: Track, tiles: readonly Tile[]): Promise<void> =>
  overFrames(session, track, tiles, "edit", setOnGround);

/** All sides but the bottom go to the points. Of a locked size only one frame may say it. */
export const shrinkTiles = (session: Session, track: Track, tiles: readonly Tile[]): Promise<void> =>
  overFrames(session, track, tiles, "edit", (frame, cuboid) => shrunkToPoints(frame, cuboid));

/**
 * Reads the frames of tiles as a job and commits once at the end what `edit` makes of the cuboids there. Cancelled, or
 * where the track was edited meanwhile, nothing is done. What stays as it is (too few points, a frame that cannot be
 * read) is counted and told.
 */
async function overFrames(
  session: Session,
  track: Track,
  tiles: readonly Tile[],
  by: SetCuboidsArgs["by"],
  edit: (frame: Frame, cuboid: Cuboid<"world">) => Cuboid<"world">,
): Promise<void> {
  const { name, id: trackId } = track;
  const keyframes = session.document.keyframes(trackId);
  const places = await session.job({ message: "job.batch", params: { name } }, async (signal, report) => {
    const found: SetCuboidsArgs["places"][number][] = [];
    for (const [done, { frameIndex, at, moment }] of tiles.entries()) {
      const frame = await reading(session, frameIndex, signal);
      const cuboid = frame && edit(frame, moment.cuboid);
      if (cuboid && cuboid !== moment.cuboid) found.push({ at, cuboid });
      report(done + 1, tiles.length);
      await nextTurn();
    }
    return found;
  });
  if (!places) return;
  if (session.document.keyframes(trackId) !== keyframes)
    return session.notify({ message: "notice.batch-edited", params: { name } });
  if (places.length > 0) session.run(setCuboids, { trackId, places, by });
  const count = tiles.length - places.length;
  if (count > 0) session.notify({ message: "notice.batch-left", params: { name, count } });
}
