import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { demoLog } from "./support/demo.ts";
import { launch, openPage } from "./support/launch.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let served: ServedLog;
beforeAll(async () => {
  browser = await launch();
}, 240_000);
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await served?.close();
});
afterAll(async () => browser?.close());

async function opened(): Promise<Workbench> {
  served = await serveLog(await demoLog());
  const { page } = await openPage(browser, served.url, { theme: "dark", width: 1280, height: 800 });
  const bench = new Workbench(page);
  await bench.settled();
  return bench;
}

async function openKeys({ page }: Workbench): Promise<Locator> {
  await page.keyboard.press("Shift+Slash");
  await page.getByRole("button", { name: "Change keys and mouse" }).click();
  const dialog = page.getByRole("dialog", { name: "Change keys and mouse" });
  await dialog.waitFor();
  return dialog;
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

const row = (dialog: Locator, id: string): Locator => dialog.locator(`[data-action="${id}"]`);
const caps = async (dialog: Locator, id: string): Promise<readonly string[]> =>
  row(dialog, id).locator("button:has(kbd)").allInnerTexts();
const flat = (texts: readonly string[]): readonly string[] => texts.map((text) => text.replaceAll(/\s+/g, "+"));

describe("keys", () => {
  it("are pressed anew, say whose they were, follow a preset, and are kept", async () => {
    const bench = await opened();
    const { page } = bench;
    const dialog = await openKeys(bench);

    // A free chord: the next frame on J would be taken; on F8 nothing is.
    await row(dialog, "playback.next")
      .getByRole("button", { name: /^Change →/ })
      .click();
    await page.keyboard.press("F8");
    expect(flat(await caps(dialog, "playback.next"))).toEqual(["F8", "PgDn"]);

    // A taken one: nothing changes before a person agrees; then the other gets what was replaced.
    await row(dialog, "playback.previous")
      .getByRole("button", { name: /^Change ←/ })
      .click();
    await page.keyboard.press("k");
    expect(await row(dialog, "playback.previous").innerText()).toContain("K is “Keyframe here”");
    expect(flat(await caps(dialog, "track.keyframe"))).toEqual(["K"]);
    await dialog.getByRole("button", { name: "Swap, it gets ←" }).click();
    expect(flat(await caps(dialog, "playback.previous"))).toEqual(["K", "PgUp"]);
    expect(flat(await caps(dialog, "track.keyframe"))).toEqual(["←"]);

    // The browser's own is refused with its reason, and Esc only ends the waiting.
    await row(dialog, "label.flip")
      .getByRole("button", { name: /^Add a key/ })
      .click();
    await page.keyboard.press("Control+w");
    expect(await row(dialog, "label.flip").innerText()).toContain("Browsers keep this chord");
    await row(dialog, "label.flip").getByRole("button", { name: "Cancel" }).click();
    await row(dialog, "label.flip")
      .getByRole("button", { name: /^Add a key/ })
      .click();
    await page.keyboard.press("Escape");
    expect(await dialog.isVisible()).toBe(true);

    // In force at once, in the view and in words.
    await close(page);
    const before = await bench.frame();
    await bench.press("F8", "F8");
    await page.locator(`[data-testid="main-view"][data-frame="${before + 2}"]`).waitFor();
    await bench.press("k");
    await page.locator(`[data-testid="main-view"][data-frame="${before + 1}"]`).waitFor();
    await bench.press("ArrowRight");
    await page.keyboard.press("Shift+Slash");
    expect((await page.getByRole("dialog").innerText()).replaceAll(/\s+/g, " ")).toContain("Next frame F8 PgDn");
    await close(page);
    expect(await bench.frame()).toBe(before + 1);

    // A preset under what was changed by hand.
    const again = await openKeys(bench);
    await again.getByRole("combobox", { name: "Keys of" }).click();
    await page.getByRole("option", { name: "CVAT" }).click();
    expect(flat(await caps(again, "playback.next"))).toEqual(["F8", "PgDn"]);
    await again.getByRole("button", { name: "Reset all" }).click();
    expect(flat(await caps(again, "playback.next"))).toEqual(["F", "→", "PgDn"]);
    expect(flat(await caps(again, "label.moveLeft"))).toEqual(["Ctrl+←"]);
    await again.getByRole("radio", { name: "Pans" }).click();
    await close(page);
    expect(await bench.main.textContent()).toContain("Drag pan · Right-drag orbit");
    await bench.press("f");
    await page.locator(`[data-testid="main-view"][data-frame="${before + 2}"]`).waitFor();

    await page.reload();
    await bench.settled();
    const at = await bench.frame();
    await bench.press("d");
    await page.locator(`[data-testid="main-view"][data-frame="${at - 1}"]`).waitFor();
  });

  it("do nothing while a field is typed in or an input method composes", async () => {
    const bench = await opened();
    const { page } = bench;
    await bench.draw();
    const name = bench.inspector.getByRole("textbox", { name: "Name" });
    await name.fill("");
    await name.pressSequentially("kmn");
    expect(await name.inputValue()).toBe("kmn");
    await name.press("Enter");
    const before = await bench.frame();
    await page.evaluate(() => {
      const options = { code: "ArrowRight", key: "Process", isComposing: true, bubbles: true, cancelable: true };
      document.querySelector("[data-view=main]")?.dispatchEvent(new KeyboardEvent("keydown", options));
    });
    await bench.drawn();
    expect(await bench.frame()).toBe(before);
  });
});
