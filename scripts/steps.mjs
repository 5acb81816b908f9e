// What the scripts share: a step that says what it does and how long it took, and the hash that decides "nothing to do".
// Plain Node: these files run before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const cache = join(root, ".sweepmark-cache");
export const cliPath = join(root, "apps", "cli", "bin", "sweepmark.mjs");

/** Stops with a clear message where Node is too old; `engines` in package.json is the one place for the number. */
export function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const wanted = /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number);
  const found = process.versions.node.split(".").map(Number);
  if (found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1])) return;
  console.error(
    `Sweepmark needs Node ${wanted.join(".")} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
  console.error(
    "Install a newer one from https://nodejs.org, or with your version manager, and run the command again.",
  );
  process.exit(1);
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs one step. `work` returns a remark ("up to date", "31.2 MB") or undefined; when it throws, the step says so and
 * the error goes on.
 */
export async function step(title, work) {
  const start = performance.now();
  process.stderr.write(`• ${title}\n`);
  try {
    const remark = await work();
    process.stderr.write(`  ${remark ?? "done"} (${seconds(start)})\n`);
  } catch (error) {
    process.stderr.write(`  failed (${seconds(start)})\n`);
    throw error;
  }
}

/** A step's failure in words, for people: printed without a stack. */
export class StepError extends Error {}

/** Runs a command to its end. Resolves to its exit code; output goes to this process's, or is collected with `quiet`. */
export function run(command, args, { quiet = false, env = {}, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      shell,
      stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    });
    let output = "";
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? 1, signal, output }));
  });
}

export const node = (args, options) => run(process.execPath, args, options);

/** Under `npm start` the very npm that runs us; else the one on the PATH. */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) return run(process.execPath, [script, ...args], options);
  return run("npm", args, { ...options, shell: process.platform === "win32" });
}

/** SHA-256 (hex, 16 digits) over names and contents of files and folders, in a fixed order, tests and builds left out. */
export function hashOf(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).toSorted()) {
        if (name === "dist" || name === "node_modules" || name.startsWith(".") || /\.test\.tsx?$/.test(name)) continue;
        visit(join(path, name));
      }
      return;
    }
    hash.update(path.slice(root.length).split(sep).join("/")).update("\0").update(readFileSync(path)).update("\0");
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest("hex").slice(0, 16);
}
