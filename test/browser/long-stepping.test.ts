import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { launch, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { smallLog } from "./support/small.ts";
import { countGraphics, holdingsOf, stepFrames } from "./support/stepper.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let served: ServedLog;
beforeAll(async () => {
  browser = await launch();
  served = await serveLog(await smallLog());
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function open(): Promise<{ page: Page; bench: Workbench; complaints: readonly string[] }> {
  const { page, complaints } = await openPage(browser, "about:blank", { width: 900, height: 600 });
  await page.addInitScript(countGraphics);
  await page.goto(served.url);
  const bench = new Workbench(page);
  await bench.settled();
  return { page, bench, complaints };
}

describe("stepping for long", () => {
  it("leaves nothing behind: heap, array buffers, GPU, images (300 steps; `npm run soak` takes 20 000)", async () => {
    const { page, complaints } = await open();
    const holdings = await holdingsOf(page);
    await stepFrames(page, { steps: 100, drawEvery: 10 });
    const before = await holdings();
    await stepFrames(page, { steps: 200, drawEvery: 10 });
    const after = await holdings();
    expect(after.draws).toBeGreaterThan(before.draws + 20);
    expect(after.glBuffers).toBe(before.glBuffers);
    expect(after.glTextures).toBe(before.glTextures);
    expect(after.glVertexArrays).toBe(before.glVertexArrays);
    expect(after.glBufferBytes).toBeLessThanOrEqual(1.3 * before.glBufferBytes);
    expect(after.bitmaps).toBeLessThanOrEqual(before.bitmaps + 3);
    expect(after.arrayBufferBytes).toBeLessThan(before.arrayBufferBytes + 1e6);
    expect(after.heapBytes).toBeLessThan(before.heapBytes + 2e6);
    expect(complaints).toEqual([]);
  });
});

describe("a worker that is killed", () => {
  it("is replaced: stepping goes on, and the page says so", async () => {
    const { page, bench, complaints } = await open();
    const [worker] = page.workers();
    // As a browser ends a worker that takes too much memory: without a word to the page.
    await worker.evaluate(() => close());
    const last = (await bench.frameCount()) - 1;
    await bench.goTo(last);
    expect(await bench.frame()).toBe(last);
    await stepFrames(page, { steps: 3, drawEvery: 1 });
    expect(await bench.frame()).toBe(last - 3);
    expect(await bench.problems()).toContain("was started again");
    expect(page.workers()).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it("is replaced where it is in an endless loop", async () => {
    const { page, bench } = await open();
    const [worker] = page.workers();
    void worker.evaluate("for (;;) {}").catch(() => undefined);
    await bench.goTo((await bench.frameCount()) - 1);
    // The jump ends what was fetched ahead: that is not heard, or nothing is.
    await eventually(() => bench.problems()).toMatch(/did not stop within 2 s|gave no answer for 8 s/);
  });
});
