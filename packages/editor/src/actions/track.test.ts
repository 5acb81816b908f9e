import { cuboidYaw, timestampNs } from "@sweepmark/geometry";
import { expect, it } from "vitest";
import { ranked } from "../best-frame.ts";
import { carRecords, createHarness, type Harness } from "../harness.ts";

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

/** A car that goes 1 m a frame (10 m/s) along y, heading along x. */
async function driving(): Promise<Harness> {
  const h = await createHarness({
    records: [
      ...carRecords(start),
      ...carRecords(timestampNs(start + 1_000_000_000n), {
        center: [12, 13, 0.8],
        size: [4.5, 1.9, 1.6],
        rotation: [0, 0, 0, 1],
      }).slice(1),
    ],
  });
  h.session.select("track:car-1");
  return h;
}

it("heading from motion, here and everywhere; what stands says why not", async () => {
  const h = await driving();
  h.press("KeyY");
  const yaws = () => h.document.keyframes("track:car-1").map(({ cuboid }) => Math.round(cuboidYaw(cuboid!) * 100));
  expect(yaws()).toEqual([157, 0]);
  h.press("Shift+KeyY");
  expect(yaws()).toEqual([157, 157]);
  h.press("$mod+KeyZ").press("$mod+KeyZ");
  expect(yaws()).toEqual([0, 0]);
  const still = await createHarness({ records: carRecords(start) });
  still.session.select("track:car-1");
  still.press("KeyY");
  expect(still.state.notice?.label.message).toBe("notice.no-motion");
  expect(still.history.transactions).toHaveLength(0);
});

it("copies to the next frame and goes there, moving on as it did", async () => {
  const h = await driving();
  h.session.goTo(10);
  await h.settled();
  h.press("Alt+Shift+ArrowRight");
  await h.settled();
  expect(h.state.frame?.index).toBe(11);
  const [here] = h.state.moment.tracks;
  expect(here.state).toBe("keyframe");
  expect(here.cuboid.center[1]).toBeCloseTo(14, 6);
  h.press("Alt+Shift+ArrowLeft");
  await h.settled();
  expect(h.state.frame?.index).toBe(10);
  expect(h.state.moment.tracks[0].cuboid.center[1]).toBeCloseTo(13, 6);
});

it("splits at the frame, in one step of undo; where nothing would be left it says so", async () => {
  const h = await driving();
  const before = h.labels();
  h.press("Shift+KeyB");
  await h.settled();
  expect(h.state.notice?.label.message).toBe("notice.no-split");
  h.session.goTo(4);
  await h.settled();
  h.press("Shift+KeyB");
  await h.settled();
  expect(
    h.document
      .tracks()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["car-1", "car-2"]);
  expect(h.state.moment.tracks.map(({ track }) => track.name)).toEqual(["car-2"]);
  h.session.goTo(3);
  await h.settled();
  expect(h.state.moment.tracks.map(({ track, cuboid }) => [track.name, Math.round(cuboid.center[1])])).toEqual([
    ["car-1", 6],
  ]);
  h.press("$mod+KeyZ");
  expect(h.labels()).toBe(before);
});

it("goes to the frame that shows the track best, and uses its size everywhere", async () => {
  const h = await driving();
  h.press("Shift+KeyP");
  h.session.goTo(10);
  await h.settled();
  h.press("Alt+KeyW");
  await h.schedule.advance(1000);
  h.press("KeyU");
  await h.settled();
  // The fake log's car is where the first keyframe is: only there are points.
  expect(h.state.notice?.label.message).toBe("notice.best-frame");
  expect(h.state.frame?.index).toBe(0);
  h.session.goTo(10);
  await h.settled();
  h.press("Shift+KeyU");
  expect(h.document.tracks()[0].rigid).toBe(true);
  expect(h.document.keyframes("track:car-1").map(({ cuboid }) => cuboid?.size[0])).toEqual([4.6, 4.6]);
});

it("ranks frames by points, less what is hidden, then by nearness", () => {
  const one = (frameIndex: number, points: number, score: number, distanceM: number) => ({
    frameIndex,
    points,
    score,
    distanceM,
  });
  const order = ranked([one(1, 100, 25, 5), one(2, 80, 80, 9), one(3, 80, 80, 7)]).map(({ frameIndex }) => frameIndex);
  expect(order).toEqual([3, 2, 1]);
});
