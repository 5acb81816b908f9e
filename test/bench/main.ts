import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openLog } from "@sweepmark/log";
import { findChromium } from "../../scripts/chromium.mjs";
import { accumulateCase } from "./accumulate.ts";
import { assistCases } from "./assist.ts";
import { measureInWorker, type WorkerLog } from "./browser/measure-in-worker.ts";
import { logCases, type LogFacts } from "./cases.ts";
import { kernelCases } from "./kernels.ts";
import { largeDocumentCases } from "./large-document.ts";
import { measure, type Case, type Result } from "./measure.ts";
import { measureMemory, type Memory } from "./memory.ts";
import { referenceLog } from "./reference-log.ts";
import { sessionCases } from "./session.ts";
import { openBenchFile } from "./source.ts";
import { printFacts, printResults } from "./table.ts";

const root = new URL("../../", import.meta.url);
const kitti = fileURLToPath(new URL("../shared/data/kitti_tracking_0000_full_f000.foxglove.mcap", root));
const output = fileURLToPath(new URL("test/output/bench.json", root));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    json: { type: "string", default: output },
    /** Sweeps of the reference log, measured in zstd, lz4 and without compression; 0: not. */
    reference: { type: "string", default: "0" },
    /** Where: "node", "worker" (of a Chromium page), or "both". */
    in: { type: "string", default: "both" },
  },
});

/** The demo log, made if it is missing, and the real log where there is one; or the logs that were named. */
async function logsToMeasure(): Promise<readonly string[]> {
  const sweeps = Number(values.reference);
  const references: string[] = [];
  for (const compression of sweeps > 0 ? (["zstd", "lz4", "none"] as const) : [])
    references.push(await referenceLog({ sweeps, compression }));
  if (positionals.length + references.length > 0) return [...positionals, ...references];
  const demo = (await import(new URL("scripts/demo.mjs", root).href)) as { ensureDemo(): Promise<string> };
  return [await demo.ensureDemo(), kitti].filter((path) => existsSync(path));
}

const rounds = Number(values.rounds);
const wanted = (test: Case): boolean => test.name.includes(values.only);
const load = loadavg()[0];
const results: Result[] = [];
const facts: LogFacts[] = [];
const memory: Memory[] = [];
const run = async (cases: readonly Case[]): Promise<void> => {
  for (const test of cases.filter(wanted)) {
    results.push(await measure(test));
    process.stderr.write(".");
  }
};

const files = (await logsToMeasure()).map(openBenchFile);
const workerLogs: WorkerLog[] = [];
const inNode = values.in !== "worker";
for (const file of files) {
  const { cases, facts: counted, traces } = await logCases(file, rounds);
  facts.push(counted);
  workerLogs.push({ path: file.path, traces });
  if (inNode) await run([...cases, await accumulateCase(file, rounds)]);
}
// The one with the most points a sweep stands for the rest.
const fullest =
  files[facts.reduce((best, each, i) => (each.pointsPerSweep > facts[best].pointsPerSweep ? i : best), 0)];
if (inNode) await run(await sessionCases(fullest, 2 * rounds));
if (inNode) await run(await assistCases(fullest, 2 * rounds));
if (inNode) await run(largeDocumentCases(await (await openLog(fullest.source)).frame(0), 2 * rounds));
if (inNode) await run(kernelCases(await (await openLog(fullest.source)).frame(0), 2 * rounds));
if (values.in !== "node") {
  if (await findChromium()) results.push(...(await measureInWorker(workerLogs, { rounds, only: values.only })));
  else console.error("no Chromium: nothing is measured in a worker");
}
if (inNode && values.only === "") for (const { path, name } of files) memory.push(...measureMemory(path, name));
for (const file of files) file.close();

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  loadBefore: load,
  loadAfter: loadavg()[0],
  rounds,
};
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify({ version: 1, machine, facts, results, memory }, undefined, 2)}\n`);

console.log(
  `\nNode ${machine.node}, ${machine.cores} × ${machine.cpu}, load ${load.toFixed(1)} before and ` +
    `${machine.loadAfter.toFixed(1)} after; best / median / p95 of interleaved rounds, ratios of medians (of the best), file in the page cache\n`,
);
console.log(`${printFacts(facts)}\n\n${printResults(results)}\n`);
for (const { log, who, peakMB } of memory)
  console.log(`peak memory, all frames of ${log}, ${who}: ${peakMB.toFixed(0)} MB`);
console.log(`\nwritten to ${values.json}`);
