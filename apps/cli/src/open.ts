import { spawnSync } from "node:child_process";
import { access } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { absolute, CliError, exitCodes, type ExitCode, type Io } from "./io.ts";
import { reasonOf } from "./file-source.ts";
import { logPathsOf } from "./log-input.ts";
import { userDataDir } from "./server/label-home.ts";
import { listen } from "./server/listen.ts";

const workbenchDir = fileURLToPath(new URL("../../workbench/dist", import.meta.url));
const buildScript = fileURLToPath(new URL("../../../scripts/build.mjs", import.meta.url));

export interface OpenArgs {
  readonly labels?: string;
  /** Tracks of a model, shown beside the labels. */
  readonly predictions?: string;
  readonly port?: number;
  readonly browser: boolean;
}

/** Serves the workbench with one log until it is interrupted. */
export async function open(io: Io, logs: readonly string[], options: OpenArgs): Promise<ExitCode> {
  const { files, home, name } = await logPathsOf(io, logs);
  const logName = name ?? [...new Set([files[0], files[files.length - 1]].map((file) => basename(file)))].join(" … ");
  const predictionsPath = options.predictions === undefined ? undefined : absolute(io, options.predictions);
  if (predictionsPath !== undefined)
    await access(predictionsPath).catch((error: NodeJS.ErrnoException) => {
      throw new CliError(`${predictionsPath}: ${reasonOf(error)}`);
    });
  await buildWorkbench(io);
  const server = await listen(
    {
      logPath: home,
      logFiles: files,
      logName,
      workbenchDir,
      dataDir: userDataDir(io.env),
      ...(options.labels === undefined ? {} : { labelsDir: absolute(io, options.labels) }),
      ...(predictionsPath === undefined ? {} : { predictionsPath }),
      onPlace({ folder, writable, reason, notices }) {
        for (const notice of notices) io.err(`${notice}\n`);
        io.err(writable ? `Labels: ${folder.dir}\n` : `Labels cannot be saved. ${reason ?? ""}\n`);
      },
    },
    options.port,
  );
  io.out(`${logName} is open at ${server.url}\n`);
  io.err("Ctrl+C stops the server; labels are on disk as soon as the page says Saved.\n");
  if (options.browser && hasScreen(io)) await openBrowser(io, server.url);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.close();
  return exitCodes.ok;
}

/** Brings apps/workbench/dist up to date; the script says what it does, and does nothing when nothing changed. */
async function buildWorkbench(io: Io): Promise<void> {
  if (io.env.SWEEPMARK_WORKBENCH_BUILT === "1") return; // scripts/start.mjs has just done it.
  const { status } = spawnSync(process.execPath, [buildScript, "--quiet"], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new CliError("The workbench could not be built; see above.");
}

/** A browser is opened only where a person could see it. */
function hasScreen(io: Io): boolean {
  if (io.env.CI) return false;
  return process.platform !== "linux" || Boolean(io.env.DISPLAY ?? io.env.WAYLAND_DISPLAY);
}

async function openBrowser(io: Io, url: string): Promise<void> {
  try {
    const { default: openUrl } = await import("open");
    const child = await openUrl(url);
    child.once("error", () => io.err(`No browser could be opened; go to ${url}\n`));
  } catch {
    io.err(`No browser could be opened; go to ${url}\n`);
  }
}
