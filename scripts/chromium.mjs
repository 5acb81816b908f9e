// Finds a Chromium for the browser tests, and gets one where there is none.
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { node, root, run } from "./steps.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const fixedPaths = [
  "/usr/bin/chromium",
  "/usr/lib/chromium/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  `${process.env.PROGRAMFILES ?? "C:\\Program Files"}\\Google\\Chrome\\Application\\chrome.exe`,
];

/** Path of a Chromium that runs, or undefined. SWEEPMARK_CHROMIUM, when set, is the only candidate. */
export async function findChromium() {
  const wished = process.env.SWEEPMARK_CHROMIUM;
  for (const path of wished ? [wished] : candidates()) if (existsSync(path) && (await runs(path))) return path;
  return undefined;
}

function candidates() {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, `${name}${suffix}`)));
  return [...new Set([...onPath, ...fixedPaths, ...playwrightBrowsers()])];
}

function playwrightBrowsers() {
  const home = homedir();
  const folders = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(home, ".cache", "ms-playwright"),
    join(home, "Library", "Caches", "ms-playwright"),
    join(home, "AppData", "Local", "ms-playwright"),
  ];
  const inside = [
    "chrome-linux/chrome",
    "chrome-linux64/chrome",
    "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
    "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "chrome-win/chrome.exe",
    "chrome-win64/chrome.exe",
  ];
  return folders
    .filter((folder) => folder && existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.startsWith("chromium-"))
        .toSorted()
        .toReversed()
        .flatMap((name) => inside.map((path) => join(folder, name, path))),
    );
}

/** Distributions ship stubs under these names that only say how to install a snap: ask for the version. */
async function runs(path) {
  if (process.platform === "win32") return true; // There `--version` opens a window.
  const asked = run(path, ["--version"], { quiet: true }).then(({ code }) => code === 0);
  const late = new Promise((resolve) => setTimeout(resolve, 20_000, false).unref());
  return Promise.race([asked, late]).catch(() => false);
}

/**
 * A Chromium that runs, installed if need be: by apt-get where we may use it, else by playwright.
 * Returns `{ path }`, or `{ reason }` in words.
 */
export async function ensureChromium(say) {
  const found = await findChromium();
  if (found) return { path: found };
  if (process.env.SWEEPMARK_CHROMIUM)
    return { reason: `SWEEPMARK_CHROMIUM is ${process.env.SWEEPMARK_CHROMIUM}, which is not there or does not run.` };
  const tried = [];
  for (const [title, install] of [
    ["apt-get install chromium", installByApt],
    ["playwright-core install chromium", installByPlaywright],
  ]) {
    say(`${title} …`);
    const problem = await install();
    const path = problem === undefined ? await findChromium() : undefined;
    if (path) return { path };
    tried.push(`${title}: ${problem ?? "installed, but it does not run"}`);
  }
  const advice = "Install Chromium or Chrome, or set SWEEPMARK_CHROMIUM to the path of one.";
  return {
    reason: `No Chromium was found on this machine and none could be installed.\n  ${tried.join("\n  ")}\n${advice}`,
  };
}

/** Undefined when it worked, else why not. */
async function installByApt() {
  if (process.platform !== "linux") return "this is not a Debian system";
  const has = async (command, args) =>
    run(command, args, { quiet: true }).then(
      ({ code }) => code === 0,
      () => false,
    );
  if (!(await has("apt-get", ["--version"]))) return "there is no apt-get";
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await has("sudo", ["-n", "true"]))) return "it needs root, or sudo without a password";
  const apt = (...args) => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    return isRoot
      ? run("apt-get", args, { quiet: true, env })
      : run("sudo", ["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], { quiet: true });
  };
  await apt("update", "-q"); // A failing mirror is no reason to stop: the lists may be there.
  const { code, output } = await apt("install", "-y", "-q", "--no-install-recommends", "chromium");
  return code === 0 ? undefined : lastLine(output);
}

async function installByPlaywright() {
  const cli = join(root, "node_modules", "playwright-core", "cli.js");
  const { code, output } = await node([cli, "install", "chromium"], { quiet: true });
  return code === 0 ? undefined : lastLine(output);
}

const lastLine = (text) => text.trim().split("\n").at(-1) ?? "failed";
