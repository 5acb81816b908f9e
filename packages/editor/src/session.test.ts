import { describe, expect, it } from "vitest";
import { createDocument, createHistory, setCuboid, setOntology, type Transaction } from "@sweepmark/document";
import { timestampNs } from "@sweepmark/geometry";
import { defaultOntology, ontologyPresets } from "@sweepmark/schema";
import { createFakeLog } from "./fake-log.ts";
import { createFakeSchedule, settle } from "./fake-schedule.ts";
import { carRecords, createHarness } from "./harness.ts";
import { createSession } from "./session.ts";

const start = timestampNs(1_700_000_000_000_000_000n);

describe("session", () => {
  it("shows the first frame, with the labels and then the counts of that time", async () => {
    const h = await createHarness({ records: carRecords(start) });
    expect(h.state).toMatchObject({ frameIndex: 0, loading: false, selectedId: undefined });
    expect(h.state.frame?.index).toBe(0);
    expect(h.state.moment.tracks).toHaveLength(1);
    expect(h.state.pointCounts.size).toBe(0);
    h.schedule.runIdle();
    expect(h.state.pointCounts.get("track:car-1")).toBeGreaterThan(100);
  });

  it("steps to a cached frame in one turn and makes the moment once", async () => {
    const h = await createHarness({ records: carRecords(start) });
    const { revision } = h.state;
    h.press("ArrowRight");
    await Promise.resolve();
    expect(h.state).toMatchObject({ frameIndex: 1, loading: false, revision: revision + 1 });
    expect(h.state.moment.at).toBe(h.state.frames[1].at);
    expect(h.state.frames[1]).toMatchObject({ exact: true });
  });

  it("shows a frame's points while its images are on their way, and lets them follow without touching labels", async () => {
    const h = await createHarness({ records: carRecords(start), delivery: "manual" });
    h.log.deliver(0);
    await settle();
    h.press("ArrowRight");
    h.log.deliverSweeps(1);
    const early = h.state;
    expect(early).toMatchObject({ frame: { index: 1 }, picturedFrame: { index: 0 }, loading: true });
    expect(early.moment.at).toBe(early.frames[1].at);
    h.pointerDown(12, 3, { z: 1.6 }).pointerMove(14, 3, { z: 1.6 });
    const { dragging, revision, moment } = h.state;
    h.log.deliver(1);
    await settle();
    expect(h.state).toMatchObject({ picturedFrame: { index: 1 }, loading: false, dragging, revision });
    expect(h.state.frame).toBe(h.state.picturedFrame);
    expect(h.state.moment).toBe(moment);
    await h.session.close();
  });

  it("says which frame comes next, in the direction of travel, once it is held", async () => {
    const h = await createHarness();
    expect(h.session.upcoming()).toBeUndefined();
    const one = await h.log.frame(1);
    expect(h.session.upcoming()).toBe(one);
    h.session.goTo(3);
    h.session.goTo(2);
    await settle();
    expect(h.session.upcoming()).toBe(one);
  });

  it("selects, nudges as one transaction, undoes and redoes by name", async () => {
    const h = await createHarness({ records: carRecords(start) });
    const before = h.labels();
    h.click(12, 3, { z: 1.6 });
    expect(h.state.selectedId).toBe("track:car-1");
    h.press("KeyW").press("KeyW").press("KeyA");
    expect(h.labels()).toBe(before);
    expect(h.state.moment.tracks[0].cuboid.center[0]).toBeCloseTo(12.2);
    await h.schedule.advance(700);
    expect(h.history.transactions).toHaveLength(1);
    expect(h.session.undoLabel).toEqual({ message: "edit.moveTrack", params: { name: "car-1" } });
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
    expect(h.session.redoLabel?.message).toBe("edit.moveTrack");
    h.press("$mod+KeyY");
    expect(h.state.moment.tracks[0].cuboid.center[1]).toBeCloseTo(3.1);
    await settle();
  });

  it("tells the screen once for each step, and nothing when nothing changed", async () => {
    const h = await createHarness({ records: carRecords(start) });
    let told = 0;
    h.session.store.subscribe(() => told++);
    h.pointerMove(30, -8).pointerMove(31, -8);
    expect(told).toBe(0);
    h.click(12, 3, { z: 1.6 });
    expect(told).toBe(1);
    h.session.run(setCuboid, {
      trackId: "track:car-1",
      at: start,
      cuboid: { center: [13, 3, 0.8], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] },
    });
    expect(told).toBe(2);
    h.press("$mod+KeyZ");
    expect(told).toBe(3);
  });

  it("journals each transaction, and closes only when all is durable (rule 17)", async () => {
    const document = createDocument(defaultOntology, carRecords(start));
    const history = createHistory(document, { actor: "tester" });
    const log = createFakeLog();
    const appended: Transaction[] = [];
    let durable: (() => void) | undefined;
    const settled = new Promise<void>((resolve) => (durable = resolve));
    const journal = { append: (transaction: Transaction) => void appended.push(transaction), settled: () => settled };
    const session = createSession({ log, document, history, journal, schedule: createFakeSchedule() });
    await settle();
    session.select("track:car-1");
    session.runBurst("a", setCuboid, {
      trackId: "track:car-1",
      at: start,
      cuboid: { center: [13, 3, 0.8], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] },
    });
    expect(appended).toHaveLength(0);
    const closing = session.close();
    expect(appended.map(({ label }) => label.message)).toEqual(["edit.moveTrack"]);
    await settle();
    expect(log.closed).toBe(false);
    durable?.();
    await closing;
    expect(log.closed).toBe(true);
  });

  it("stays read only while the journal is blocked (rule 3)", async () => {
    const document = createDocument(defaultOntology, carRecords(start));
    const history = createHistory(document, { actor: "tester", blocked: "line 7 is of a newer version" });
    const session = createSession({ log: createFakeLog(), document, history, schedule: createFakeSchedule() });
    await settle();
    session.setReadOnly(undefined);
    session.run(setCuboid, {
      trackId: "track:car-1",
      at: start,
      cuboid: { center: [13, 3, 0.8], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] },
    });
    expect(history.transactions).toHaveLength(0);
    expect(session.store.getState().notice?.label.message).toBe("read-only.journal-blocked");
  });

  it("says why a record that cannot be is refused", async () => {
    const h = await createHarness({ records: carRecords(start) });
    const before = h.labels();
    h.session.run(setCuboid, {
      trackId: "track:car-1",
      at: start,
      cuboid: { center: [13, 3, 0.8], size: [0, 1.9, 1.6], rotation: [0, 0, 0, 1] },
    });
    expect(h.labels()).toBe(before);
    expect(h.state.notice?.label.message).toBe("notice.refused");
  });

  it("opens on a log without frames", async () => {
    const h = await createHarness({ frameCount: 0 });
    expect(h.state).toMatchObject({ frame: undefined, loading: false });
    h.click(12, 3).press("Space").press("ArrowRight").press("End").press("Escape");
    expect(h.state.playing).toBe(false);
  });
});

describe("another ontology (rule 16)", () => {
  it("takes the class that is drawn next along, and undo brings labels and classes back", async () => {
    const h = await createHarness({ records: carRecords(start) });
    h.session.setClass("bus");
    const kitti = ontologyPresets.find(({ id }) => id === "kitti")!.ontology;
    h.session.run(setOntology, { ontology: kitti, classes: { car: "Car" } });
    expect(h.state.classId).toBe("Car");
    expect(h.state.moment.tracks[0].track.classId).toBe("Car");
    expect(h.session.undoLabel).toEqual({ message: "edit.setOntologyAndLabels", params: { count: 1 } });
    h.session.undo();
    expect(h.state.classId).toBe("car");
    expect(h.state.moment.tracks[0].track.classId).toBe("car");
  });

  it("number keys are those of the ontology", async () => {
    const h = await createHarness({ records: carRecords(start) });
    const [car, van, ...others] = h.document.ontology.objects;
    h.session.run(setOntology, {
      ontology: { ...h.document.ontology, objects: [car, { ...van, digit: 7 }, ...others] },
    });
    h.session.select("track:car-1");
    h.press("Digit7").press("Digit1");
    expect(h.document.tracks()[0].classId).toBe("van");
  });
});
