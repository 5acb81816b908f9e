import { clickOptionsIn, cuboidFromClick } from "@sweepmark/assist";
import {
  createDocument,
  createHistory,
  createTrack,
  setCuboid,
  setRigid,
  setStatic,
  trackAt,
} from "@sweepmark/document";
import { createSession, estimateTrack, propagateTrack, type Session } from "@sweepmark/editor";
import type { Cuboid, TimestampNs } from "@sweepmark/geometry";
import type { LogReader } from "@sweepmark/log";
import type { Ontology, RecordId } from "@sweepmark/schema";
import type { Hand } from "./hand.ts";

/** Where the first cuboid of a track comes from: the one click, or the hand, which sets it as it is. */
export type Start = "click" | "hand";

/** What labeling one object took. */
export interface Labour {
  /** The first cuboid was not good enough in its own frame, and was set there: still part of the creation. */
  readonly adjusted: boolean;
  /** Frames that were set after the creation, in this order. */
  readonly corrected: readonly number[];
  /** Runs of propagation. */
  readonly propagations: number;
  /** Marked static, as it stood still by propagation; and taken back, as that was not good in all frames. */
  readonly static: "no" | "yes" | "taken back";
  /** Every frame is good enough in the end. */
  readonly finished: boolean;
}

/** Labels of a log being made: a session as the workbench has it, without a screen. */
export interface Desk {
  readonly session: Session;
  /** A cuboid from a click in a frame, as the tool makes it. */
  click(index: number, point: Hand["click"]["point"], classId: string): Promise<Cuboid<"world">>;
  label(id: RecordId, hand: Hand, start: Start): Promise<Labour>;
  /**
   * What the product itself comes to know of an object from one click: propagated, and its size and heading estimated from
   * all its frames. The cuboid in a frame, or in the nearest one where it has one. Of the hand it only asks where to click.
   */
  estimate(id: RecordId, hand: Pick<Hand, "click" | "classId">): Promise<(index: number) => Cuboid<"world">>;
  close(): Promise<void>;
}

/** @param signal fired: what is under way is cancelled, and `label` rejects with the signal's reason. */
export function openDesk(log: LogReader, ontology: Ontology, signal: AbortSignal): Desk {
  const document = createDocument(ontology);
  const session = createSession({
    log: lent(log),
    document,
    history: createHistory(document, { actor: "bench" }),
    memoryBytes: log.memory.budgetBytes,
  });
  const cancel = (): void => session.store.getState().jobs.forEach((job) => job.cancel());
  signal.addEventListener("abort", cancel);

  async function click(index: number, point: Hand["click"]["point"], classId: string): Promise<Cuboid<"world">> {
    const objectClass = ontology.objects.find(({ id }) => id === classId)!;
    const frame = await log.frame(index, { signal });
    try {
      return cuboidFromClick(frame, point, objectClass, clickOptionsIn(session.document, objectClass, point));
    } finally {
      log.release(frame);
    }
  }

  return {
    session,
    click,
    async label(trackId, hand, start) {
      signal.throwIfAborted();
      const frames = (await session.scanFrames()) ?? [];
      signal.throwIfAborted();
      const { index, point } = hand.click;
      const at = (frame: number): TimestampNs => frames[frame].at;
      const labelAt = (frame: number) => trackAt(session.document, trackId, at(frame))?.cuboid;
      const set = (frame: number): void => {
        const cuboid = hand.set(frame, labelAt(frame) ?? labelAt(index));
        if (cuboid) session.run(setCuboid, { trackId, at: at(frame), cuboid });
      };
      let propagations = 0;
      let isStatic = "no" as Labour["static"];
      const propagate = async (): Promise<void> => {
        propagations++;
        const found = await propagateTrack(session, trackId, "both");
        signal.throwIfAborted();
        // Later it would throw away what was corrected.
        if (!found?.parked || propagations > 1) return;
        session.run(setStatic, { trackId, at: at(index), static: true });
        isStatic = "yes";
      };

      const first = start === "click" ? await click(index, point, hand.classId) : hand.set(index, undefined);
      if (!first) throw new Error(`nothing to label in frame ${index}`);
      session.run(createTrack, { id: trackId, classId: hand.classId, at: at(index), cuboid: first });
      const adjusted = !hand.isGood(index, first);
      if (adjusted) set(index);
      await propagate();
      const corrected: number[] = [];
      for (;;) {
        const middle = middleOfLongest(frames.map((_, frame) => !hand.isGood(frame, labelAt(frame))));
        const finished = middle === undefined;
        if (finished || corrected.length >= 2 * frames.length)
          return { adjusted, corrected, propagations, static: isStatic, finished };
        if (isStatic === "yes") {
          session.run(setStatic, { trackId, at: at(index), static: false });
          isStatic = "taken back";
          // As it was propagated before it was marked.
          await propagate();
          continue;
        }
        // It was set already: what was set elsewhere has changed its size. It has not one size for all frames.
        if (corrected.includes(middle)) session.run(setRigid, { trackId, at: at(middle), rigid: false });
        set(middle);
        corrected.push(middle);
        await propagate();
      }
    },
    async estimate(trackId, { classId, click: { index, point } }) {
      signal.throwIfAborted();
      const frames = (await session.scanFrames()) ?? [];
      signal.throwIfAborted();
      const at = (frame: number): TimestampNs => frames[frame].at;
      session.run(createTrack, { id: trackId, classId, at: at(index), cuboid: await click(index, point, classId) });
      const found = await propagateTrack(session, trackId, "both");
      signal.throwIfAborted();
      if (found?.parked) session.run(setStatic, { trackId, at: at(index), static: true });
      await estimateTrack(session, trackId);
      signal.throwIfAborted();
      const labels = frames.map((_, frame) => trackAt(session.document, trackId, at(frame))?.cuboid);
      return (wanted) => {
        const present = labels.flatMap((label, frame) => (label ? [{ label, off: Math.abs(frame - wanted) }] : []));
        return present.reduce((best, each) => (each.off < best.off ? each : best)).label;
      };
    },
    async close() {
      signal.removeEventListener("abort", cancel);
      await session.close();
    },
  };
}

/** The frame in the middle of the longest stretch of failing ones; of equal ones in the first. undefined: none fails. */
export function middleOfLongest(fails: readonly boolean[]): number | undefined {
  let longest = 0;
  let middle: number | undefined;
  for (let from = 0; from < fails.length; from++) {
    if (!fails[from]) continue;
    let to = from;
    while (fails[to + 1]) to++;
    if (to - from + 1 > longest) [longest, middle] = [to - from + 1, (from + to) >> 1];
    from = to;
  }
  return middle;
}

/** A log that stays open when the session that has it closes. */
const lent = (log: LogReader): LogReader =>
  new Proxy(log, {
    get(target, key) {
      if (key === "close") return async () => {};
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
