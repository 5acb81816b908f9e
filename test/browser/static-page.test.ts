import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { root } from "../../scripts/steps.mjs";
import { drop } from "./support/drop.ts";
import { eventually } from "./support/eventually.ts";
import { launch, launchKillable, openPage } from "./support/launch.ts";
import { smallLog } from "./support/small.ts";
import { serveBuilt, type StaticServer } from "./support/static-server.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let host: StaticServer;
let log: string;
beforeAll(async () => {
  [browser, host, log] = await Promise.all([launch(), serveBuilt(), smallLog()]);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

/** A page of the host, with every address that it asks for from then on. */
async function visit(): Promise<{ bench: Workbench; asked: string[]; complaints: string[] }> {
  const { page, complaints } = await openPage(browser, host.url, { width: 1024, height: 700 });
  const asked: string[] = [];
  page.context().on("request", (request) => asked.push(request.url()));
  await page.reload();
  return { bench: new Workbench(page), asked, complaints };
}

/** Places in libraries that make code out of text, and why none of them is reached with anything of a log. */
const harmless = [
  // zod asks whether it may, takes the policy's no for an answer, and goes on without.
  /try\{return Function\(``\),!0\}catch\{return!1\}/,
  // apache-arrow, for builders with a list of null values; ours have none.
  /,Function\(`x`,`\$\{\w+\}\\nreturn true;`\)/,
];

it("nothing that the page loads makes code out of text", async () => {
  const folder = join(root, "apps", "workbench", "dist");
  const scripts = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".js"));
  expect(scripts.some((file) => /worker/i.test(file))).toBe(true);
  for (const file of scripts) {
    const code = harmless.reduce((text, place) => text.replace(place, ""), await readFile(join(folder, file), "utf8"));
    // The page's policy forbids it as well, but only when it is reached: here it is named at once.
    const found = /\bnew Function\b|[^.\w$]eval\s*\(|[^.\w$]Function\s*\(\s*["'`]/.exec(code);
    expect([file, found && code.slice(Math.max(0, found.index - 100), found.index + 100)]).toEqual([file, null]);
  }
});

it("without a server: choose a file, draw, reload, choose it or a renamed copy, undo; nothing leaves the computer", async () => {
  const { bench, asked, complaints } = await visit();
  const { page } = bench;
  await page.getByRole("heading", { name: "Open a log" }).waitFor();
  expect(await page.locator("body").innerText()).toContain("Files stay on this computer.");
  await bench.choose(log);
  await bench.settled();
  await bench.draw();
  await bench.saved();
  expect(await page.locator("footer [data-save]").getAttribute("title")).toBe("Labels are kept in this browser");
  const drawn = await bench.shown();

  // The browser forgets the file, not the labels: the list says what was open, and the file is chosen again.
  await page.reload();
  const recent = page.locator("[data-recent]");
  await recent.waitFor();
  expect(await recent.innerText()).toMatch(/small\.mcap[^]*20 frames[^]*Locate file/);
  await bench.choose(log);
  await bench.settled();
  await eventually(() => bench.names()).toEqual(["car-1"]);
  await bench.objects.getByRole("option").first().click();
  expect(await bench.shown()).toEqual(drawn);

  // A copy under another name is the same log. It comes by a drop this time, and over the open one.
  await drop(page, log, "renamed copy.mcap");
  await page.locator("header", { hasText: "renamed copy.mcap" }).first().waitFor();
  await bench.settled();
  await eventually(() => bench.names()).toEqual(["car-1"]);
  await bench.press("Control+z");
  await eventually(() => bench.names()).toEqual([]);
  await bench.saved();
  await bench.press("Control+Shift+Z");
  await eventually(() => bench.names()).toEqual(["car-1"]);
  await bench.saved();

  const foreign = asked.filter((url) => !url.startsWith(host.url) && !/^(blob|data):/.test(url));
  expect(foreign).toEqual([]);
  expect(asked.length).toBeGreaterThan(3);
  // The page asks once whether there is a server that knows the API; this 404 is the only complaint.
  expect(complaints.filter((words) => !words.includes("404"))).toEqual([]);
});

it("another tab of the same browser is read-only, and takes over", async () => {
  const { bench } = await visit();
  await bench.choose(log);
  await bench.settled();
  await bench.draw();
  await bench.saved();
  const page = await bench.page.context().newPage();
  await page.goto(host.url);
  const second = new Workbench(page);
  await second.choose(log);
  await second.settled();
  await page.getByText("Open for editing in another tab").waitFor();
  await page.getByRole("button", { name: "Take over" }).click();
  await page.getByText("Open for editing in another tab").waitFor({ state: "hidden" });
  await second.settled();
  await bench.page.getByText("Another tab took over this scene.").waitFor();
  await second.draw([0, 120]);
  await second.saved();
});

it("the browser is killed right after “Saved”: the labels are in its storage when it starts again", async () => {
  const profile = await mkdtemp(join(tmpdir(), "sweepmark-profile-"));
  try {
    const doomed = await launchKillable(profile);
    try {
      await doomed.page.goto(host.url);
      const bench = new Workbench(doomed.page);
      await bench.choose(log);
      await bench.settled();
      await bench.draw();
      await bench.saved();
    } finally {
      await doomed.kill();
    }
    const next = await launchKillable(profile);
    try {
      await next.page.goto(host.url);
      const bench = new Workbench(next.page);
      await bench.choose(log);
      await bench.settled();
      await eventually(() => bench.names()).toEqual(["car-1"]);
      await eventually(() => bench.saving()).toMatch(/^Everything saved$/);
    } finally {
      await next.kill();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
