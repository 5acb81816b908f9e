import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { demoLog, sharedLog } from "./support/demo.ts";
import { launch, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { Workbench } from "./support/workbench.ts";

const still = sharedLog("sustech_example.foxglove.mcap");

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

describe("correcting the ego pose", () => {
  it("follows the vehicle as a job, plots the drift, is switched by a key and taken back by undo", async () => {
    served = await serveLog(log);
    const { page } = await openPage(browser, served.url, { theme: "dark", width: 1280, height: 800 });
    const bench = new Workbench(page);
    await bench.settled();
    await bench.press("Alt+Shift+P");
    const dialog = page.getByTestId("ego");
    await page.getByRole("button", { name: "Follow the vehicle", exact: true }).click();
    await dialog.getByRole("progressbar").waitFor();
    // Cancelled, nothing is done.
    await page.getByRole("button", { name: "Cancel" }).last().click();
    await dialog.getByRole("progressbar").waitFor({ state: "detached" });
    expect(await page.getByTestId("ego-corrected").count()).toBe(0);

    await page.getByRole("button", { name: "Follow the vehicle", exact: true }).click();
    await page.getByTestId("ego-distance").waitFor({ timeout: 180_000 });
    expect(await dialog.locator("svg polyline").count()).toBe(3);
    // The demo's poses are true.
    expect(await dialog.innerText()).toMatch(/Up to 0\.[01]\d m and 0\.\d\d° over 100 frames/);
    expect(await dialog.getByRole("radio", { name: "Corrected" }).getAttribute("aria-checked")).toBe("true");
    await dialog.getByRole("radio", { name: "As in the log" }).click();
    await bench.press("Escape");
    await page.getByTestId("ego-corrected").waitFor({ state: "detached" });
    await bench.press("Alt+P");
    await page.getByTestId("ego-corrected").waitFor();
    for (let i = 0; i < 3; i++) await bench.press("Control+Z");
    await page.getByTestId("ego-corrected").waitFor({ state: "detached" });
  }, 300_000);

  it.skipIf(still === undefined)(
    "is offered where a log has no ego motion (skipped where ../shared is absent)",
    async () => {
      served = await serveLog(still!);
      const { page } = await openPage(browser, served.url, { theme: "light", width: 1280, height: 800 });
      const bench = new Workbench(page);
      await bench.settled();
      const banner = page.getByRole("status").filter({ hasText: "No ego motion in this log" });
      await banner.getByRole("button", { name: /^Follow the vehicle/ }).click();
      await page.getByRole("button", { name: "Follow the vehicle", exact: true }).last().click();
      await page.getByTestId("ego-distance").waitFor({ timeout: 180_000 });
      // Four frames in 2.5 s.
      expect(await page.getByTestId("ego").innerText()).toMatch(/Up to 1[23]\.\d\d m and 2\.\d\d° over 4 frames/);
      await bench.press("Escape");
      await banner.waitFor({ state: "detached" });
      await page.getByTestId("ego-corrected").waitFor();
    },
    300_000,
  );
});
