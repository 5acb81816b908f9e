import { existsSync } from "node:fs";
import { demoPath, ensureDemo } from "../../../scripts/demo.mjs";

/** Path of the demo log of this version, made first where it is not there yet; `<stem>.truth.json` lies beside it. */
export async function demoLog(): Promise<string> {
  const path = demoPath();
  return existsSync(path) ? path : ensureDemo();
}

/** A real log of ../shared/data, beside the repository, or undefined where the folder is absent. */
export function sharedLog(name: string): string | undefined {
  const path = new URL(`../../../../shared/data/${name}`, import.meta.url).pathname;
  return existsSync(path) ? path : undefined;
}
