import { join } from "node:path";
import { build } from "vite";
import { cache, root } from "../../../scripts/steps.mjs";

/** Builds the bench's page as the workbench is built, into a folder of its own: it is no part of the product. */
export async function buildBenchPage(): Promise<string> {
  const folder = join(cache, "bench-page");
  await build({
    configFile: false,
    root: join(root, "test", "bench", "browser"),
    base: "./",
    logLevel: "warn",
    worker: { format: "es" },
    build: { outDir: folder, emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 1500 },
  });
  return folder;
}
