import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { cache, cliPath, hashOf, node, step, StepError } from "./steps.mjs";

/** Where the demo of this version of the simulator lies: another version gets another folder, and its own labels. */
export const demoPath = () =>
  join(cache, `demo-${hashOf(["packages/synthetic", "packages/geometry/src", "packages/schema/src"])}`, "demo.mcap");

/** Makes the demo log (and its true labels beside it), unless it is there. Returns its path. */
export async function ensureDemo() {
  const path = demoPath();
  await step("Demo log", async () => {
    const size = () => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
    if (existsSync(path)) return `up to date, ${size()}`;
    mkdirSync(join(path, ".."), { recursive: true });
    const { code, output } = await node([cliPath, "simulate", "-o", path, "--force"], { quiet: true });
    if (code !== 0) throw new StepError(`The demo log could not be made:\n${output}`);
    return `${path}, ${size()}`;
  });
  return path;
}
