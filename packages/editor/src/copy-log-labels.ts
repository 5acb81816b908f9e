import { planLogLabels, type CarriedLabels, type LogLabelsCopy } from "@sweepmark/document";
import type { TimestampNs } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import type { Session } from "./session-types.ts";
import { meansTheSame } from "./means-the-same.ts";

/** The shown frame, or every frame of the log. */
export type CopyScope = "frame" | "all";

/** Topics of labels that the log carries: all, or those that are not hidden. */
export function logLabelTopics(session: Session, which: "all" | "shown"): readonly string[] {
  const { hiddenLogTopics } = session.store.getState();
  const topics = new Set(session.log.info.topics.filter(({ role }) => role === "labels").map(({ topic }) => topic));
  return [...topics].filter((topic) => which === "all" || !hiddenLogTopics.has(topic));
}

interface Read {
  readonly frames: readonly CarriedLabels[];
  readonly end?: TimestampNs;
  readonly unread: number;
}

/**
 * Copies the cuboids of these topics into the labels: a job that reads the frames, then one transaction (README rule 21).
 * Says what was left out. Never rejects: a frame that cannot be read is left out and counted.
 */
export async function copyLogLabels(session: Session, topics: readonly string[], scope: CopyScope): Promise<void> {
  const { frame, readOnly } = session.store.getState();
  if (readOnly) return session.notify(readOnly);
  if (scope === "frame" && !frame) return;
  const { frames, choice } = session.log.info;
  const read = await session.job({ message: "job.copy-labels" }, (signal, report) =>
    scope === "frame" && frame
      ? readShown(session, frame, topics, signal)
      : readAll(session, frames.length, topics, signal, report),
  );
  // Opened anew meanwhile: these cuboids may be in another world, or at other times.
  const now = session.log.info;
  if (!read || now.frames.length !== frames.length || !meansTheSame(now.choice, choice)) return;
  const copy = planLogLabels(session.document, read);
  session.commit(copy.label, copy.changes);
  tell(session, copy, read.unread);
}

/** What the topics say at the frame; a layer that could not be read says nothing. */
const carriedBy = ({ at, labels }: Frame, topics: readonly string[]): CarriedLabels => ({
  at,
  layers: labels
    .filter(({ topic, cuboids, problems }) => topics.includes(topic) && (cuboids.length > 0 || problems.length === 0))
    .map(({ topic, cuboids }) => ({ topic, cuboids })),
});

async function readShown(
  session: Session,
  frame: Frame,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<Read> {
  const frames = [carriedBy(frame, topics)];
  if (frame.index + 1 >= session.log.info.frames.length) return { frames, unread: 0 };
  // Its exact stamp is where the copies end: that of the index may be later, and they would show in it.
  const next = await reading(session, frame.index + 1, signal, ({ at }) => at);
  return { frames, end: next ?? session.log.info.frames[frame.index + 1].at, unread: 0 };
}

async function readAll(
  session: Session,
  count: number,
  topics: readonly string[],
  signal: AbortSignal,
  report: (done: number, total: number) => void,
): Promise<Read> {
  const frames: CarriedLabels[] = [];
  let unread = 0;
  for (let index = 0; index < count; index++) {
    const carried = await reading(session, index, signal, (frame) => carriedBy(frame, topics));
    if (carried) frames.push(carried);
    else unread++;
    report(index + 1, count);
  }
  return { frames, unread };
}

/** Takes something from a frame and lets the frame go; undefined where it cannot be read. Rejects when cancelled. */
async function reading<Taken>(
  { log }: Session,
  index: number,
  signal: AbortSignal,
  take: (frame: Frame) => Taken,
): Promise<Taken | undefined> {
  signal.throwIfAborted();
  try {
    const frame = await log.frame(index, { signal });
    const taken = take(frame);
    log.release(frame);
    return taken;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

const mostNames = 4;

function tell(session: Session, { changes, unknown, knownCount, unlinkedCount }: LogLabelsCopy, unread: number): void {
  if (unread > 0) session.notify({ message: "notice.labels-unread", params: { count: unread } });
  if (unlinkedCount > 0) session.notify({ message: "notice.labels-unlinked", params: { count: unlinkedCount } });
  if (knownCount > 0) session.notify({ message: "notice.labels-known", params: { count: knownCount } });
  if (unknown.length > 0) {
    const names = unknown.slice(0, mostNames).map(({ className, count }) => `${count} × “${className}”`);
    const more = unknown.length > mostNames ? ", …" : "";
    session.notify({ message: "notice.labels-no-class", params: { names: names.join(", ") + more } });
  }
  if (changes.length === 0 && knownCount === 0 && unknown.length === 0)
    session.notify({ message: "notice.labels-none" });
}
