import type { Origin } from "./workspace.ts";

/** What a person picked or dropped: files, and the folder that they lay in, if it was one folder. */
export interface Picked {
  readonly files: readonly { readonly file: File; readonly handle?: FileSystemFileHandle | undefined }[];
  readonly folder?: string | undefined;
}

const isLog = (name: string): boolean => /\.mcap$/i.test(name);

/** One file as it is, several as the files of one drive; undefined: nothing to open. */
export function originOf({ files, folder }: Picked): Origin | undefined {
  if (files.length === 0) return undefined;
  if (files.length === 1) return { kind: "file", ...files[0] };
  return { kind: "files", files: files.map(({ file }) => file), ...(folder === undefined ? {} : { name: folder }) };
}

type Handled = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };
type Listed = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> };

/**
 * The files of a drop. Of a folder its MCAP files, not those in folders below. A single file is taken whatever its name,
 * so that it can be said what is wrong with it; of several, those that are no MCAP are left.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<Picked> {
  // The items die with the event: everything is asked of them before anything is awaited.
  const asked = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item: Handled) => ({
      file: item.getAsFile(),
      handle: item.getAsFileSystemHandle?.().catch(() => null),
      entry: item.webkitGetAsEntry(),
    }));
  const files: { file: File; handle?: FileSystemFileHandle | undefined }[] = [];
  let folder: string | undefined;
  for (const { file, handle: asking, entry } of asked) {
    const handle = await asking;
    if (handle?.kind === "directory") {
      folder = handle.name;
      files.push(...(await filesOfHandle(handle as Listed)));
    } else if (!handle && entry?.isDirectory) {
      folder = entry.name;
      files.push(...(await filesOfEntry(entry as FileSystemDirectoryEntry)));
    } else if (file) files.push({ file, handle: (handle ?? undefined) as FileSystemFileHandle | undefined });
  }
  const logs = files.length > 1 ? files.filter(({ file }) => isLog(file.name)) : files;
  return { files: logs, ...(asked.length === 1 && folder !== undefined ? { folder } : {}) };
}

async function filesOfHandle(folder: Listed): Promise<Picked["files"]> {
  const files: { file: File; handle: FileSystemFileHandle }[] = [];
  for await (const entry of folder.values()) {
    if (entry.kind !== "file" || !isLog(entry.name)) continue;
    const handle = entry as FileSystemFileHandle;
    files.push({ file: await handle.getFile(), handle });
  }
  return files;
}

/** For browsers without handles. A reader gives its entries in pieces, and nothing at the end. */
async function filesOfEntry(folder: FileSystemDirectoryEntry): Promise<Picked["files"]> {
  const reader = folder.createReader();
  const files: { file: File }[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return files;
    for (const entry of entries.filter(({ isFile, name }) => isFile && isLog(name)))
      files.push({
        file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
      });
  }
}

/** What a folder dialog gives: all files in it; those that are logs, in the folder itself. */
export function pickedFiles(
  files: readonly (File & {
    readonly handle?: FileSystemFileHandle | undefined;
    readonly directoryHandle?: FileSystemDirectoryHandle | undefined;
  })[],
): Picked {
  const folder = files[0]?.directoryHandle?.name ?? files[0]?.webkitRelativePath.split("/")[0];
  return {
    files: files.filter(({ name }) => isLog(name)).map((file) => ({ file, handle: file.handle })),
    ...(folder ? { folder } : {}),
  };
}
