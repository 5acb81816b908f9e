import { chromium, type Browser, type Page } from "playwright-core";
import { findChromium } from "../../../scripts/chromium.mjs";

/** WebGL2 by SwiftShader, so that it draws without a GPU; and no connections of the browser's own. */
const flags = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the Chromium that `npm test` found (or would find). Throws, naming the way out, where there is none. */
export async function launch(): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined)
    throw new Error("No Chromium found: run `npm test`, which gets one, or set SWEEPMARK_CHROMIUM.");
  return chromium.launch({ executablePath, args: flags });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "dark" | "light";
}

/** What went wrong in a page behind its back. Tests expect it to stay empty. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** A page in a browser profile of its own, with motion reduced so that nothing has to be waited for. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, height = 800, theme = "dark" }: PageOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  // The workbench is dark until a person says otherwise.
  await context.addInitScript((choice) => {
    if (location.protocol !== "http:" || localStorage.getItem("sweepmark.theme") !== null) return;
    localStorage.setItem("sweepmark.theme", choice);
  }, theme);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`${error.name}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}
