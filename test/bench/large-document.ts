import {
  created,
  createDocument,
  createHistory,
  decodeJournal,
  encodeJournalLine,
  momentAt,
  setCuboid,
  type Transaction,
} from "@sweepmark/document";
import { timestampNs } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { defaultOntology, type Keyframe } from "@sweepmark/schema";
import { spansOf, timelineRows } from "../../apps/workbench/src/panels/timeline/spans.ts";
import { drivenDocument } from "./kernels.ts";
import { timed, type Case } from "./measure.ts";

const trackCount = 2000;
const keyframeCount = 500;

/**
 * A million keyframes, all of their tracks there at each time: what the page does on its own thread. Drawing is not in
 * it. Opening is read in turns of 30 ms (`readJournal`, `openHistory`), so its time is waited for, not frozen for.
 */
export function largeDocumentCases(frame: Frame, rounds: number): Case[] {
  const document = drivenDocument(frame, trackCount, keyframeCount);
  const history = createHistory(document, { actor: "bench" });
  const tracks = document.tracks();
  const journal = Buffer.from(
    tracks
      .slice(0, 100)
      .map((track, index): Transaction => ({
        id: `t${index}`,
        actor: "bench",
        label: { message: "bench" },
        at: "2026-01-01T00:00:00.000Z",
        changes: [created(track), ...document.keyframes(track.id).map(created)],
      }))
      .map(encodeJournalLine)
      .join(""),
  );
  const lines = journal.toString().trimEnd().split("\n");
  const subject = `labels, ${trackCount} tracks × ${keyframeCount} keyframes`;
  const at = (index: number) => timestampNs(frame.at + BigInt(index % keyframeCount) * 100_000_000n + 50_000_000n);
  const test = (name: string, note: string, work: (round: number) => unknown): Case => ({
    subject,
    name,
    note,
    rounds,
    ours: async (round) => await timed(() => work(round)),
  });
  /** A nudge of one keyframe, committed and taken back. */
  const edit = (round: number): void => {
    const track = tracks[(7 * round) % trackCount];
    const { cuboid, at: time } = document.keyframes(track.id)[round % keyframeCount] as Keyframe;
    if (!cuboid) throw new Error("the keyframe has no cuboid");
    const [x, y, z] = cuboid.center;
    const args = { trackId: track.id, at: time, cuboid: { ...cuboid, center: [x + 0.1, y, z] as const } };
    history.commit({ message: "bench" }, setCuboid.plan(document, args));
    history.undo();
  };
  return [
    {
      ...test("open: a twentieth of the journal", `${(journal.length / 1e6).toFixed(0)} MB; floor: JSON.parse`, () =>
        createHistory(createDocument(defaultOntology), {
          actor: "bench",
          transactions: decodeJournal(journal).transactions,
        }),
      ),
      rounds: Math.min(rounds, 5),
      floor: async () => await timed(() => lines.map((line) => JSON.parse(line) as unknown)),
    },
    test("step: all labels at the next time", "promised: no visible pause", (round) => momentAt(document, at(round))),
    test("step: rows of the timeline", "after a step nothing of them has changed", () =>
      timelineRows(document, undefined),
    ),
    test("edit and undo of one keyframe", "", edit),
    test("edit: the row of that track", "cut anew", (round) =>
      spansOf(tracks[round % trackCount], [...document.keyframes(tracks[round % trackCount].id)]),
    ),
  ];
}
