import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { canvasColors } from "../../packages/viewport/src/palette.ts";
import { demoLog } from "./support/demo.ts";
import { launch, openPage } from "./support/launch.ts";
import { difference, pixelsOf, rgbOf } from "./support/pixels.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let log: string;
let served: ServedLog;
beforeAll(async () => {
  [browser, log] = await Promise.all([launch(), demoLog()]);
}, 240_000);
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await served?.close();
});
afterAll(async () => browser?.close());

async function opened(): Promise<Workbench> {
  served = await serveLog(log);
  const { page } = await openPage(browser, served.url, { theme: "dark", width: 1280, height: 800 });
  const bench = new Workbench(page);
  await bench.settled();
  return bench;
}

const legendOf = ({ page }: Workbench) => page.getByTestId("cloud-legend");
const pointsOf = async (bench: Workbench): Promise<number> =>
  Number(await legendOf(bench).getAttribute("data-points", { timeout: 120_000 }));
const toggleOf = ({ page }: Workbench) =>
  page.getByRole("group", { name: "Accumulated cloud" }).locator("[data-phase]");

/** Pixels of the view that show something. */
async function inked(bench: Workbench): Promise<number> {
  await bench.page.mouse.move(5, 5);
  await bench.drawn();
  const canvas = rgbOf(canvasColors.dark.canvas);
  return (await pixelsOf(bench.main.locator("canvas").first())).count((color) => difference(color, canvas) > 6);
}

describe("the accumulated cloud", () => {
  it("shows more than a sweep, stays while stepping inside of its window, moves outside of it, and goes", async () => {
    const bench = await opened();
    await bench.goTo(50);
    await bench.lookFromAbove();
    const single = await inked(bench);
    await bench.press("m");
    const points = await pointsOf(bench);
    const sweep = /^([\d\s\u2009]+) points/.exec(await bench.page.locator("footer").innerText())?.[1] ?? "";
    expect(points).toBeGreaterThan(3 * Number(sweep.replaceAll(/\D/g, "")));
    expect(await legendOf(bench).innerText()).toMatch(/^30 sweeps, [\d\s\u2009]+ points, 5 cm voxels$/);
    const merged = await inked(bench);
    expect(merged).toBeGreaterThan(1.3 * single);
    await bench.goTo(60);
    expect(await pointsOf(bench)).toBe(points);
    await bench.goTo(90);
    // Another cloud of another place; and the pointer finds its ground.
    await expect.poll(() => pointsOf(bench), { timeout: 60_000 }).not.toBe(points);
    const box = await bench.main.boundingBox();
    await bench.pointerWorld([(box?.x ?? 0) + 500, (box?.y ?? 0) + 150]);
    await bench.press("m");
    await legendOf(bench).waitFor({ state: "hidden" });
    await bench.goTo(50);
    expect(Math.abs((await inked(bench)) - single) / single).toBeLessThan(0.2);
  }, 240_000);

  it("can be cancelled where its progress is", async () => {
    const bench = await opened();
    const { page } = bench;
    await page.getByRole("button", { name: "What is accumulated" }).click();
    await page.getByRole("radio", { name: "All" }).click();
    await bench.press("Escape");
    await bench.press("m");
    // The stamps may still be read as another job.
    const job = page.locator("footer > *").filter({ hasText: "Accumulating 100 frames" });
    await job.getByRole("button", { name: "Cancel" }).click();
    await job.waitFor({ state: "detached" });
    expect(await toggleOf(bench).getAttribute("data-phase")).toBe("off");
    expect(await legendOf(bench).count()).toBe(0);
  }, 240_000);
});
