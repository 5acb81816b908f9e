// Builds the workbench into apps/workbench/dist when a source changed since the last build.
// `node scripts/build.mjs [--quiet]`: quiet says nothing when there is nothing to do.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cache, hashOf, node, root, step, StepError } from "./steps.mjs";

const stamp = join(cache, "workbench.hash");
const sources = ["apps/workbench", "packages", "vite.config.ts", "tsconfig.json", "package-lock.json"];

const fresh = (hash) =>
  existsSync(join(root, "apps/workbench/dist/index.html")) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash;

export async function ensureBuilt({ quiet = false } = {}) {
  const hash = hashOf(sources);
  if (quiet && fresh(hash)) return;
  await step("Workbench", async () => {
    if (fresh(hash)) return "up to date";
    const { code, output } = await node([join(root, "node_modules/vite/bin/vite.js"), "build"], { quiet: true });
    if (code !== 0) throw new StepError(`The workbench does not build:\n${output}`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(stamp, hash);
    return "built";
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await ensureBuilt({ quiet: process.argv.includes("--quiet") });
  } catch (error) {
    console.error(error instanceof StepError ? error.message : error);
    process.exit(1);
  }
}
