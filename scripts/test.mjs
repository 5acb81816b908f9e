// `npm test`: everything that has to hold, from a fresh clone. The last line is `N passed, N failed`.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { cache, node, requireNode, root, step, StepError } from "./steps.mjs";

requireNode();
let passed = 0;
let failed = 0;

/** Counts as one test. A failure is told and counted, and the rest goes on. */
async function check(work) {
  try {
    await work();
    passed++;
    return "passed";
  } catch (error) {
    failed++;
    console.error(error instanceof StepError ? error.message : error);
    return "failed";
  }
}

/** Runs a tool as a step; its output is shown when it fails. */
const tool = (title, args) =>
  step(title, async () => {
    const { code, output } = await node(args, { quiet: true });
    if (code !== 0) throw new StepError(output.trim());
  });

/** Runs one vitest project and adds its counts. */
async function vitest(project, env = {}) {
  const report = join(cache, `vitest-${project}.json`);
  mkdirSync(cache, { recursive: true });
  rmSync(report, { force: true });
  await step(`Tests: ${project}`, async () => {
    const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { code } = await node([bin("vitest/vitest.mjs"), ...args], { env });
    const counts = existsSync(report) ? countsOf(JSON.parse(readFileSync(report, "utf8"))) : { passed: 0, failed: 0 };
    // A crash, an unhandled error, or no test at all: never green.
    if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) counts.failed = 1;
    passed += counts.passed;
    failed += counts.failed;
    return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped ?? 0} skipped`;
  });
}

function countsOf({ testResults, numPassedTests, numFailedTests, numPendingTests }) {
  // A file that cannot even be loaded has no tests: it is one failure.
  const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests };
}

const bin = (path) => join(root, "node_modules", path);

try {
  await ensureInstalled();
} catch (error) {
  console.error(error instanceof StepError ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exit(1);
}

await check(() => tool("Type check", [join(root, "scripts/typecheck.mjs")]));
await check(() => tool("Lint", [bin("oxlint/bin/oxlint")]));
await check(() => tool("Format", [bin("oxfmt/bin/oxfmt"), "--check"]));
await vitest("unit");

const { ensureBuilt } = await import("./build.mjs");
const { ensureDemo } = await import("./demo.mjs");
const { ensureChromium } = await import("./chromium.mjs");
let ready = await check(ensureBuilt);
if ((await check(ensureDemo)) === "failed") ready = "failed";
let chromium;
const found = await check(() =>
  step("Chromium", async () => {
    const { path, reason } = await ensureChromium((line) => process.stderr.write(`  ${line}\n`));
    if (!path) throw new StepError(reason);
    chromium = path;
    return path;
  }),
);
if (ready === "passed" && found === "passed") {
  await vitest("browser", { SWEEPMARK_CHROMIUM: chromium });
} else {
  failed++;
  console.error("The browser tests could not run: counted as failed.");
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
