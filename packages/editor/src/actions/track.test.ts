import { timestampNs } from "@sweepmark/geometry";
import { expect, it } from "vitest";
import { carRecords, createHarness } from "../harness.ts";

const start = timestampNs(1_700_000_000_000_000_000n);

it("the path is smooth or straight, and what is past the ends goes round its three ways", async () => {
  const h = await createHarness({ records: carRecords(start) });
  const before = h.labels();
  h.session.select("track:car-1");
  h.press("KeyI");
  expect(h.document.tracks()[0].interpolation).toBe("smooth");
  const ways = [1, 2, 3].map(() => h.press("Shift+KeyI").document.tracks()[0].beyond);
  expect(ways).toEqual(["constant-velocity", "constant-turn", undefined]);
  h.press("KeyI");
  expect(h.labels()).toBe(before);
  h.press("KeyP").press("KeyI");
  expect(h.document.tracks()[0].interpolation).toBeUndefined();
});

it("a second keyframe makes the next frames go on, marked as extrapolated", async () => {
  const h = await createHarness({ records: carRecords(start) });
  h.session.select("track:car-1");
  h.press("Shift+KeyI");
  h.session.goTo(5);
  await h.settled();
  for (let i = 0; i < 10; i++) h.press("KeyW");
  await h.schedule.advance(1000);
  h.session.goTo(10);
  await h.settled();
  const [here] = h.state.moment.tracks;
  const [first, second] = h.document.keyframes("track:car-1").map(({ cuboid }) => cuboid!.center);
  expect(here.state).toBe("extrapolated");
  expect(here.cuboid.center[0]).toBeCloseTo(2 * second[0] - first[0], 6);
  h.press("KeyK");
  expect(h.state.moment.tracks[0].state).toBe("keyframe");
});
