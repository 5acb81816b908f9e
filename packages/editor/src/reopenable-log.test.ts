import { createDocument, createHistory } from "@sweepmark/document";
import { timestampNs } from "@sweepmark/geometry";
import { defaultOntology } from "@sweepmark/schema";
import { expect, it } from "vitest";
import { createFakeLog } from "./fake-log.ts";
import { createFakeSchedule, settle } from "./fake-schedule.ts";
import { carRecords } from "./harness.ts";
import { reopenableLog } from "./reopenable-log.ts";
import { createSession } from "./session.ts";

const start = timestampNs(1_700_000_000_000_000_000n);

it("a log opened anew with other frames: the nearest one in time, and labels, selection, history and view as they were", async () => {
  const [every, fewer] = [
    createFakeLog(),
    createFakeLog({ frameCount: 6, periodNs: 500_000_000n, delivery: "manual" }),
  ];
  const log = reopenableLog(every);
  log.setBudget(5_000_000);
  log.showCameras(["front"]);
  const document = createDocument(defaultOntology, carRecords(start));
  const history = createHistory(document, { actor: "test" });
  const session = createSession({ log, document, history, schedule: createFakeSchedule() });
  await settle();
  session.goTo(13);
  await settle();
  session.select("track:car-1");
  session.setView({ pointSize: 4 });
  session.play();
  const { frame, view } = session.store.getState();
  const reopened = log.reopen(fewer);
  session.logReopened();
  await reopened;
  // 1.3 s is nearest to 1.5 s. The frame before stays in sight until that one is there.
  expect(session.store.getState()).toMatchObject({ frameIndex: 3, loading: true, playing: false, frame });
  expect(session.store.getState().frames).toHaveLength(6);
  expect([every.closed, fewer.memory.budgetBytes, fewer.waiting]).toEqual([true, 5_000_000, [3]]);
  expect(fewer.cameras).toEqual(["front"]);
  fewer.deliver(3);
  await settle();
  const state = session.store.getState();
  expect(state.frame?.at).toBe(start + 1_500_000_000n);
  expect(state.moment.at).toBe(state.frame?.at);
  expect([state.selectedId, state.view, session.document]).toEqual(["track:car-1", view, document]);
  // The same index as before is another frame: it is asked for again.
  session.goTo(0);
  expect(fewer.waiting).toEqual([0]);
  await session.close();
  expect(fewer.closed).toBe(true);
});
