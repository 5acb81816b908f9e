import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demoLog } from "./demo.ts";
import { launch, openPage } from "./launch.ts";
import { serveLog, type ServedLog } from "./serve.ts";

let browser: Browser;
let served: ServedLog;

beforeAll(async () => {
  browser = await launch();
  served = await serveLog(await demoLog());
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const shown = (page: Page) =>
  page
    .getByText(/\d points/)
    .first()
    .waitFor({ timeout: 120_000 });

it("the demo opens without a complaint of the browser, and again after its server was killed", async () => {
  const { page, complaints } = await openPage(browser, served.url);
  await shown(page);
  expect(await page.getByText("demo.mcap").count()).toBeGreaterThan(0);
  expect(complaints).toEqual([]);

  const { url } = served;
  await served.restart();
  expect(served.url).toBe(url);
  await page.reload();
  await shown(page);
  await page.context().close();
});
