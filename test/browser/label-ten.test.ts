import { join } from "node:path";
import { tmpdir } from "node:os";
import type { Browser } from "playwright-core";
import type { Track } from "@sweepmark/schema";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demoLog } from "./support/demo.ts";
import { Labeler, look, scores, type Sight } from "./support/labeler.ts";
import { launch, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { Workbench } from "./support/workbench.ts";

/** Good enough for a labeler's eyes, and what is asked for in a frame. */
const goodIoU = 0.75;
const askedIoU = 0.7;
/** Share of an object's frames that must reach it. */
const share = 0.95;

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

/** An object to label, and the frame in which it has most points. */
interface Subject {
  readonly track: Track;
  readonly best: number;
}

/** The five moving and the five parked objects with the most points, over all frames. */
function subjects(): readonly Subject[] {
  const sum = ({ id }: Track): number => sight.counts(id).reduce((a, b) => a + b, 0);
  const most = (kept: (track: Track) => boolean): readonly Subject[] =>
    sight.tracks
      .filter(kept)
      .toSorted((a, b) => sum(b) - sum(a))
      .slice(0, 5)
      .map((track) => ({ track, best: sight.counts(track.id).indexOf(Math.max(...sight.counts(track.id))) }));
  return [...most((track) => !track.static), ...most((track) => track.static)];
}

it("labels five moving and five parked objects of the demo from nothing, IoU ≥ 0.7 in 95 % of their frames", async () => {
  const { page, complaints } = await openPage(browser, served.url, { width: 1280, height: 800 });
  try {
    const bench = new Workbench(page);
    await bench.settled();
    const person = new Labeler(bench, served, sight);
    await person.lookFromAbove();
    const told: string[] = [];
    const all: (number | undefined)[] = [];
    for (const subject of subjects()) {
      const before = person.total;
      const iou = await label(bench, person, subject);
      const { good, frames } = tally(iou);
      all.push(...iou);
      const { name, static: isParked } = subject.track;
      told.push(
        `${name} (${isParked ? "parked" : "moving"}): ${person.total - before} actions, ${good} of ${frames} frames`,
      );
      expect(good / frames, name).toBeGreaterThanOrEqual(share);
    }
    const { good, frames } = tally(all);
    const { keys, clicks, drags, goes, wheels } = person.actions;
    told.push(
      `${person.total} actions: ${keys} keys, ${clicks} clicks, ${drags} drags, ${goes} frames gone to, ${wheels} turn of the wheel`,
      `IoU ≥ ${askedIoU} in ${good} of ${frames} frames with a point on the object`,
    );
    console.log(told.join("\n"));
    // It took 66 to 71 when this was written: twice as many would be another product.
    expect(person.total).toBeLessThan(140);
    expect(complaints).toEqual([]);
  } catch (error) {
    await page.screenshot({ path: join(tmpdir(), "sweepmark-label-ten.png") });
    throw error;
  }
});

/** From nothing to what is asked for; IoU in each frame as saved. */
async function label(bench: Workbench, person: Labeler, subject: Subject): Promise<readonly (number | undefined)[]> {
  const {
    track: { id: seenId, classId },
    best,
  } = subject;
  const known = new Set((await person.labels()).tracks().map(({ id }) => id));
  await person.goTo(best);
  await person.press("n");
  await person.chooseClass(classId);
  await person.clickOn(seenId, best);
  await bench.inspector.getByRole("textbox", { name: "Name" }).waitFor();
  const made = (await person.labels()).tracks().find(({ id }) => !known.has(id));
  if (!made) throw new Error(`a click on ${subject.track.name} made nothing`);
  const now = async () => scores(await person.labels(), made.id, sight, seenId);
  await person.head(made.id, seenId, best);
  if (subject.track.static) await person.press("p");
  const first = (await now())[best] ?? 0;
  if (first < goodIoU) await person.correct(made.id, seenId, best, "fit");
  if (!subject.track.static) await person.propagate();
  for (let round = 0; round < 12; round++) {
    const iou = await now();
    const failing = longestFailing(iou);
    const { good, frames } = tally(iou);
    if (!failing || good >= share * frames) return iou;
    const middle = failing[0] + ((failing[1] - failing[0]) >> 1);
    await person.goTo(middle);
    await person.correct(made.id, seenId, middle, "keep");
    if (!subject.track.static) await person.propagate();
  }
  return now();
}

interface Tally {
  readonly good: number;
  /** In which the object is to be seen. */
  readonly frames: number;
}

function tally(iou: readonly (number | undefined)[]): Tally {
  const seen = iou.filter((each) => each !== undefined);
  return { good: seen.filter((each) => each >= askedIoU).length, frames: seen.length };
}

/** First and last frame of the longest stretch below what is asked for. */
function longestFailing(iou: readonly (number | undefined)[]): readonly [number, number] | undefined {
  let longest: readonly [number, number] | undefined;
  let from: number | undefined;
  for (let frame = 0; frame <= iou.length; frame++) {
    const each = iou.at(frame);
    const fails = frame < iou.length && each !== undefined && each < askedIoU;
    if (fails) from ??= frame;
    else if (from !== undefined) {
      if (!longest || frame - from > longest[1] - longest[0] + 1) longest = [from, frame - 1];
      from = undefined;
    }
  }
  return longest;
}
