import { createDocument, createHistory } from "@sweepmark/document";
import { createSession, realSchedule, type Session } from "@sweepmark/editor";
import { type Cuboid } from "@sweepmark/geometry";
import type { Frame, LogReader } from "@sweepmark/log";
import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it, vi } from "vitest";
import { createFakeLog, fakeCar } from "../../editor/src/fake-log.ts";
import { TilePoints, type WantedTile } from "./batch-points.ts";

const look = { mode: "height", hiddenLidars: new Set<string>() } as const;
const car: Cuboid<"world"> = {
  center: [...fakeCar.center, 0.75],
  size: [...fakeCar.size],
  rotation: [0, 0, 0, 1],
};
const tiles = (...indices: readonly number[]): readonly WantedTile[] =>
  indices.map((frameIndex) => ({ frameIndex, cuboid: car }));

interface Reading {
  readonly session: Session;
  readonly points: TilePoints;
  /** Frames read, in order; released ones are taken out of `held`. */
  readonly read: number[];
  readonly held: Set<Frame>;
}

function reading({ memoryBytes = 1e9, broken = -1 } = {}): Reading {
  const read: number[] = [];
  const held = new Set<Frame>();
  const inner = createFakeLog();
  const log: LogReader = {
    ...inner,
    info: inner.info,
    memory: inner.memory,
    async frame(index, options) {
      if (index === broken) throw new Error("broken");
      const frame = { ...(await inner.frame(index, options)) };
      read.push(index);
      held.add(frame);
      return frame;
    },
    release: (frame) => void held.delete(frame),
  };
  const document = createDocument(defaultOntology, []);
  const history = createHistory(document, { actor: "tester" });
  const session = createSession({ log, document, history, schedule: realSchedule, memoryBytes });
  return { session, points: new TilePoints(session, () => undefined), read, held };
}
const idle = ({ session }: Reading) =>
  vi.waitFor(() => expect(session.store.getState().jobs).toEqual([]), { interval: 1 });

describe("the points of tiles (rule 20)", () => {
  it("are read most urgent first, as a job, and hold nothing of their frames", async () => {
    const r = reading();
    await vi.waitFor(() => expect(r.read).toEqual([0]));
    r.points.want(tiles(7, 6, 8, 5), look);
    await idle(r);
    expect(r.read.slice(1)).toEqual([7, 6, 8, 5]);
    expect([...r.held].map(({ index }) => index)).toEqual([0]);
    const near = r.points.of(7)!;
    expect(near.count).toBeGreaterThan(400);
    expect(r.points.of(9)).toBeUndefined();
    expect(r.points.heldBytes).toBe(4 * 13 * near.count);
    expect(r.session.memory.held().points).toBe(r.points.heldBytes);
  });

  it("what is there is not read again, unless its cuboid went farther than its points reach", async () => {
    const r = reading();
    r.points.want(tiles(3, 4), look);
    await idle(r);
    const before = r.read.length;
    r.points.want([{ frameIndex: 3, cuboid: { ...car, center: [13, 3, 0.75] } }, ...tiles(4)], look);
    await idle(r);
    expect(r.read).toHaveLength(before);
    r.points.want([{ frameIndex: 3, cuboid: { ...car, center: [16, 3, 0.75] } }, ...tiles(4)], look);
    await idle(r);
    expect(r.read.slice(before)).toEqual([3]);
    r.points.want(tiles(4), { ...look, mode: "distance" });
    await idle(r);
    expect(r.read.slice(before)).toEqual([3, 4]);
    expect(r.points.of(4)?.mode).toBe("distance");
  });

  it("within the budget the most urgent stay, and reading ends", async () => {
    const r = reading();
    r.points.want(tiles(1), look);
    await idle(r);
    const one = r.points.heldBytes;
    // Of what a session may hold, a quarter is for points.
    r.session.memory.setBudget(4 * 3.5 * one);
    r.points.want(tiles(5, 6, 7, 8, 9, 1), look);
    await idle(r);
    expect([5, 6, 7].every((index) => r.points.of(index) !== undefined)).toBe(true);
    expect([8, 9, 1].some((index) => r.points.of(index) !== undefined)).toBe(false);
    r.points.want(tiles(9, 8, 7, 6, 5), look);
    await idle(r);
    expect([5, 6, 7, 8, 9].map((index) => r.points.of(index) !== undefined)).toEqual([false, false, true, true, true]);
  });

  it("a frame that cannot be read is passed over; cancelled, nothing more is read until another track", async () => {
    const r = reading({ broken: 2 });
    r.points.want(tiles(2, 3), look);
    await idle(r);
    expect(r.points.of(2)).toBeUndefined();
    expect(r.points.readCount).toBe(2);
    r.points.want(tiles(4, 5, 6, 7, 8), look);
    r.session.store.getState().jobs[0].cancel();
    await idle(r);
    const before = r.read.length;
    r.points.want(tiles(9), look);
    expect(r.session.store.getState().jobs).toEqual([]);
    r.points.forgetAll();
    r.points.want(tiles(9), look);
    await idle(r);
    expect(r.read.slice(before)).toContain(9);
    r.points.want(tiles(10, 11, 12), look);
    r.points.close();
    await idle(r);
    expect(r.points.heldBytes).toBe(0);
    expect(r.session.memory.held().points).toBe(0);
  });
});
