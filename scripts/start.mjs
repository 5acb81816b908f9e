// `npm start [-- LOG] [options of sweepmark open]`: from a fresh clone to the workbench with a log open in it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { cliPath, requireNode, StepError } from "./steps.mjs";

requireNode();
const args = process.argv.slice(2);
const log = logOf(args);
// npm runs scripts in the repository; a relative path means the folder where the person typed the command.
const where = process.env.INIT_CWD ?? process.cwd();

try {
  if (log !== undefined && !existsSync(resolve(where, log)))
    throw new StepError(`${resolve(where, log)}: no such file. Give the path of an MCAP log, or none for the demo.`);
  await ensureInstalled();
  const { ensureDemo } = await import("./demo.mjs");
  const { ensureBuilt } = await import("./build.mjs");
  const path = log === undefined ? await ensureDemo() : resolve(where, log);
  await ensureBuilt();
  const rest = args.filter((arg) => arg !== log);
  const child = spawn(process.execPath, [cliPath, "open", path, ...rest], {
    cwd: where,
    stdio: "inherit",
    env: { ...process.env, SWEEPMARK_WORKBENCH_BUILT: "1" },
  });
  // Ctrl+C reaches both; the server decides when it is done.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} catch (error) {
  console.error(error instanceof StepError ? error.message : error);
  process.exit(1);
}

/** The first argument that is neither an option nor an option's value. */
function logOf(list) {
  const valued = ["--port", "--labels"];
  return list.find((arg, index) => !arg.startsWith("-") && !valued.includes(list[index - 1]));
}
