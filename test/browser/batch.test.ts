import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeJournal, encodeJournalLine, type Transaction } from "@sweepmark/document";
import { orthoAxes } from "@sweepmark/editor";
import { vec, type Cuboid, type Vec2 } from "@sweepmark/geometry";
import { parseLabelFile, type Keyframe } from "@sweepmark/schema";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { headPx, tileCorner, tileGrid } from "../../packages/viewport/src/batch-layout.ts";
import { stackWidthPx } from "../../packages/viewport/src/batch-stack-view.ts";
import { orthoScale } from "../../packages/viewport/src/ortho-scale.ts";
import { launch, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { smallLog } from "./support/small.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let served: ServedLog;
let bench: Workbench;
let labels: Labels;

interface Labels {
  readonly trackId: string;
  readonly stamps: readonly bigint[];
  /** In every frame, as the simulator has it. */
  readonly cuboids: readonly Cuboid<"world">[];
}

/** A moving car of the drive, said by a person in frames 0, 10 and 19, by a machine that doubts in frame 5. */
async function writeLabels(logPath: string, source: string): Promise<Labels> {
  const truth = parseLabelFile(await readFile(source.replace(/\.mcap$/, ".truth.json"), "utf8"));
  const stamps = truth.scene.frames.map(({ at }) => at);
  const keyframes = truth.records.flatMap((record) => (record.kind === "keyframe" && record.cuboid ? [record] : []));
  const track = truth.records.find(
    (record) =>
      record.kind === "track" &&
      record.classId === "car" &&
      !record.static &&
      stamps.every((at) => keyframes.some((each) => each.trackId === record.id && each.at === at)),
  );
  if (!track) throw new Error("no car of the small log is there in every frame");
  const own = keyframes.filter(({ trackId }) => trackId === track.id);
  const said = own.flatMap((keyframe): Keyframe[] => {
    const index = stamps.indexOf(keyframe.at);
    if (index === 5) return [{ ...keyframe, source: "algorithm", confidence: 0.2 }];
    return index === 0 || index === 10 || index === 19 ? [{ ...keyframe, source: "human" }] : [];
  });
  const folder = `${logPath}.sweepmark`;
  await mkdir(folder);
  await writeFile(join(folder, "scene.json"), JSON.stringify({ ...truth.scene, frames: [] }));
  const line = encodeJournalLine({
    id: "01J00000000000000000000000",
    actor: "simulator",
    label: { message: "edit.importMerge", params: { count: said.length + 1 } },
    at: "2026-01-01T00:00:00.000Z",
    changes: [track, ...said].map((after) => ({ id: after.id, after })),
  });
  await writeFile(join(folder, "journal.jsonl"), line);
  return { trackId: track.id, stamps, cuboids: stamps.map((at) => own.find((each) => each.at === at)!.cuboid!) };
}

const transactions = async (): Promise<readonly Transaction[]> => {
  await bench.saved();
  return decodeJournal(await readFile(join(served.labelsDir, "journal.jsonl"), "utf8")).transactions;
};
const lastSaid = async (): Promise<readonly [string, number]> => {
  const all = await transactions();
  return [all.at(-1)!.label.message, all.at(-1)!.changes.length];
};

/** The middle of the view from above in a frame's tile, on the page; and pixels per metre there. */
async function tile(frameIndex: number): Promise<{ readonly middle: Vec2; readonly scale: number }> {
  const scroller = bench.page.locator("[data-batch=scroller]");
  const grid = tileGrid(await scroller.evaluate((it) => it.clientWidth), labels.stamps.length, "medium", "top-side");
  const [x, y] = tileCorner(grid, frameIndex);
  const top = await scroller.evaluate((it, to) => {
    it.scrollTop = to;
    return it.scrollTop;
  }, y);
  await bench.drawn();
  const box = await scroller.boundingBox();
  if (!box) throw new Error("the batch view is not there");
  return {
    middle: [box.x + x + grid.widthPx / 2, box.y + y - top + headPx + grid.viewHeightPx / 2],
    scale: orthoScale(labels.cuboids[frameIndex], grid.widthPx, grid.viewHeightPx, 1),
  };
}

beforeAll(async () => {
  const [made, log] = await Promise.all([launch(), smallLog()]);
  browser = made;
  served = await serveLog(log, { prepare: async ({ logPath }) => void (labels = await writeLabels(logPath, log)) });
  const address = `${served.url}?frame=2&track=${encodeURIComponent(labels.trackId)}`;
  bench = new Workbench((await openPage(browser, address, { theme: "dark", width: 1280, height: 800 })).page);
  await bench.settled();
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

describe("the batch view", () => {
  it("opens by its key in place of cameras and parallel views, and reads the points of every frame", async () => {
    const cameras = bench.page.locator("[data-camera-tile]").first();
    await cameras.waitFor();
    await bench.press("c");
    await bench.page.locator('[data-testid=batch][data-tiles="20"][data-read="20"]').waitFor({ timeout: 120_000 });
    expect(await cameras.isVisible()).toBe(false);
    expect(await bench.page.locator("[data-ortho]").isVisible()).toBe(false);
  });

  it("a drag in a tile moves the cuboid of its frame, and is undone", async () => {
    const { middle, scale } = await tile(3);
    await bench.drag(middle, [middle[0] + 24, middle[1] - 12]);
    const [message, count] = await lastSaid();
    expect([message, count]).toEqual(["edit.moveTrack", 1]);
    const { after } = (await transactions()).at(-1)!.changes[0];
    if (after?.kind !== "keyframe" || !after.cuboid) throw new Error("no keyframe was made");
    expect(after.at).toBe(labels.stamps[3]);
    const { right, up } = orthoAxes(after.cuboid, "top");
    const by = vec.add(vec.scale(right, 24 / scale), vec.scale(up, 12 / scale));
    // Between keyframes a straight line stands for the road.
    expect(vec.distance(after.cuboid.center, vec.add(labels.cuboids[3].center, by))).toBeLessThan(0.3);
    expect(await bench.frame()).toBe(2);
    await bench.press("Control+z");
    const undone = (await transactions()).at(-1)!;
    expect(undone.changes[0].after).toBeUndefined();
  });

  it("tiles are chosen by clicks; actions are done to them as one edit", async () => {
    const facts = bench.page.getByTestId("batch");
    const click = async (index: number, modifiers?: "Shift" | "Control") => {
      const { middle } = await tile(index);
      if (modifiers) await bench.page.keyboard.down(modifiers);
      await bench.page.mouse.click(...(middle as [number, number]));
      if (modifiers) await bench.page.keyboard.up(modifiers);
    };
    await click(0);
    await click(5, "Shift");
    await facts.getByText("6 chosen").waitFor();
    await click(3, "Control");
    await facts.getByText("5 chosen").waitFor();
    await bench.press("g");
    expect(await lastSaid()).toEqual(["edit.flipCuboids", 5]);
    await bench.press("Control+z");
    await bench.press("Alt+v");
    await facts.getByText("1 chosen").waitFor();
    await bench.page.getByRole("button", { name: /^Accept/ }).click();
    expect(await lastSaid()).toEqual(["edit.acceptTrack", 1]);
    await bench.press("Control+z");
    await bench.press("Escape");
    await facts.getByText("20 frames").waitFor();
    await click(0);
    await click(10, "Control");
    await bench.press("Alt+i");
    expect(await lastSaid()).toEqual(["edit.interpolateBetween", 1]);
    await bench.press("Control+z");
  });

  it("the points of all frames on one another take the size, which goes to every keyframe", async () => {
    await bench.press("Alt+u");
    const scroller = bench.page.locator("[data-batch=scroller]");
    const box = (await scroller.boundingBox())!;
    const viewPx = Math.floor((box.height - headPx) / 3);
    const cuboid = labels.cuboids[0];
    const scale = orthoScale(cuboid, stackWidthPx, viewPx, 1);
    const front: Vec2 = [box.x + stackWidthPx / 2 + (scale * cuboid.size[0]) / 2, box.y + headPx + viewPx / 2];
    await bench.drawn();
    await bench.drag(front, [front[0] + 12, front[1]]);
    expect(await lastSaid()).toEqual(["edit.resizeTrack", 4]);
    const sizes = (await transactions())
      .at(-1)!
      .changes.flatMap(({ after }) => (after?.kind === "keyframe" && after.cuboid ? [after.cuboid.size[0]] : []));
    for (const length of sizes) expect(length).toBeCloseTo(cuboid.size[0] + 12 / scale, 6);
    await bench.press("Control+z");
    await bench.press("Alt+u");
    await bench.drawn();
  });

  it("a double-click goes to the frame, where everything is as it was", async () => {
    const { middle } = await tile(7);
    await bench.page.mouse.dblclick(...(middle as [number, number]));
    await bench.page.getByTestId("batch").waitFor({ state: "detached" });
    await bench.page.locator('[data-testid="main-view"][data-frame="7"]').waitFor();
    await bench.page.locator("[data-camera-tile]").first().waitFor();
    await bench.page.locator("[data-ortho=shown]").waitFor();
  });
});
