import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cliPath } from "../../../scripts/steps.mjs";

export interface ServedLog {
  /** Address of the workbench with the log open. */
  readonly url: string;
  /** The copy of the log, alone in a folder; `<log>.sweepmark` appears beside it. */
  readonly logPath: string;
  readonly labelsDir: string;
  /** What the server said to the person. */
  diagnostics(): string;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Ends the server and removes the folder. */
  close(): Promise<void>;
}

/** `sweepmark open` on a copy of a log in a folder of its own. Expects that the workbench is built. */
export async function serveLog(path: string): Promise<ServedLog> {
  const dir = await mkdtemp(join(tmpdir(), "sweepmark-browser-"));
  const logPath = join(dir, basename(path));
  await copyFile(path, logPath);
  let said = "";
  let child: ChildProcess | undefined;
  let url = "";

  const start = async (port?: string): Promise<void> => {
    const args = ["open", logPath, "--no-browser", ...(port === undefined ? [] : ["--port", port])];
    const started = spawn(process.execPath, [cliPath, ...args], {
      env: { ...process.env, CI: "1", SWEEPMARK_WORKBENCH_BUILT: "1", XDG_DATA_HOME: join(dir, "data") },
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
    logPath,
    labelsDir: `${logPath}.sweepmark`,
    diagnostics: () => said,
    kill,
    restart: async () => {
      await kill();
      await start(new URL(url).port);
    },
    close: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
