import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cliPath } from "../../../scripts/steps.mjs";

export interface ServedLog {
  /** Address of the workbench with the log open. */
  readonly url: string;
  /** The copy of the log, alone in a folder; `<log>.sweepmark` appears beside it. */
  readonly logPath: string;
  /** Where labels go at first: beside the log under its first name. */
  readonly labelsDir: string;
  /** The user's data folder as the server has it. */
  readonly dataDir: string;
  /** What the server said to the person. */
  diagnostics(): string;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** Starts it again on the same port; after renaming the log, or with other arguments, if so wished. */
  restart(changes?: { readonly name?: string; readonly args?: readonly string[] }): Promise<void>;
  /** Ends the server and removes the folder. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** More arguments of `sweepmark open`. */
  readonly args?: readonly string[];
  /** Done to the folder before the server starts. */
  readonly prepare?: (place: { readonly logPath: string; readonly dataDir: string }) => Promise<void>;
}

/** `sweepmark open` on a copy of a log in a folder of its own. Expects that the workbench is built. */
export async function serveLog(path: string, options: ServeOptions = {}): Promise<ServedLog> {
  const dir = await mkdtemp(join(tmpdir(), "sweepmark-browser-"));
  const dataDir = join(dir, "data");
  let logPath = join(dir, basename(path));
  const labelsDir = `${logPath}.sweepmark`;
  let more = options.args ?? [];
  await copyFile(path, logPath);
  await options.prepare?.({ logPath, dataDir });
  let said = "";
  let child: ChildProcess | undefined;
  let url = "";

  const start = async (port?: string): Promise<void> => {
    const args = ["open", logPath, "--no-browser", ...more, ...(port === undefined ? [] : ["--port", port])];
    const started = spawn(process.execPath, [cliPath, ...args], {
      env: { ...process.env, CI: "1", SWEEPMARK_WORKBENCH_BUILT: "1", XDG_DATA_HOME: dataDir },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    started.stderr.on("data", (data: Buffer) => (said += data.toString()));
    url = await new Promise<string>((resolve, reject) => {
      let out = "";
      started.on("exit", (code) => reject(new Error(`sweepmark open ended with ${code}: ${said}`)));
      started.stdout.on("data", (data: Buffer) => {
        out += data.toString();
        const found = /http:\/\/\S+/.exec(out);
        if (found) resolve(found[0]);
      });
    });
  };

  const kill = async (): Promise<void> => {
    const dying = child;
    child = undefined;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    dying.kill("SIGKILL");
    await once(dying, "exit");
  };

  await start();
  return {
    get url() {
      return url;
    },
    get logPath() {
      return logPath;
    },
    labelsDir,
    dataDir,
    diagnostics: () => said,
    kill,
    restart: async ({ name, args } = {}) => {
      await kill();
      if (args) more = args;
      if (name !== undefined) {
        const renamed = join(dir, name);
        await rename(logPath, renamed);
        logPath = renamed;
      }
      await start(new URL(url).port);
    },
    close: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
