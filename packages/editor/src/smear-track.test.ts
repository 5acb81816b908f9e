import { timestampNs } from "@sweepmark/geometry";
import { expect, it } from "vitest";
import { carRecords, createHarness } from "./harness.ts";
import { smearOfTrack } from "./smear-track.ts";

const at = timestampNs(1_700_000_000_000_000_000n);

it("rule 35: is a job that reads frames and changes nothing; where nothing stands around, it says nothing", async () => {
  const records = carRecords(at).map((record) => (record.kind === "track" ? { ...record, static: true } : record));
  const harness = await createHarness({ records, frameCount: 3 });
  const labels = harness.labels();
  const [{ id }] = harness.document.tracks();
  for (let index = 2; index >= 0; index--) {
    harness.session.goTo(index);
    await harness.settled();
  }
  expect(await smearOfTrack(harness.session, id)).toEqual({ steps: [], verdict: "unknown" });
  expect(harness.labels()).toBe(labels);
  expect(harness.history.transactions).toHaveLength(0);
  expect(await smearOfTrack(harness.session, "track:none")).toBeUndefined();
});
