import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decodeJournal } from "@sweepmark/document";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { launch, launchKillable, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog, type ServeOptions } from "./support/serve.ts";
import { smallLog } from "./support/small.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let log: string;
beforeAll(async () => {
  [browser, log] = await Promise.all([launch(), smallLog()]);
});
afterAll(async () => browser?.close());

/** Serves a copy of the small log for the time of `work`. */
async function served(work: (one: ServedLog) => Promise<void>, options?: ServeOptions): Promise<void> {
  const one = await serveLog(log, options);
  try {
    await work(one);
  } finally {
    await one.close();
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
}

async function workbench(url: string): Promise<Workbench> {
  const { page } = await openPage(browser, url, { width: 1024, height: 700 });
  return settledBench(page);
}

async function settledBench(page: Page): Promise<Workbench> {
  const bench = new Workbench(page);
  await bench.settled();
  return bench;
}

const words = (bench: Workbench): Promise<string> => bench.page.locator("body").innerText();

async function transactions(dir: string): Promise<number> {
  const { transactions: all, problems } = decodeJournal(await readFile(join(dir, "journal.jsonl"), "utf8"));
  expect(problems).toEqual([]);
  return all.length;
}

/** Everything that the status line says of saving from now on. */
async function listen(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    const hear = (): void => {
      const said = document.querySelector("footer [data-save]")?.textContent ?? "";
      if (said !== heard.at(-1)) heard.push(said);
    };
    hear();
    new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(globalThis, { heard });
  });
  return () => page.evaluate(() => [...(globalThis as unknown as { heard: string[] }).heard]);
}

it("the server is killed: the page says that nothing is saved, keeps the work, and saves it when the server is back", async () => {
  await served(async (server) => {
    const bench = await workbench(server.url);
    await bench.draw();
    await bench.saved();
    expect(await transactions(server.labelsDir)).toBe(1);

    await server.kill();
    const before = await bench.shown();
    await bench.press("w", "w");
    await eventually(() => bench.saving()).toMatch(/^Not saved · 1 change in this tab only$/);
    const heard = await listen(bench.page);
    // The view goes on: what was done is shown, and more can be done.
    const moved = await bench.shown();
    expect(Math.hypot(moved.center[0] - before.center[0], moved.center[1] - before.center[1])).toBeGreaterThan(0.05);
    await bench.press("2");
    await eventually(() => bench.saving()).toMatch(/^Not saved · 2 changes in this tab only$/);
    const changed = await bench.names();
    expect(await transactions(server.labelsDir)).toBe(1);
    expect((await heard()).filter((said) => !said.startsWith("Not saved"))).toEqual([]);
    // Closing the tab now would lose them: the browser asks first.
    const asked = bench.page.waitForEvent("dialog");
    await bench.page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();

    await server.restart();
    await bench.saved();
    expect(await transactions(server.labelsDir)).toBe(3);
    await bench.page.reload();
    await bench.settled();
    await bench.objects.getByRole("option").first().click();
    expect(await bench.names()).toEqual(changed);
    expect(await bench.shown()).toEqual(moved);
  });
});

