import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { drop } from "./support/drop.ts";
import { eventually } from "./support/eventually.ts";
import { launch, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { demoLog } from "./support/demo.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let served: ServedLog;
beforeAll(async () => void (browser = await launch()));
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await served?.close();
});
afterAll(async () => browser?.close());

describe("suggestions", () => {
  it("are asked for, stepped through, accepted, undone and dismissed by keys", async () => {
    served = await serveLog(await demoLog());
    const { page } = await openPage(browser, served.url);
    const workbench = new Workbench(page);
    await workbench.settled();
    const chip = page.getByRole("group", { name: "Suggestions" });
    const rows = workbench.objects.getByRole("option");
    await workbench.press("Shift+F");
    await chip.getByRole("button", { name: "Next suggestion" }).waitFor({ timeout: 60_000 });
    const count = Number(await chip.locator("b").first().textContent());
    expect(count).toBeGreaterThan(0);
    const before = await rows.count();
    await workbench.press(";");
    await eventually(async () => expect(await chip.locator("b").first().textContent()).toBe(`1 of ${count}`));
    await workbench.press("Enter");
    await eventually(async () => expect(await rows.count()).toBe(before + 1));
    await workbench.press("Control+z");
    await eventually(async () => expect(await rows.count()).toBe(before));
    await workbench.press("Shift+Enter");
    await eventually(async () => expect(await rows.count()).toBe(before + count));
  });

  it("of a dropped file stand beside the labels, are gone through by their differences, and accepted with all frames", async () => {
    const log = await demoLog();
    served = await serveLog(log);
    const { page } = await openPage(browser, served.url);
    const workbench = new Workbench(page);
    await workbench.settled();
    const chip = page.getByRole("group", { name: "Suggestions" });
    const rows = workbench.objects.getByRole("option");
    await drop(page, log.replace(/mcap$/, "truth.json"), "model.json");
    await page.getByText(/^model\.json is shown: \d+ predicted objects$/).waitFor({ timeout: 60_000 });
    const before = await rows.count();
    await workbench.press("\\");
    await page.getByText("A prediction without a label").first().waitFor();
    await eventually(async () => expect(await chip.locator("b").first().textContent()).toMatch(/^\d+ of \d+$/));
    await workbench.press("Enter");
    await eventually(async () => expect(await rows.count()).toBe(before + 1));
  });

  it("of a file named on the command line are there when the page opens", async () => {
    const log = await demoLog();
    served = await serveLog(log, { args: ["--predictions", log.replace(/mcap$/, "truth.json")] });
    const { page } = await openPage(browser, served.url);
    await page.getByText(/^demo\.truth\.json is shown: \d+ predicted objects$/).waitFor({ timeout: 60_000 });
  });
});
