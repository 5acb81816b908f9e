// `npm run soak`: an hour of stepping, as 20 000 steps in Chromium over the demo and the longest real log.
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { ensureBuilt } from "../../scripts/build.mjs";
import { demoLog, sharedLog } from "../browser/support/demo.ts";
import { launch, openPage } from "../browser/support/launch.ts";
import { serveLog } from "../browser/support/serve.ts";
import { countGraphics, holdingsOf, smallDevice, stepFrames, type Holdings } from "../browser/support/stepper.ts";
import { Workbench } from "../browser/support/workbench.ts";

const usage = `npm run soak -- [--steps 20000] [--every 2000] [--drawn 2000] [LOG…]
Steps to and fro by the arrow keys through the built workbench and prints what is held. Ends with 1 where it grows.
  --steps N  steps for each log
  --every N  steps between two readings
  --drawn N  steps of which each waits for its picture; after them each fiftieth does
  LOG        instead of the demo and ../shared/data/kitti_tracking_0000_front`;

const MiB = 1024 ** 2;
/** What a reading may be above the first one after both ends of the log were seen; noise of the collector. */
const heapSlack = 4 * MiB;
const arraysSlack = 2 * MiB;
const gpuSlack = 0.3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "20000" },
    every: { type: "string", default: "2000" },
    drawn: { type: "string", default: "2000" },
    help: { type: "boolean", default: false },
  },
});

interface Reading extends Holdings {
  readonly step: number;
}

async function soak(browser: Browser, log: string): Promise<readonly string[]> {
  const served = await serveLog(log);
  try {
    const { page, complaints } = await openPage(browser, "about:blank", { width: 900, height: 600 });
    // A device of 1 GiB has the least budget, 64 MiB.
    // tsx gives names to functions by a helper that the page does not have.
    await page.addInitScript("globalThis.__name = (named) => named;");
    await page.addInitScript(smallDevice);
    await page.addInitScript(countGraphics);
    await page.goto(served.url);
    const bench = new Workbench(page);
    await bench.settled();
    const frames = await bench.frameCount();
    const read = await holdingsOf(page);
    console.log(`\n${log}: ${frames} frames`);
    console.log("  step  heap MiB  arrays MiB  GPU MiB  buffers  textures  VAOs  bitmaps  resident MiB   draws  s");
    const readings: Reading[] = [];
    const [steps, every, drawn] = [Number(values.steps), Number(values.every), Number(values.drawn)];
    const startedAt = Date.now();
    for (let step = 0; step < steps; step += every) {
      const now = Math.min(every, steps - step);
      await stepFrames(page, { steps: now, drawEvery: step < drawn ? 1 : 50 });
      const reading = { step: step + now, ...(await read()) };
      readings.push(reading);
      console.log(line(reading, (Date.now() - startedAt) / 1000));
    }
    await page.context().close();
    const first = readings.find(({ step }) => step >= 2 * frames);
    return [...complaints, ...(first ? growth(first, readings) : [`${steps} steps are less than two passes`])];
  } finally {
    await served.close();
  }
}

function line(reading: Reading, seconds: number): string {
  const mib = (bytes: number, width: number): string => (bytes / MiB).toFixed(1).padStart(width);
  const { step, glBuffers, glTextures, glVertexArrays, bitmaps, draws } = reading;
  return [
    String(step).padStart(6),
    mib(reading.heapBytes, 10),
    mib(reading.arrayBufferBytes, 12),
    mib(reading.glBufferBytes, 9),
    String(glBuffers).padStart(9),
    String(glTextures).padStart(10),
    String(glVertexArrays).padStart(6),
    String(bitmaps).padStart(9),
    mib(reading.residentBytes, 14),
    String(draws).padStart(8),
    seconds.toFixed(0).padStart(5),
  ].join("");
}

/** What lies above the reading after the first pass. The resident set is printed, not judged: it is the allocator's. */
function growth(first: Reading, readings: readonly Reading[]): string[] {
  const last = readings.slice(-3);
  const least = (key: keyof Reading): number => Math.min(...last.map((reading) => reading[key]));
  const limits: readonly (readonly [keyof Reading, number])[] = [
    ["heapBytes", first.heapBytes + heapSlack],
    ["arrayBufferBytes", first.arrayBufferBytes + arraysSlack + 0.05 * first.arrayBufferBytes],
    ["glBufferBytes", first.glBufferBytes * (1 + gpuSlack)],
    ["glBuffers", first.glBuffers],
    ["glTextures", first.glTextures],
    ["glVertexArrays", first.glVertexArrays],
    ["bitmapBytes", Math.max(first.bitmapBytes, 64 * MiB) * 1.05],
  ];
  return limits
    .filter(([key, limit]) => least(key) > limit)
    .map(
      ([key, limit]) =>
        `${key} grew: ${first[key]} at step ${first.step}, at last never under ${least(key)} (limit ${limit})`,
    );
}

if (values.help) console.log(usage);
else {
  await ensureBuilt({ quiet: true });
  const logs =
    positionals.length > 0 ? positionals : [await demoLog(), sharedLog("kitti_tracking_0000_front.foxglove.mcap")];
  const browser = await launch();
  try {
    for (const log of logs) {
      if (log === undefined) {
        console.log("\nkitti_tracking_0000_front: skipped, ../shared is not there");
        continue;
      }
      const grown = await soak(browser, log);
      for (const word of grown) console.error(`  ${word}`);
      if (grown.length > 0) process.exitCode = 1;
      else console.log("  nothing grew");
    }
  } finally {
    await browser.close();
  }
}
