import { directoryOpen, fileOpen } from "browser-fs-access";
import { fetchPredictions, openPredictions } from "./predictions.ts";
import type { App } from "./app.ts";
import { droppedFiles, originOf, pickedFiles, type Picked } from "./dropped.ts";
import { fetchServerScene } from "./server-api.ts";
import { parseLink } from "./link.ts";

/** The system's file dialog; several files are those of one drive. Keeps the handle of a single one, for the recent list. */
export async function pickLog(app: App): Promise<void> {
  await unlessClosed(async () => {
    const files = await fileOpen({ description: "MCAP", extensions: [".mcap"], id: "sweepmark-log", multiple: true });
    await openPicked(app, { files: files.map((file) => ({ file, handle: file.handle })) });
  });
}

/** The system's folder dialog: the MCAP files of one drive. */
export async function pickFolder(app: App): Promise<void> {
  await unlessClosed(async () => {
    const found = await directoryOpen({ id: "sweepmark-log", mode: "read", recursive: false });
    const files = found.filter((file) => file instanceof File);
    await openPicked(app, pickedFiles(files));
  });
}

/** The system's file dialog, for tracks that a model made: they are shown beside the labels. */
export async function pickPredictions({ session }: App): Promise<void> {
  await unlessClosed(async () => {
    const extensions = [".json", ".csv", ".arrow"];
    const file = await fileOpen({ description: "Tracks", extensions, id: "sweepmark-predictions" });
    if (session) await openPredictions(session, file);
  });
}

/** What was dropped: a file, several of one drive, or a folder of them; while a log is open, tracks to compare with. */
export async function openDropped(app: App, transfer: DataTransfer): Promise<void> {
  const picked = await droppedFiles(transfer);
  const [first] = picked.files;
  if (app.session && picked.files.length === 1 && /\.(json|csv|arrow)$/i.test(first.file.name))
    await openPredictions(app.session, first.file);
  else await openPicked(app, picked);
}

async function openPicked(app: App, picked: Picked): Promise<void> {
  const origin = originOf(picked);
  if (origin) return await app.open(origin);
  const name = picked.folder ?? "";
  app.fail(name, {
    severity: "error",
    code: "no-files",
    message: name === "" ? "No MCAP file was given." : `${name} holds no .mcap file.`,
    hint: "Folders inside it are not looked into.",
  });
}

async function unlessClosed(pick: () => Promise<void>): Promise<void> {
  try {
    await pick();
  } catch (error) {
    // Closing the dialog is no failure.
    if ((error as { name?: string }).name !== "AbortError") throw error;
  }
}

/** Opens a log of the recent list again; the browser may ask the person for permission. */
export async function openHandle(app: App, handle: FileSystemFileHandle): Promise<void> {
  const asking = (
    handle as FileSystemFileHandle & {
      requestPermission?: (options: { mode: "read"; recursive: false }) => Promise<PermissionState>;
    }
  ).requestPermission?.({ mode: "read", recursive: false });
  if ((await asking) === "denied") return;
  try {
    await app.open({ kind: "file", file: await handle.getFile(), handle });
  } catch {
    app.fail(handle.name, {
      severity: "error",
      code: "not-found",
      message: `${handle.name} is not where it was.`,
      hint: "Labels are kept: open the file from its new place and they are there.",
    });
  }
}

/** What the page starts with: the server's log, a log named in the address, or the open screen. */
export async function boot(app: App): Promise<void> {
  const { src } = parseLink(location.search);
  const scene = await fetchServerScene();
  if (scene && (src === undefined || src === scene.logUrl)) {
    await app.open({ kind: "server", scene });
    if (scene.predictions !== undefined && app.session) await fetchPredictions(app.session, scene.predictions);
    return;
  }
  if (src !== undefined) {
    const name = decodeURIComponent(src.split("/").at(-1) ?? src);
    return await app.open({ kind: "url", url: src, name });
  }
  await app.refreshRecents();
  app.store.setState({ phase: { kind: "start" } });
}
