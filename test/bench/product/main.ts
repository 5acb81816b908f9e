import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { ensureBuilt } from "../../../scripts/build.mjs";
import { launch, openPage } from "../../browser/support/launch.ts";
import { serveBuilt } from "../../browser/support/static-server.ts";
import { Workbench } from "../../browser/support/workbench.ts";
import { randomNumbers, spreadOf, type Spread } from "../measure.ts";
import { referenceLog } from "../reference-log.ts";
import { rendererMemory } from "./process-memory.ts";
import { watchDrawing, type Drawn } from "./watch-drawing.ts";

const output = fileURLToPath(new URL("../../output/bench-product.json", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sweeps: { type: "string", default: "200" },
    steps: { type: "string", default: "40" },
    seeks: { type: "string", default: "40" },
    cameras: { type: "string", default: "6" },
    json: { type: "string", default: output },
    /** Let the page finish what it does by itself (prefetch) before each seek. */
    rest: { type: "string", default: "300" },
    /** Milliseconds that a person takes to find the button: the page gets itself ready meanwhile. */
    look: { type: "string", default: "2000" },
  },
});

/** Lichtblick 1.28.1 on the same machine, a log of this kind (design/performance.md §5); milliseconds and megabytes. */
const lichtblick = {
  firstPoints: 4800,
  step: { median: 79, p95: 269 },
  seek: { median: 140, p95: 551 },
  seekWithCameras: { median: 1715, p95: 1992 },
  memory: 800,
} as const;

const path = positionals[0] ?? (await referenceLog({ sweeps: Number(values.sweeps), compression: "zstd" }));
await ensureBuilt({ quiet: true });
const load = loadavg()[0];
const host = await serveBuilt();
const browser = await launch();
try {
  const cameras = Number(values.cameras);
  const { page } = await openPage(browser, "about:blank", { width: 1280, height: 800 });
  // tsx names functions by a helper that the page does not have.
  await page.context().addInitScript("globalThis.__name = (target) => target");
  await page.context().addInitScript(watchDrawing, { pictures: cameras, pictureWidth: 100 });
  await page.goto(host.url);
  const bench = new Workbench(page);
  await page.getByRole("button", { name: /^Open file/ }).waitFor();
  await page.waitForTimeout(Number(values.look));
  await page.evaluate(() => drawWatch.arm("click"));
  await bench.choose(path);
  const first = await page.evaluate(() => drawWatch.drawn());
  await bench.settled();
  const memoryAtFirst = await rendererMemory(browser);

  const stepped = await stepsOf(page, bench, Number(values.steps));
  const sought = await seeksOf(page, bench, Number(values.seeks));
  const memory = await rendererMemory(browser);
  report(first, stepped, sought, { memoryAtFirst, memory });
} finally {
  await browser.close();
  await host.close();
}

async function measured(page: Page, act: () => Promise<void>): Promise<Drawn> {
  await page.evaluate(() => drawWatch.arm("keydown"));
  await act();
  return await page.evaluate(() => drawWatch.drawn());
}

/** One after the other, without a pause, over frames that were never shown. */
async function stepsOf(page: Page, bench: Workbench, count: number): Promise<readonly Drawn[]> {
  const all: Drawn[] = [];
  await page.locator("[data-view=main]").focus();
  for (let i = 0; i < count; i++) all.push(await measured(page, () => page.keyboard.press("ArrowRight")));
  await bench.settled();
  return all;
}

/** To frames in a random order, none of them or their neighbours shown before. */
async function seeksOf(page: Page, bench: Workbench, count: number): Promise<readonly Drawn[]> {
  const frames = await bench.frameCount();
  const random = randomNumbers(5);
  const order = Array.from({ length: frames }, (_, i) => i)
    .slice(Number(values.steps) + 12)
    .map((index) => ({ index, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count);
  const all: Drawn[] = [];
  const field = page.getByRole("textbox", { name: "Frame", exact: true });
  for (const { index } of order) {
    await page.waitForTimeout(Number(values.rest));
    await field.fill(String(index));
    all.push(await measured(page, () => field.press("Enter")));
  }
  return all;
}

function report(
  first: Drawn,
  steps: readonly Drawn[],
  seeks: readonly Drawn[],
  {
    memoryAtFirst,
    memory,
  }: Record<"memoryAtFirst" | "memory", { readonly nowMB: number; readonly peakMB: number } | undefined>,
): void {
  const points = (drawn: readonly Drawn[]): Spread => spreadOf(drawn.map((each) => each.points));
  const all = (drawn: readonly Drawn[]): Spread =>
    spreadOf(drawn.map((each) => Math.max(each.points, each.pictures ?? 0)));
  const [step, stepAll, seek, seekAll] = [points(steps), all(steps), points(seeks), all(seeks)];
  const rows: (readonly [what: string, ours: number, theirs: number | undefined, unit: string])[] = [
    ["first points, from the click on Open", first.points, lichtblick.firstPoints, "ms"],
    ["  all pictures of that frame, too", Math.max(first.points, first.pictures ?? 0), undefined, "ms"],
    ["step, points, median", step.medianMs, lichtblick.step.median, "ms"],
    ["step, points, p95", step.p95Ms, lichtblick.step.p95, "ms"],
    ["  step, pictures too, median", stepAll.medianMs, undefined, "ms"],
    ["  step, pictures too, p95", stepAll.p95Ms, undefined, "ms"],
    ["random seek, points, median (theirs: no camera panels)", seek.medianMs, lichtblick.seek.median, "ms"],
    ["random seek, points, p95 (theirs: no camera panels)", seek.p95Ms, lichtblick.seek.p95, "ms"],
    ["random seek, points beside six cameras, median", seek.medianMs, lichtblick.seekWithCameras.median, "ms"],
    ["random seek, points beside six cameras, p95", seek.p95Ms, lichtblick.seekWithCameras.p95, "ms"],
    ["random seek, points and six pictures, median", seekAll.medianMs, lichtblick.seekWithCameras.median, "ms"],
    ["random seek, points and six pictures, p95", seekAll.p95Ms, lichtblick.seekWithCameras.p95, "ms"],
    ["renderer, resident at the end", memory?.nowMB ?? NaN, lichtblick.memory, "MB"],
    ["renderer, largest", memory?.peakMB ?? NaN, undefined, "MB"],
    ["renderer, with the first frame", memoryAtFirst?.nowMB ?? NaN, undefined, "MB"],
  ];
  const cells = rows.map(([what, ours, theirs, unit]) => [
    what,
    `${ours.toFixed(0)} ${unit}`,
    theirs === undefined ? "" : `${theirs} ${unit}`,
    theirs === undefined ? "" : `${(theirs / ours).toFixed(1)}×`,
    theirs === undefined || theirs / ours >= 3 ? "" : "under 3×",
  ]);
  const head = ["", "Sweepmark", "Lichtblick", "better by", ""];
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd();
  console.log(
    `${basename(path)}; ${steps.length} steps, ${seeks.length} seeks; load ${load.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`,
  );
  console.log([head, ...cells].map(line).join("\n"));
  mkdirSync(dirname(values.json), { recursive: true });
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    loadBefore: load,
    loadAfter: loadavg()[0],
  };
  const result = { version: 1, log: basename(path), machine, first, steps, seeks, memoryAtFirst, memory, lichtblick };
  writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
}
