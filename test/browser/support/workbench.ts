import { readFile } from "node:fs/promises";
import { invert, transformPoint, type Pose } from "@sweepmark/geometry";
import { expect } from "vitest";
import type { Locator, Page } from "playwright-core";

type Xy = readonly [x: number, y: number];

/** What the inspector says of the selected track at the shown frame, in world. */
export interface Shown {
  readonly center: readonly [number, number, number];
  /** Half the last decimal shown, metres: long numbers are shown with fewer. */
  readonly roundingM: number;
  readonly size: readonly [number, number, number];
  readonly yawDeg: number;
}

/** "−3.21", "1 093" as people read them → numbers. */
const toNumber = (text: string): number => Number(text.replaceAll("−", "-").replaceAll(/[\s\u2009°]/g, ""));

/** The workbench as a person has it: what can be seen, pressed, dragged. */
export class Workbench {
  readonly page: Page;
  readonly main: Locator;
  readonly inspector: Locator;
  /** The list of all objects. */
  readonly objects: Locator;

  constructor(page: Page) {
    this.page = page;
    this.objects = page.getByRole("tabpanel", { name: "objects" });
    this.main = page.getByTestId("main-view");
    this.inspector = page.getByTestId("inspector");
  }

  /** Resolves when the wanted frame is shown. */
  async settled(): Promise<void> {
    await this.page.locator('[data-testid="main-view"][aria-busy="false"][data-frame]').waitFor({ timeout: 120_000 });
  }

