import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cache, cliPath, hashOf, node, step, StepError } from "./steps.mjs";

/** Where the demo of this version of the simulator lies: another version gets another folder, and its own labels. */
export const demoPath = () =>
  join(
    cache,
    `demo-${hashOf(["packages/synthetic/src", "packages/geometry/src", "packages/schema/src"])}`,
    "demo.mcap",
  );

/** Makes the demo log (and its true labels beside it), unless it is there. Returns its path. */
export async function ensureDemo() {
  const path = demoPath();
  await step("Demo log", async () => {
    const size = () => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
    if (existsSync(path)) return `up to date, ${size()}`;
    mkdirSync(dirname(path), { recursive: true });
    const { code, output } = await node([cliPath, "simulate", "-o", path, "--force"], { quiet: true });
    if (code !== 0) throw new StepError(`The demo log could not be made:\n${output}`);
    removeOlder(dirname(path));
    return `${path}, ${size()}`;
  });
  return path;
}

/** Demos of other versions go, unless somebody labelled them. */
function removeOlder(current) {
  for (const name of readdirSync(cache)) {
    if (!name.startsWith("demo-") || name === basename(current)) continue;
    if (!existsSync(join(cache, name, "demo.mcap.sweepmark"))) rmSync(join(cache, name), { recursive: true });
  }
}
