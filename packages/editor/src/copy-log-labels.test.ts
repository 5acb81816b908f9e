import type { Cuboid } from "@sweepmark/geometry";
import type { Frame, LogCuboid, LogLabelLayer } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { copyLogLabels } from "./copy-log-labels.ts";
import { createHarness, type Harness } from "./harness.ts";

const box = (x: number): Cuboid<"world"> => ({ center: [x, 0, 1], size: [4, 2, 2], rotation: [0, 0, 0, 1] });
const layer = ({ at }: Frame, topic: string, said: Readonly<Record<string, string>>, x: number): LogLabelLayer => ({
  topic,
  at,
  lines: [],
  problems: [],
  cuboids: Object.entries(said).map(([id, className]): LogCuboid => ({
    id,
    trackKey: id,
    className,
    at,
    cuboid: box(x),
    heading: "known",
  })),
});

/** The made-up log, with what `labels` says in each frame, and how many frames are held. */
async function withLabels(labels: (frame: Frame) => readonly LogLabelLayer[], broken?: number) {
  const h = await createHarness({ frameCount: 5 });
  const held = new Set<Frame>();
  const notices: unknown[] = [];
  const { frame } = h.log;
  Object.assign(h.log, {
    frame: async (index: number, options: object) => {
      if (index === broken) throw new Error("damaged");
      const bare = await frame(index, options);
      const full = { ...bare, labels: labels(bare) };
      held.add(full);
      return full;
    },
    release: (each: Frame) => held.delete(each),
  });
  h.session.store.subscribe(({ notice }, before) => {
    if (notice && notice !== before.notice) notices.push(notice.label);
  });
  h.session.goTo(2);
  await h.settled();
  held.clear();
  return { h, held, notices };
}
const moving = (frame: Frame) => [layer(frame, "/a", { "1": "vehicle.car", "2": "unicorn" }, frame.index)];
const frameAt = (h: Harness, index: number) => h.session.log.frame(index).then(({ at }) => at);

describe("copying the log's labels (rule 21)", () => {
  it("makes tracks through all frames, in one transaction, and lets all frames go", async () => {
    const { h, held, notices } = await withLabels(moving);
    await copyLogLabels(h.session, ["/a"], "all");
    expect(held.size).toBe(0);
    expect(h.document.tracks()).toMatchObject([{ name: "car-1", classId: "car", rigid: true }]);
    expect(h.document.keyframes(h.document.tracks()[0].id).map(({ cuboid }) => cuboid?.center[0])).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect(notices).toEqual([{ message: "notice.labels-no-class", params: { names: "5 × “unicorn”" } }]);
    expect(h.session.undoLabel).toEqual({ message: "edit.importLogLabels", params: { count: 1 } });
    await copyLogLabels(h.session, ["/a"], "all");
    expect(notices).toContainEqual({ message: "notice.labels-known", params: { count: 1 } });
    expect(h.history.transactions).toHaveLength(1);
    h.session.undo();
    expect(h.document.tracks()).toEqual([]);
  });

  it("copies only the shown frame where that is asked for: absent from the next one on", async () => {
    const { h, held } = await withLabels(moving);
    await copyLogLabels(h.session, ["/a"], "frame");
    expect(held.size).toBe(0);
    const [placed, gone] = h.document.keyframes(h.document.tracks()[0].id);
    expect([placed.at, placed.cuboid?.center[0]]).toEqual([await frameAt(h, 2), 2]);
    expect([gone.at, gone.cuboid]).toEqual([await frameAt(h, 3), null]);
  });

  it("takes the topics that are asked for", async () => {
    const { h } = await withLabels((frame) => [
      layer(frame, "/a", { "1": "car" }, 0),
      layer(frame, "/b", { "1": "bus" }, 9),
    ]);
    await copyLogLabels(h.session, ["/b"], "all");
    expect(h.document.tracks().map(({ classId }) => classId)).toEqual(["bus"]);
  });

  it("leaves out and counts a frame that cannot be read", async () => {
    const { h, notices } = await withLabels((frame) => [layer(frame, "/a", { "1": "car" }, 0)], 1);
    await copyLogLabels(h.session, ["/a"], "all");
    expect(h.document.keyframes(h.document.tracks()[0].id)).toHaveLength(4);
    expect(notices).toEqual([{ message: "notice.labels-unread", params: { count: 1 } }]);
  });

  it("has done nothing when it is cancelled", async () => {
    const { h } = await withLabels(moving);
    const copying = copyLogLabels(h.session, ["/a"], "all");
    expect(h.state.jobs).toHaveLength(1);
    h.state.jobs[0].cancel();
    await copying;
    expect(h.history.transactions).toEqual([]);
  });

  it("copies nothing where the log has nothing, or the labels may not be edited, and says so", async () => {
    const { h, notices } = await withLabels(() => []);
    await copyLogLabels(h.session, ["/a"], "all");
    h.session.setReadOnly({ message: "read-only.journal-blocked", params: { reason: "test" } });
    await copyLogLabels(h.session, ["/a"], "all");
    expect(notices).toMatchObject([{ message: "notice.labels-none" }, { message: "read-only.journal-blocked" }]);
  });
});