it("the browser is killed right after “Saved”: another one has the labels and can go on", async () => {
  await served(async (server) => {
    const profile = await mkdtemp(join(tmpdir(), "sweepmark-profile-"));
    const doomed = await launchKillable(profile);
    try {
      await doomed.page.goto(server.url);
      const bench = await settledBench(doomed.page);
      await bench.draw();
      await bench.saved();
    } finally {
      await doomed.kill();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
    const next = await workbench(server.url);
    await eventually(() => next.names()).toEqual(["car-1"]);
    // The dead tab holds the right to write for up to 10 s; whoever does not want to wait takes over.
    const takeOver = next.page.getByRole("button", { name: "Take over" });
    if (await takeOver.isVisible()) await takeOver.click();
    await eventually(() => next.saving()).toMatch(/saved/i);
    await next.settled();
    await next.draw([0, 120]);
    await next.saved();
    expect(await transactions(server.labelsDir)).toBe(2);
  });
});

it("a second tab is read-only and says so; it takes over, and the first one becomes read-only", async () => {
  await served(async (server) => {
    const first = await workbench(server.url);
    await first.draw();
    await first.saved();
    const secondPage = await first.page.context().newPage();
    await secondPage.goto(server.url);
    const second = await settledBench(secondPage);
    expect(await words(second)).toMatch(/Open for editing in another tab since \d\d:\d\d\.[^]*You can look and play\./);
    expect(await words(second)).toContain("Read only");
    // Keys that would change a label do nothing here.
    await second.objects.getByRole("option").first().click();
    await second.press("Shift+Delete");
    expect(await second.names()).toEqual(["car-1"]);

    await second.page.getByRole("button", { name: "Take over" }).click();
    await second.page.getByText("Open for editing in another tab").waitFor({ state: "hidden" });
    await second.settled();
    await second.draw([0, 120]);
    await second.saved();
    expect(await second.names()).toEqual(expect.arrayContaining(["car-1", "car-2"]));

    await first.page.bringToFront();
    await first.page.getByText("Another tab took over this scene.").waitFor({ timeout: 30_000 });
    await first.objects.getByRole("option").first().click();
    await first.press("Shift+Delete");
    expect(await first.names()).toEqual(["car-1"]);
    expect(await transactions(server.labelsDir)).toBe(2);

    // And back again, with what the other one did.
    await first.page.getByRole("button", { name: "Take over" }).click();
    await eventually(async () => (await first.names()).toSorted()).toEqual(["car-1", "car-2"]);
    await second.page.bringToFront();
    await second.page.getByText("Another tab took over this scene.").waitFor({ timeout: 30_000 });
  });
});

it("a folder that cannot be written: labels go to the user's data folder, said in both places; --labels chooses another", async () => {
  await served(
    async (server) => {
      const bench = await workbench(server.url);
      // Root may write everywhere, but not into a file.
      const sentence =
        /small\.mcap\.sweepmark cannot be written \(.*\)\. Labels are kept in .*; --labels DIR chooses another\./;
      expect(server.diagnostics()).toMatch(sentence);
      expect(await bench.problems()).toMatch(sentence);
      await bench.draw();
      await bench.saved();
      const [scene] = readdirSync(join(server.dataDir, "sweepmark"));
      expect(await transactions(join(server.dataDir, "sweepmark", scene))).toBe(1);

      const chosen = join(dirname(server.logPath), "chosen");
      await server.restart({ args: ["--labels", chosen] });
      await bench.page.reload();
      await bench.settled();
      await bench.draw();
      await bench.saved();
      expect(await transactions(chosen)).toBe(1);
      expect(await readFile(server.labelsDir, "utf8")).toBe("a file");
    },
    { prepare: ({ logPath }) => writeFile(`${logPath}.sweepmark`, "a file") },
  );
});

it("nowhere to write: the page is read-only and names both places and the way out", async () => {
  await served(
    async (server) => {
      const bench = await workbench(server.url);
      const sentence =
        /Neither .*small\.mcap\.sweepmark \(.*\) nor .* \(.*\) can be written\. Give a folder with --labels DIR\./;
      expect(server.diagnostics()).toMatch(sentence);
      const banner = bench.page.getByRole("status").filter({ hasText: "Labels cannot be written" });
      expect(await banner.innerText()).toMatch(sentence);
      expect(await bench.page.locator("footer").innerText()).toContain("Read only");
      expect(await banner.getByRole("button", { name: "Take over" }).count()).toBe(0);
    },
    {
      async prepare({ logPath, dataDir }) {
        await writeFile(`${logPath}.sweepmark`, "a file");
        await mkdir(dirname(dataDir), { recursive: true });
        await writeFile(dataDir, "a file");
      },
    },
  );
});

it("a renamed log finds its labels", async () => {
  await served(async (server) => {
    const bench = await workbench(server.url);
    await bench.draw();
    await bench.saved();
    await server.restart({ name: "another name.mcap" });
    await bench.page.reload();
    await bench.settled();
    expect(await bench.page.getByText("another name.mcap").count()).toBeGreaterThan(0);
    await eventually(() => bench.names()).toEqual(["car-1"]);
    expect(await bench.problems()).toContain("This log's labels were found in");
    await bench.draw([0, 120]);
    await bench.saved();
    expect(await transactions(server.labelsDir)).toBe(2);
    expect(existsSync(`${server.logPath}.sweepmark`)).toBe(false);
  });
});
