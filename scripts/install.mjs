import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, npm, root, step, StepError } from "./steps.mjs";

const stamp = join(root, "node_modules", ".sweepmark-lock");
const installed = join(root, "node_modules", ".package-lock.json");

/** Installs what package-lock.json says, where node_modules is absent or was made from another lock. */
export async function ensureInstalled() {
  await step("Dependencies", async () => {
    const wanted = hashOf(["package-lock.json"]);
    if (upToDate(wanted)) return "up to date";
    // `ci` is exact and needs no node_modules; `install` brings an old one up to date without starting over.
    const verb = existsSync(installed) ? "install" : "ci";
    process.stderr.write(`  npm ${verb} …\n`);
    const { code, output } = await npm([verb, "--no-audit", "--no-fund", "--loglevel=error"], { quiet: true });
    if (code !== 0)
      throw new StepError(`npm ${verb} failed:\n${output}\nIs the npm registry reachable? (npm config get registry)`);
    writeFileSync(stamp, wanted);
    return "installed";
  });
}

function upToDate(wanted) {
  if (!existsSync(installed)) return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  // Installed by hand: npm rewrites its own record after the lock.
  if (statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs) return false;
  writeFileSync(stamp, wanted);
  return true;
}
