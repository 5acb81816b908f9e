import { fileOpen } from "browser-fs-access";
import type { App } from "./app.ts";
import { fetchServerScene } from "./server-api.ts";
import { parseLink } from "./link.ts";

/** The system's file dialog; keeps the handle where the browser gives one, for the recent list. */
export async function pickLog(app: App): Promise<void> {
  try {
    const file = await fileOpen({ description: "MCAP", extensions: [".mcap"], id: "sweepmark-log" });
    await app.open({ kind: "file", file, handle: file.handle });
  } catch (error) {
    // Closing the dialog is no failure.
    if ((error as { name?: string }).name !== "AbortError") throw error;
  }
}

/** The first file of a drop, with its handle where the browser gives one. */
export async function openDropped(app: App, transfer: DataTransfer): Promise<void> {
  const item = [...transfer.items].find(({ kind }) => kind === "file");
  const file = item?.getAsFile() ?? transfer.files[0];
  // The items die with the event: ask for the handle before anything is awaited.
  const asking = (
    item as (DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }) | undefined
  )?.getAsFileSystemHandle?.();
  const handle = await asking?.catch(() => null);
  if (file) {
    const fileHandle = handle?.kind === "file" ? (handle as FileSystemFileHandle) : undefined;
    await app.open({ kind: "file", file, handle: fileHandle });
  }
}

/** Opens a log of the recent list again; the browser may ask the person for permission. */
export async function openHandle(app: App, handle: FileSystemFileHandle): Promise<void> {
  const asking = (
    handle as FileSystemFileHandle & {
      requestPermission?: (options: { mode: "read" }) => Promise<PermissionState>;
    }
  ).requestPermission?.({ mode: "read" });
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
  if (scene && (src === undefined || src === scene.logUrl)) return await app.open({ kind: "server", scene });
  if (src !== undefined) {
    const name = decodeURIComponent(src.split("/").at(-1) ?? src);
    return await app.open({ kind: "url", url: src, name });
  }
  await app.refreshRecents();
  app.store.setState({ phase: { kind: "start" } });
}
