import { trackAt } from "@sweepmark/document";
import { overlap, vec, type Cuboid } from "@sweepmark/geometry";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demoLog } from "./support/demo.ts";
import { eventually } from "./support/eventually.ts";
import { Labeler, look, type Sight } from "./support/labeler.ts";
import { launch, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let sight: Sight;
let served: ServedLog;
beforeAll(async () => {
  const log = await demoLog();
  [browser, sight, served] = await Promise.all([launch(), look(log), serveLog(log)]);
});
afterAll(async () => {
  await browser?.close();
  await sight?.close();
  await served?.close();
});

it("a click makes a cuboid, its parallel views edit it, T carries it on, and undo takes each back", async () => {
  const { page, complaints } = await openPage(browser, served.url, { width: 1280, height: 800 });
  const bench = new Workbench(page);
  await bench.settled();
  const person = new Labeler(bench, served, sight);
  const { id, frame } = nearestMover();
  const { at } = sight.truth.scene.frames[frame];
  await person.goTo(frame);
  await person.lookFromAbove();
  await person.press("n");
  await person.clickOn(id, frame);
  await bench.inspector.getByRole("textbox", { name: "Name" }).waitFor();

  const [made] = (await person.labels()).tracks();
  const shown = async (): Promise<Cuboid<"world">> => trackAt(await person.labels(), made.id, at)!.cuboid;
  const clicked = await shown();
  expect(overlap(clicked, sight.cuboid(id, frame)!).iou3d).toBeGreaterThan(0.8);

  // An edge from above, the whole from the side, a corner from behind: each is where it was dragged, then back.
  const [length, width, height] = clicked.size;
  await person.drag("top", clicked, [length / 2, 0], [length / 2 + 0.5, 0.1]);
  const longer = await shown();
  expect(longer.size).toEqual([expect.closeTo(length + 0.5, 1), width, height]);
  await bench.press("Control+z");
  expect(await shown()).toEqual(clicked);
  await person.drag("side", clicked, [0, 0], [1, 0.4]);
  const moved = await shown();
  expect(moved.size).toEqual(clicked.size);
  expect(vec.distance(moved.center, clicked.center)).toBeCloseTo(Math.hypot(1, 0.4), 1);
  await bench.press("Control+z");
  expect(await shown()).toEqual(clicked);
  await person.drag("rear", clicked, [width / 2, height / 2], [width / 2 + 0.3, height / 2 + 0.2]);
  expect((await shown()).size).toEqual([length, expect.closeTo(width + 0.3, 1), expect.closeTo(height + 0.2, 1)]);
  await bench.press("Control+z");
  expect(await shown()).toEqual(clicked);

  await person.propagate();
  const carried = (await person.labels()).keyframes(made.id);
  expect(carried.length).toBeGreaterThan(1);
  expect(carried.filter(({ source }) => source === "human").map((each) => each.at)).toEqual([at]);
  await bench.press("Control+z");
  expect((await person.labels()).keyframes(made.id)).toHaveLength(1);
  await bench.press("Control+z");
  await eventually(() => bench.names()).toEqual([]);
  expect([...(await person.labels()).records()]).toEqual([]);
  expect(complaints).toEqual([]);
});

/** The moving car with the most points in one frame. */
function nearestMover(): { readonly id: string; readonly frame: number } {
  const most = ({ id }: { readonly id: string }): number => Math.max(...sight.counts(id));
  const [{ id }] = sight.tracks
    .filter((track) => track.classId === "car" && !track.static)
    .toSorted((a, b) => most(b) - most(a));
  return { id, frame: sight.counts(id).indexOf(most({ id })) };
}
