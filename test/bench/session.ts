import { createHistory } from "@sweepmark/document";
import { createSession, type Schedule, type Session } from "@sweepmark/editor";
import { openLog } from "@sweepmark/log";
import { drivenDocument } from "./kernels.ts";
import { timed, type Case } from "./measure.ts";
import type { BenchFile } from "./source.ts";

const trackCount = 200;
const keyframeCount = 100;
const heldFrames = 8;

/** What a step to a cached frame costs the page's thread, drawing excluded: the session with 200 tracks, no view. */
export async function sessionCases(file: BenchFile, rounds: number): Promise<Case[]> {
  const log = await openLog(file.source);
  const count = Math.min(heldFrames, log.info.frames.length);
  const first = await log.frame(0);
  for (let index = 1; index < count; index++) await log.frame(index);
  const document = drivenDocument(first, trackCount, keyframeCount);
  const schedule = createHeldSchedule();
  const session = createSession({ log, document, history: createHistory(document, { actor: "bench" }), schedule });
  await shown(session, 0);
  schedule.runIdle();
  const subject = `${file.name}, ${first.sweeps[0].count} points`;
  const step = async (round: number): Promise<void> => {
    const target = (round + 1) % count;
    session.goTo(target);
    await shown(session, target);
  };
  return [
    {
      subject,
      name: "session.goTo, frame cached",
      note: `${trackCount} tracks × ${keyframeCount} keyframes; promised: under 16 ms, with the idle part`,
      rounds,
      ours: async (round) => {
        // Between rounds of another case the session may stand on the very frame.
        if (session.store.getState().frameIndex === (round + 1) % count) await step(round + 1);
        schedule.runIdle();
        return await timed(async () => await step(round));
      },
    },
    {
      subject,
      name: "  then, when idle: point counts",
      rounds,
      ours: async (round) => {
        if (session.store.getState().frameIndex === (round + 1) % count) await step(round + 1);
        schedule.runIdle();
        await step(round);
        return await timed(() => schedule.runIdle());
      },
    },
  ];
}

async function shown(session: Session, index: number): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (session.store.getState().frame?.index === index) return;
    await Promise.resolve();
  }
  throw new Error(`frame ${index} was not shown: it is not cached`);
}

/** Nothing happens by itself: timers never run, idle work when told. */
function createHeldSchedule(): Schedule & { runIdle(): void } {
  let waiting: (() => void)[] = [];
  return {
    now: () => performance.now(),
    after: () => () => undefined,
    idle(run) {
      waiting.push(run);
      return () => void (waiting = waiting.filter((each) => each !== run));
    },
    runIdle() {
      const due = waiting;
      waiting = [];
      for (const run of due) run();
    },
  };
}
