import { timestampNs } from "@sweepmark/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LabelDeletion, LabelEntity } from "../decoders/label-sample.ts";
import { entitiesAt, type TimedUpdate } from "./scene-state.ts";

const entity = (id: string, at: number, lifetimeNs = 0): LabelEntity => ({
  id,
  lasting: true,
  at: timestampNs(BigInt(at)),
  frameId: "map",
  lifetimeNs: BigInt(lifetimeNs),
  frameLocked: false,
  cuboids: [],
  lines: [],
});
const update = (at: number, entities: LabelEntity[], deletions: LabelDeletion[] = []): TimedUpdate => ({
  at: timestampNs(BigInt(at)),
  sample: { kind: "labels", at: timestampNs(BigInt(at)), mode: "update", entities, deletions, dropped: 0 },
});
const ids = (updates: TimedUpdate[], at: number): string[] =>
  entitiesAt(updates, timestampNs(BigInt(at))).map(({ id, at: said }) => `${id}@${said}`);

describe("rule L1: an entity lasts until it is replaced, deleted, or its lifetime has ended", () => {
  it("persists and is replaced", () => {
    expect(ids([update(1, [entity("a", 1), entity("b", 1)]), update(2, [entity("a", 2)])], 5)).toEqual(["a@2", "b@1"]);
  });
  it("a lifetime ends at its last nanosecond", () => {
    const updates = [update(10, [entity("a", 10, 5)])];
    expect([ids(updates, 14), ids(updates, 15)]).toEqual([["a@10"], []]);
  });
  it("deletions come before the entities of their message, and touch only what is older", () => {
    const first = update(1, [entity("a", 1), entity("b", 9)]);
    const all = { id: undefined, at: timestampNs(5n) };
    expect(ids([first, update(5, [entity("c", 5)], [all])], 9)).toEqual(["b@9", "c@5"]);
    expect(ids([first, update(5, [entity("a", 5)], [{ id: "a", at: undefined }])], 9)).toEqual(["b@9", "a@5"]);
    expect(ids([first, update(5, [], [{ id: undefined, at: undefined }])], 9)).toEqual([]);
  });
  it("after a deletion of all without a stamp, what came before does not matter", () => {
    const updates = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(20)), { maxLength: 8 });
    fc.assert(
      fc.property(updates, updates, (before, after) => {
        const said = (list: [string, number][]) => list.map(([id, at]) => update(at, [entity(id, at)]));
        const clear = update(0, [], [{ id: undefined, at: undefined }]);
        expect(ids([...said(before), clear, ...said(after)], 30)).toEqual(ids(said(after), 30));
      }),
    );
  });
});
