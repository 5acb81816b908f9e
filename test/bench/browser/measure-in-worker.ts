import { launch, openPage } from "../../browser/support/launch.ts";
import { serveFolder } from "../../browser/support/static-server.ts";
import type { LogTraces } from "../cases.ts";
import type { Result } from "../measure.ts";
import { buildBenchPage } from "./build.ts";
import type { Plan } from "./plan.ts";

export interface WorkerLog {
  readonly path: string;
  readonly traces: LogTraces;
}

/** The cases of each log with all contenders in workers of one Chromium page, the log being a File that was chosen. */
export async function measureInWorker(
  logs: readonly WorkerLog[],
  { rounds, only }: Pick<Plan, "rounds" | "only">,
): Promise<readonly Result[]> {
  const host = await serveFolder(await buildBenchPage());
  const browser = await launch();
  const results: Result[] = [];
  try {
    for (const { path, traces } of logs) {
      const { page, complaints } = await openPage(browser, host.url);
      await page.locator("input").setInputFiles(path);
      const plan: Plan = { ...traces, rounds, only };
      page.setDefaultTimeout(0);
      results.push(...(await page.evaluate((given) => benchInWorker(given), plan)));
      if (complaints.length > 0) throw new Error(`the bench's page complained: ${complaints.join("; ")}`);
      await page.context().close();
      process.stderr.write(".");
    }
  } finally {
    await browser.close();
    await host.close();
  }
  return results;
}
