import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Resident megabytes of the largest renderer process, now and at its highest. Linux only; undefined elsewhere. */
export async function rendererMemory(
  browser: Browser,
): Promise<{ readonly nowMB: number; readonly peakMB: number } | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  let largest: { readonly nowMB: number; readonly peakMB: number } | undefined;
  for (const { id, type } of processInfo) {
    if (type !== "renderer") continue;
    const found = residentMB(id);
    if (found && (!largest || found.peakMB > largest.peakMB)) largest = found;
  }
  return largest;
}

function residentMB(pid: number) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? NaN) / 1024;
    return { nowMB: field("VmRSS"), peakMB: field("VmHWM") };
  } catch {
    return undefined;
  }
}
