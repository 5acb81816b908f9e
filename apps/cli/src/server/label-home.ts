import { randomBytes } from "node:crypto";
import { cp, mkdir, readdir, stat, unlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { reasonOf } from "../file-source.ts";
import { journalName, openLabelFolder, sceneName, type LabelFolder } from "./label-folder.ts";

/** Where one scene's labels live, and what the person should know about it. */
export interface LabelPlace {
  readonly folder: LabelFolder;
  readonly writable: boolean;
  /** Why not writable. */
  readonly reason?: string;
  /** Sentences: labels found under another name, kept elsewhere, belonging to another log. */
  readonly notices: readonly string[];
}

export interface LabelHomeOptions {
  readonly logPath: string;
  /** `--labels DIR`: this folder and no other. */
  readonly labelsDir?: string;
  /** The user's data folder of Sweepmark. */
  readonly dataDir: string;
}

/** `<data folder of the user>/sweepmark`, by the habit of the system. */
export function userDataDir(env: Readonly<Record<string, string | undefined>>, platform = process.platform): string {
  const home = env.HOME ?? homedir();
  if (platform === "win32") return join(env.APPDATA ?? join(home, "AppData", "Roaming"), "sweepmark");
  if (platform === "darwin") return join(home, "Library", "Application Support", "sweepmark");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "sweepmark");
}

/**
 * Finds the label folder of a scene. The digest is the identity; names only say where to look first:
 * 1. `--labels DIR`, if given.
 * 2. `<log>.sweepmark` beside the log, when it is this scene's or does not exist yet.
 * 3. Any other `*.sweepmark` beside the log that is this scene's: the log was renamed.
 * 4. `<log>.<digest>.sweepmark` when the name of 2 belongs to another log: two logs' labels are never mixed.
 * 5. The user's data folder, when the place found above cannot be written; labels that are there are copied first.
 */
export async function findLabels(options: LabelHomeOptions, digest: string): Promise<LabelPlace> {
  if (options.labelsDir !== undefined) return chosenPlace(options.labelsDir, digest);
  const notices: string[] = [];
  const beside = await placeBeside(options.logPath, digest, notices);
  const obstacle = await writeObstacle(beside);
  const inData = join(options.dataDir, digest.replaceAll(/[^a-z0-9]+/g, "-"));
  const besideHasLabels = await exists(join(beside, journalName));
  const dataHasLabels = await exists(join(inData, journalName));
  if (obstacle === undefined && (besideHasLabels || !dataHasLabels)) {
    if (dataHasLabels) notices.push(`Labels of this log lie in ${inData} too; the ones in ${beside} are used.`);
    return { folder: openLabelFolder(beside), writable: true, notices };
  }
  const dataObstacle = await writeObstacle(inData);
  if (dataObstacle !== undefined) {
    const reason = `Neither ${beside} (${obstacle}) nor ${inData} (${dataObstacle}) can be written. Give a folder with --labels DIR.`;
    return { folder: openLabelFolder(beside), writable: false, reason, notices };
  }
  if (obstacle !== undefined)
    notices.push(
      `${beside} cannot be written (${obstacle}). Labels are kept in ${inData}; --labels DIR chooses another.`,
    );
  else notices.push(`Labels of this log are kept in ${inData}.`);
  if (besideHasLabels && !dataHasLabels) {
    await mkdir(inData, { recursive: true });
    for (const name of [journalName, sceneName])
      if (await exists(join(beside, name))) await cp(join(beside, name), join(inData, name));
    notices.push(`The labels in ${beside} were copied there first.`);
  }
  return { folder: openLabelFolder(inData), writable: true, notices };
}

/** Writes a folder's identity before its first line, so that a crash cannot leave labels that belong to nobody. */
export async function claimFolder(folder: LabelFolder, digest: string, logName: string): Promise<void> {
  if (await folder.scene().catch(() => undefined)) return;
  await folder.saveScene({ digest, logName, frames: [] });
}

async function chosenPlace(dir: string, digest: string): Promise<LabelPlace> {
  const folder = openLabelFolder(dir);
  const owner = await ownerOf(dir);
  if (owner !== undefined && owner !== digest) {
    const reason = `${dir} holds the labels of another log (${owner}); this log is ${digest}. Choose another folder.`;
    return { folder: emptyFolder(folder), writable: false, reason, notices: [] };
  }
  const obstacle = await writeObstacle(dir);
  if (obstacle === undefined) return { folder, writable: true, notices: [] };
  return { folder, writable: false, reason: `${dir} cannot be written: ${obstacle}`, notices: [] };
}

async function placeBeside(logPath: string, digest: string, notices: string[]): Promise<string> {
  const parent = dirname(logPath);
  const usual = `${logPath}.sweepmark`;
  const owner = await ownerOf(usual);
  const there = await exists(usual);
  if (there && owner === digest) return usual;
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((item) => item.endsWith(".sweepmark")).toSorted()) {
    const dir = join(parent, name);
    if (dir === usual || (await ownerOf(dir)) !== digest) continue;
    notices.push(`This log's labels were found in ${dir}.`);
    return dir;
  }
  // Without scene.json nobody claims the folder: it carries the log's name, so it is the log's.
  if (owner === undefined) return usual;
  const short = digest.replace(/^[a-z0-9]+:/, "").slice(0, 12);
  const other = join(parent, `${basename(logPath)}.${short}.sweepmark`);
  notices.push(
    `${usual} holds the labels of another log (${owner}); this log is ${digest}. Its labels go to ${other}.`,
  );
  return other;
}

/** Digest in the folder's scene.json; undefined where there is none that can be read. */
async function ownerOf(dir: string): Promise<string | undefined> {
  const scene = await openLabelFolder(dir)
    .scene()
    .catch(() => undefined);
  return scene?.digest || undefined;
}

/** Nothing of the other log's labels is shown. */
const emptyFolder = (folder: LabelFolder): LabelFolder => ({
  ...folder,
  openJournal: async () => ({ size: 0, stream: Readable.from([]) }),
  readJournal: async () => ({ transactions: [], problems: [] }),
  scene: async () => undefined,
});

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Why nothing can be written in `dir` (or made at its place), in words; undefined: it can. Tried by writing, since
 * permission bits say nothing about read-only file systems, quotas and the superuser.
 */
async function writeObstacle(dir: string): Promise<string | undefined> {
  let at = dir;
  try {
    for (;;) {
      const there = await stat(at).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (there && !there.isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
      if (there || at === dirname(at)) break;
      at = dirname(at);
    }
    const probe = join(at, `.sweepmark-probe-${randomBytes(4).toString("hex")}`);
    await writeFile(probe, "", { flag: "wx" });
    await unlink(probe);
    return undefined;
  } catch (error) {
    return reasonOf(error as NodeJS.ErrnoException).replace(/\.$/, "");
  }
}
