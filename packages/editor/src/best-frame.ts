import { countsAt } from "@sweepmark/assist";
import { trackAt } from "@sweepmark/document";
import { vec } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import type { Session } from "./session-types.ts";

/** A frame that shows a track, and how well. */
export interface ShownIn {
  readonly frameIndex: number;
  /** Lidar points inside the cuboid. */
  readonly points: number;
  /** From ego to the cuboid's centre. */
  readonly distanceM: number;
  /** Points, less what the label says is hidden: a quarter for each step of `occlusion`. */
  readonly score: number;
}

/** As many frames are read at most, spread evenly. */
const mostFrames = 60;

/** Best first; of equal scores the nearer. */
export const ranked = (shown: readonly ShownIn[]): readonly ShownIn[] =>
  shown.toSorted((a, b) => b.score - a.score || a.distanceM - b.distanceM || a.frameIndex - b.frameIndex);

/**
 * Reads the frames at which a person or machine said where the track is (of a static one: all), and says how well each
 * shows it. A job; undefined when cancelled.
 */
export async function framesShowing(session: Session, trackId: RecordId): Promise<readonly ShownIn[] | undefined> {
  const track = session.document.get(trackId);
  const indices = track?.kind === "track" ? candidates(session, trackId, track.static ? "all" : "keyframes") : [];
  const shown = await session.job({ message: "job.best-frame" }, async (signal, report) => {
    const found: ShownIn[] = [];
    for (const [done, frameIndex] of indices.entries()) {
      signal.throwIfAborted();
      const one = await shownIn(session, trackId, frameIndex, signal).catch(() => undefined);
      if (one) found.push(one);
      report(done + 1, indices.length);
    }
    signal.throwIfAborted();
    return found;
  });
  return shown && ranked(shown);
}

function candidates(session: Session, trackId: RecordId, which: "all" | "keyframes"): readonly number[] {
  const { frames } = session.store.getState();
  const said = new Set(session.document.keyframes(trackId).map(({ at }) => at));
  const there = frames.filter(({ at }) => trackAt(session.document, trackId, at));
  const exact = there.filter(({ at }) => said.has(at));
  // Stamps that are only estimated yet hit no keyframe: any frame that shows it is better than none.
  const from = which === "keyframes" && exact.length > 0 ? exact : there;
  const step = Math.max(1, from.length / mostFrames);
  return Array.from({ length: Math.min(from.length, mostFrames) }, (_, i) => from[Math.floor(i * step)].index);
}

async function shownIn(
  { log, document }: Session,
  trackId: RecordId,
  frameIndex: number,
  signal: AbortSignal,
): Promise<ShownIn | undefined> {
  const frame = await log.frame(frameIndex, { signal });
  try {
    const moment = trackAt(document, trackId, frame.at);
    if (!moment) return undefined;
    const [points] = countsAt(frame, [moment.cuboid]);
    const hidden = Number(moment.attributes.occlusion ?? 0);
    const score = points * (1 - (Number.isFinite(hidden) ? Math.min(4, Math.max(0, hidden)) : 0) / 4);
    const distanceM = vec.distance(moment.cuboid.center, frame.worldFromEgo.translation);
    return { frameIndex, points, distanceM, score };
  } finally {
    log.release(frame);
  }
}

/** Goes to the frame that shows the track best, and says why. */
export async function goToBestFrame(session: Session, trackId: RecordId): Promise<void> {
  const shown = await framesShowing(session, trackId);
  const record = session.document.get(trackId);
  if (!shown || record?.kind !== "track") return;
  const [best] = shown;
  if (!best || best.points === 0) {
    session.notify({ message: "notice.best-frame-none", params: { name: record.name } });
    return;
  }
  session.goTo(best.frameIndex);
  const { frameIndex: frame, points } = best;
  const params = { name: record.name, frame, points, distance: Math.round(best.distanceM) };
  session.notify({ message: "notice.best-frame", params });
}
