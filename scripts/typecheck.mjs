// Type-checks every package under its own `lib` (so that `document.title` in geometry is an error), then the tests.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const projects = ["packages", "apps"]
  .flatMap((group) => readdirSync(`${root}${group}`).map((name) => `${group}/${name}`))
  .filter((project) => existsSync(`${root}${project}/tsconfig.json`))
  .concat("test");

let failed = 0;
for (const project of projects) {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", project], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) {
    failed++;
    console.error(`type check failed: ${project}`);
  }
}
console.log(`type check: ${projects.length - failed} of ${projects.length} projects clean`);
process.exit(failed ? 1 : 0);
