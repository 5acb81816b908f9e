import type { Browser, Locator } from "playwright-core";
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

async function openOntology({ page }: Workbench): Promise<Locator> {
  await page.keyboard.press("Shift+O");
  const dialog = page.getByRole("dialog", { name: "Classes and rules" });
  await dialog.waitFor();
  return dialog;
}

const apply = async (dialog: Locator): Promise<void> => {
  await dialog.getByRole("button", { name: /^Apply/ }).click();
  await dialog.waitFor({ state: "hidden" });
};

describe("the ontology editor", () => {
  it("adds a class that is drawn with, says what is not as asked, and changes to a data set's classes and back", async () => {
    served = await serveLog(await demoLog());
    const { page, complaints } = await openPage(browser, served.url, { theme: "dark", width: 1280, height: 800 });
    const bench = new Workbench(page);
    await bench.settled();

    // A class with a colour, a key and sizes that a car has not; a fault hinders, and is named.
    const dialog = await openOntology(bench);
    await dialog.getByRole("textbox", { name: "New class" }).fill("Tractor");
    await page.keyboard.press("Enter");
    await dialog.getByLabel("Colour").fill("#b05a20");
    await dialog.getByRole("textbox", { name: "Letter" }).fill("C");
    expect(await dialog.getByRole("alert").innerText()).toContain("another class has the letter C");
    expect(await dialog.getByRole("button", { name: /^Apply/ }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Letter" }).fill("J");
    await dialog.getByRole("combobox", { name: "Number key" }).click();
    await page.getByRole("option", { name: /^7/ }).click();
    await dialog.getByRole("checkbox", { name: /doubtful, not refused/ }).check();
    const least = dialog.getByRole("textbox", { name: "From: Height" });
    await least.fill("3");
    await least.press("Enter");
    const usual = dialog.getByRole("textbox", { name: "Usual size: Height" });
    await usual.fill("3.2");
    await usual.press("Enter");
    await dialog.getByRole("radio", { name: "Rules" }).click();
    await dialog.getByRole("spinbutton", { name: "Points in a cuboid, at least" }).fill("100000");
    // A lane class by its name; how it is painted is drawn beside it.
    await dialog.getByRole("radio", { name: /^Lane classes/ }).click();
    await dialog.getByRole("textbox", { name: "New lane class" }).fill("Tram rail");
    await page.keyboard.press("Enter");
    const rail = dialog.getByRole("group", { name: "Tram rail" });
    await rail.getByRole("combobox", { name: "Pattern" }).click();
    await page.getByRole("option", { name: "double" }).click();
    await apply(dialog);

    // Its key draws it; the inspector tells the rule that is not kept.
    await bench.press("7");
    await bench.draw();
    expect(await bench.names()).toEqual(["tractor-1"]);
    await expect.poll(() => bench.inspector.innerText()).toMatch(/points: \d+, at least 100.000 asked/);
    const height = bench.inspector.getByRole("textbox", { name: "Height" });
    await height.fill("1.5");
    await height.press("Enter");
    await expect.poll(() => bench.inspector.innerText()).toContain("Height 1.50 m, allowed 3.00–");

    // The classes of a data set: the one in use is asked about, with its tracks and keyframes, and mapped.
    const again = await openOntology(bench);
    await again.getByRole("combobox", { name: "Classes of a data set" }).click();
    await page.getByRole("option", { name: "KITTI" }).click();
    const question = again.getByRole("region", { name: "Tractor" });
    expect(await question.innerText()).toContain("tracks: 1, keyframes: 1");
    await question.getByRole("combobox", { name: "Tractor becomes" }).click();
    await page.getByRole("option", { name: "Truck" }).click();
    await apply(again);
    expect(await bench.names()).toEqual(["Truck-1"]);
    expect(await bench.inspector.getByRole("combobox", { name: "Class" }).innerText()).toContain("Truck");

    // One step of undo, and all of it is kept.
    await page.locator('[data-view="main"]').focus();
    await bench.press("Control+z");
    expect(await bench.names()).toEqual(["tractor-1"]);
    await bench.press("Control+Shift+z");
    expect(await bench.names()).toEqual(["Truck-1"]);
    await bench.saved();
    await page.reload();
    await bench.settled();
    expect(await bench.names()).toEqual(["Truck-1"]);
    const kept = await openOntology(bench);
    expect(await kept.getByRole("option").allInnerTexts()).toHaveLength(8);
    const { bytes } = await (async () => {
      await page.keyboard.press("Escape");
      return bench.export(/Sweepmark/);
    })();
    const file = JSON.parse(bytes.toString()) as {
      ontology: { objects: { id: string }[]; lanes: object[] };
      records: { kind: string }[];
    };
    expect(file.ontology.objects.map(({ id }) => id)).toContain("Cyclist");
    expect(file.records.map(({ kind }) => kind)).not.toContain("ontology");
    expect(complaints).toEqual([]);
  });
});
