// Type-checks every package under its own `lib` (so that `document.title` in geometry is an error), then the tests.
// As many at once as there are cores; what a project says is printed in one piece. What did not change since the last
// time is not checked again (`.sweepmark-cache/types`).
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { node, root } from "./steps.mjs";

const projects = ["packages", "apps"]
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .filter((project) => existsSync(join(root, project, "tsconfig.json")))
  // The largest first, so that it does not run alone at the end.
  .toSpliced(0, 0, "test");

const waiting = [...projects];
let failed = 0;

async function work() {
  for (let project = waiting.shift(); project !== undefined; project = waiting.shift()) {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const memory = join(root, ".sweepmark-cache/types", `${project.replace("/", "-")}.json`);
    const { code, output } = await node([tsc, "-p", project, "--incremental", "--tsBuildInfoFile", memory], {
      quiet: true,
    });
    if (code === 0) continue;
    failed++;
    console.error(`${output.trim()}\ntype check failed: ${project}`);
  }
}

await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
console.log(`type check: ${projects.length - failed} of ${projects.length} projects clean`);
process.exit(failed ? 1 : 0);
