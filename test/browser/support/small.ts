import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cache, cliPath, hashOf, node } from "../../../scripts/steps.mjs";

/**
 * A short drive (2 s, 16 beams, three cameras, 5 MB) for tests that need a log but not a large one. Made once for each
 * version of the simulator; `<stem>.truth.json` lies beside it.
 */
export async function smallLog(): Promise<string> {
  const name = `small-${hashOf(["packages/synthetic/src", "packages/geometry/src", "packages/schema/src"])}`;
  const path = join(cache, name, "small.mcap");
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const args = ["simulate", "-o", path, "--seconds", "2", "--beams", "16", "--force"];
  const { code, output } = await node([cliPath, ...args], { quiet: true });
  if (code !== 0) throw new Error(`the small log could not be made: ${output}`);
  for (const other of readdirSync(cache))
    if (other.startsWith("small-") && other !== name) rmSync(join(cache, other), { recursive: true });
  return path;
}
