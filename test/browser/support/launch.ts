import { spawn } from "node:child_process";
import { once } from "node:events";
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
  return chromium.launch({ executablePath: await executable(), args: flags });
}

async function executable(): Promise<string> {
  const path = await findChromium();
  if (path === undefined)
    throw new Error("No Chromium found: run `npm test`, which gets one, or set SWEEPMARK_CHROMIUM.");
  return path;
}

/** The older of the two file dialogs is one that a test can answer. */
const withoutFilePicker = (): void => void Reflect.deleteProperty(globalThis, "showOpenFilePicker");

export interface KillableBrowser {
  /** The first page of the profile: what it keeps is there for the next browser with the same folder. */
  readonly page: Page;
  /** SIGKILL to the browser's process. */
  kill(): Promise<void>;
}

/** A Chromium with a profile in a folder, whose process can be killed as by a power cut. */
export async function launchKillable(profileDir: string): Promise<KillableBrowser> {
  const started = spawn(
    await executable(),
    [...flags, "--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profileDir}`, "about:blank"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    started.on("exit", (code) => reject(new Error(`Chromium ended with ${code}: ${said}`)));
    started.stderr.on("data", (data: Buffer) => {
      said += data.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
  });
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  await context.addInitScript(withoutFilePicker);
  const page = context.pages().at(0) ?? (await context.newPage());
  await page.setViewportSize({ width: 1024, height: 700 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  return {
    page,
    kill: async () => {
      if (started.exitCode !== null || started.signalCode !== null) return;
      started.kill("SIGKILL");
      await once(started, "exit");
    },
  };
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
  await context.addInitScript(withoutFilePicker);
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
