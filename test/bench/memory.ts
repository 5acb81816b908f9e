import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openLog } from "@sweepmark/log";
import { everyFrame } from "./cases.ts";
import { openPlain } from "./plain.ts";
import { openBenchFile } from "./source.ts";

/** `idle` opens the file and loads the code, no more; `ours` keeps the frames of the default budget. */
export type Who = "idle" | "ours" | "ours, one frame kept" | "plain";

export interface Memory {
  readonly log: string;
  readonly who: Who;
  /** Largest resident set of a process that goes through all frames in order. */
  readonly peakMB: number;
}

/** Each in a process of its own. */
export function measureMemory(path: string, log: string): Memory[] {
  return (["idle", "ours", "ours, one frame kept", "plain"] as const).map((who) => {
    const self = fileURLToPath(import.meta.url);
    const { stdout, status, stderr } = spawnSync(process.execPath, ["--import", "tsx", self, who, path], {
      encoding: "utf8",
      timeout: 120_000,
    });
    if (status !== 0) throw new Error(`${who} on ${path}: ${stderr}`);
    return { log, who, peakMB: Number(stdout) / 1024 };
  });
}

async function main(who: Who, path: string): Promise<void> {
  const file = openBenchFile(path);
  if (who === "plain") await (await openPlain(file)).frames(0n, 1n << 63n);
  if (who === "ours") await everyFrame(await openLog(file.source));
  if (who === "ours, one frame kept") await everyFrame(await openLog(file.source, { cacheBytes: 1 }));
  process.stdout.write(String(peakKiB()));
}

/** ru_maxrss is inherited from the process that starts this one; Linux's VmHWM is not. */
function peakKiB(): number {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2] as Who, process.argv[3]);