  /** Opens a file by the button of the open screen and the browser's dialog. */
  async choose(file: string): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: /^Open file/ }).click();
    await (await chooser).setFiles(file);
  }

  /** How many frames the log has. */
  async frameCount(): Promise<number> {
    const words = await this.page.getByRole("img", { name: /^Timeline, frame/ }).getAttribute("aria-label");
    return Number(/of (\d+)/.exec(words ?? "")?.[1]) + 1;
  }

  async frame(): Promise<number> {
    return Number(await this.main.getAttribute("data-frame"));
  }

  async goTo(index: number): Promise<void> {
    const field = this.page.getByRole("textbox", { name: "Frame", exact: true });
    await field.fill(String(index));
    await field.press("Enter");
    await this.page
      .locator(`[data-testid="main-view"][aria-busy="false"][data-frame="${index}"]`)
      .waitFor({ timeout: 120_000 });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The bird's-eye view. */
  async lookFromAbove(): Promise<void> {
    await this.press("b");
    await this.main.getByRole("button", { name: /^Top/ }).waitFor();
    await this.drawn();
  }

  /** Two animation frames: what was asked for is on screen. */
  async drawn(): Promise<void> {
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** The status line's position of the pointer in world, with the pointer at a pixel of the page. */
  async pointerWorld([x, y]: Xy): Promise<Xy> {
    const status = this.page.locator("footer");
    await this.page.mouse.move(x - 3, y - 3);
    await this.page.mouse.move(x, y);
    let before = "";
    for (;;) {
      // The position follows the pointer within an animation frame or two: read until it stands still.
      await this.drawn();
      const text = await status.innerText();
      if (text === before) break;
      before = text;
    }
    const found = /x ([−\d.,\s\u2009]+) y ([−\d.\s\u2009]+) z/.exec(before);
    if (!found) throw new Error(`no position in the status line: ${before}`);
    return [toNumber(found[1]), toNumber(found[2])];
  }

  /** In the bird's-eye view: the pixel of a world position, by the status line's readings at three pixels. */
  async pixelOf(world: Xy): Promise<Xy> {
    const map = await this.topMap();
    return map(world);
  }

  async topMap(): Promise<(world: Xy) => Xy> {
    const box = await this.main.boundingBox();
    if (!box) throw new Error("the main view is not there");
    const o: Xy = [box.x + box.width / 2, box.y + box.height / 2];
    const span = 120;
    const [wo, wx, wy] = [
      await this.pointerWorld(o),
      await this.pointerWorld([o[0] + span, o[1]]),
      await this.pointerWorld([o[0], o[1] + span]),
    ];
    const [a, b, c, d] = [wx[0] - wo[0], wy[0] - wo[0], wx[1] - wo[1], wy[1] - wo[1]];
    const determinant = a * d - b * c;
    return ([x, y]) => {
      const [dx, dy] = [x - wo[0], y - wo[1]];
      return [o[0] + (span * (d * dx - b * dy)) / determinant, o[1] + (span * (a * dy - c * dx)) / determinant];
    };
  }

  /**
   * In the bird's-eye view: the pixel of a position in ego, in every frame, since the view goes and turns with ego. The
   * similarity that fits readings at nine pixels best: each of them may be that of a ground point some pixels beside.
   */
  async egoMap(worldFromEgo: Pose<"world", "ego">): Promise<(ego: Xy) => Xy> {
    const box = await this.main.boundingBox();
    if (!box) throw new Error("the main view is not there");
    const read: { readonly pixel: Xy; readonly ego: Xy }[] = [];
    for (const dx of [-0.3, 0, 0.3])
      for (const dy of [-0.3, 0, 0.3]) {
        const pixel: Xy = [box.x + box.width * (0.5 + dx), box.y + box.height * (0.5 + dy)];
        const [x, y] = await this.pointerWorld(pixel);
        const [forward, left] = transformPoint(invert(worldFromEgo), [x, y, worldFromEgo.translation[2]]);
        read.push({ pixel, ego: [forward, left] });
      }
    return similarity(read.map(({ ego, pixel }) => [ego, [pixel[0], -pixel[1]]]));
  }

  async drag(from: Xy, to: Xy): Promise<void> {
    await this.page.mouse.move(...from);
    await this.page.mouse.down();
    for (let i = 1; i <= 5; i++)
      await this.page.mouse.move(from[0] + ((to[0] - from[0]) * i) / 5, from[1] + ((to[1] - from[1]) * i) / 5);
    await this.page.mouse.up();
  }

  /** Position in world, size and yaw in world, as the inspector shows them. */
  async shown(): Promise<Shown> {
    const space = this.inspector.getByRole("button", { name: /^(ego|world|map)$/ });
    if ((await space.innerText()) === "ego") await space.click();
    const text = (name: string) => this.inspector.getByRole("textbox", { name, exact: true }).inputValue();
    const field = async (name: string) => toNumber(await text(name));
    const decimals = await Promise.all(
      ["X", "Y", "Z"].map(async (name) => (await text(name)).split(".")[1]?.length ?? 0),
    );
    return {
      roundingM: 0.5 * 10 ** -Math.min(...decimals),
      center: [await field("X"), await field("Y"), await field("Z")],
      size: [await field("Length"), await field("Width"), await field("Height")],
      yawDeg: await field("Yaw"),
    };
  }

  /** "Keyframe", "Interpolated between 3 and 9" … of the selected track. */
  async here(): Promise<string> {
    return (await this.inspector.innerText()).split("Here")[1].split("Position")[0].trim();
  }

  /** Draws a cuboid in the bird's-eye view, around a pixel from the middle of the view; resolves when it is selected. */
  async draw([dx, dy]: Xy = [0, 0]): Promise<void> {
    if ((await this.main.getByRole("button", { name: /^Top/ }).count()) === 0) await this.lookFromAbove();
    const box = await this.main.boundingBox();
    if (!box) throw new Error("the main view is not there");
    const [x, y] = [box.x + box.width / 2 + dx, box.y + box.height / 2 + dy];
    await this.press("n");
    await this.drag([x - 40, y - 20], [x + 40, y + 20]);
    await this.inspector.getByRole("textbox", { name: "Name" }).waitFor();
  }

  /** Names of the objects in the list. */
  async names(): Promise<readonly string[]> {
    return this.objects.getByRole("option").locator("b").allInnerTexts();
  }

  /** What the status line says of saving. */
  async saving(): Promise<string> {
    return this.page.locator("footer [data-save]").innerText();
  }

  /** Brings the list of problems to the front; resolves to its words. */
  async problems(): Promise<string> {
    await this.page.locator(".sweepmark-tab", { hasText: "Problems" }).click();
    const panel = this.page.getByRole("tabpanel", { name: "problems" });
    await panel.waitFor();
    return panel.innerText();
  }

  async saved(): Promise<void> {
    await expect.poll(() => this.page.locator("footer").innerText(), { timeout: 60_000 }).toMatch(/saved/i);
    await expect
      .poll(() => this.page.locator("footer").innerText(), { timeout: 60_000 })
      .not.toMatch(/saving|not saved/i);
  }

  /** Exports by the dialog; returns the downloaded file. */
  async export(format: RegExp): Promise<{ readonly name: string; readonly bytes: Buffer }> {
    await this.page.getByRole("button", { name: "Export", exact: true }).first().click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("radio", { name: format }).click();
    const download = this.page.waitForEvent("download", { timeout: 240_000 });
    await dialog.getByRole("button", { name: /^Export/ }).click();
    const file = await download;
    const bytes = await readFile(await file.path());
    await this.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    return { name: file.suggestedFilename(), bytes };
  }
}

/** The move, turn and scale of the plane that takes the first of each pair nearest to the second (Umeyama 1991); y down. */
function similarity(pairs: readonly (readonly [from: Xy, to: Xy])[]): (from: Xy) => Xy {
  const mean = (side: 0 | 1, axis: 0 | 1): number =>
    pairs.reduce((sum, pair) => sum + pair[side][axis], 0) / pairs.length;
  const [fx, fy, tx, ty] = [mean(0, 0), mean(0, 1), mean(1, 0), mean(1, 1)];
  let [along, across, spread] = [0, 0, 0];
  for (const [from, to] of pairs) {
    const [a, b, c, d] = [from[0] - fx, from[1] - fy, to[0] - tx, to[1] - ty];
    along += a * c + b * d;
    across += a * d - b * c;
    spread += a * a + b * b;
  }
  const [cosine, sine] = [along / spread, across / spread];
  return ([x, y]) => [tx + cosine * (x - fx) - sine * (y - fy), -(ty + sine * (x - fx) + cosine * (y - fy))];
}
