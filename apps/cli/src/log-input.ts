import { LogError, openLog, type LogReader, type OpenOptions } from "@sweepmark/log";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { openFileSource, reasonOf, type FileSource } from "./file-source.ts";
import { absolute, CliError, exitCodes, type Io } from "./io.ts";
import { folderScanStore, userCacheDir } from "./scan-store.ts";

/** The files of one log, as they were named on the command line. */
export interface LogPaths {
  /** Absolute, in the order of their names. */
  readonly files: readonly string[];
  /** Beside it lie the labels: the file; of several, the first by name; the folder, where one was named. */
  readonly home: string;
  /** Of a folder; files have their own. */
  readonly name?: string;
}

/**
 * One MCAP file, several of one drive, or a folder of them (its `*.mcap`, not those in folders below).
 *
 * @throws CliError when something is not there, or a folder holds no MCAP file.
 */
export async function logPathsOf(io: Io, named: readonly string[]): Promise<LogPaths> {
  const files: string[] = [];
  let folder: string | undefined;
  for (const path of named.map((name) => absolute(io, name))) {
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new CliError(`${path}: ${reasonOf(error)}`);
    });
    if (!there.isDirectory()) {
      if (!there.isFile()) throw new CliError(`${path}: not a file.`);
      files.push(path);
      continue;
    }
    const inside = await mcapFilesIn(path);
    if (inside.length === 0) throw new CliError(`${path}: no .mcap file in this folder.`);
    if (named.length === 1) folder = path;
    files.push(...inside);
  }
  const sorted = [...new Set(files)].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  // A folder of one file is that file: its labels are the same ones.
  if (folder !== undefined && sorted.length > 1) return { files: sorted, home: folder, name: basename(folder) };
  return { files: sorted, home: sorted[0] };
}

export async function mcapFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => /\.mcap$/i.test(entry.name) && !entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}

export interface OpenedLog {
  readonly reader: LogReader;
  /** Of the reader and its files. */
  close(): Promise<void>;
}

/**
 * Opens the files as one log. A lidar or world that it does not have is a bad argument; the message names those it has.
 *
 * @throws CliError, LogError.
 */
export async function openLogFiles(io: Io, { files, name }: LogPaths, options: OpenOptions = {}): Promise<OpenedLog> {
  const sources: FileSource[] = [];
  const closeFiles = async (): Promise<void> => {
    for (const source of sources) await source.close();
  };
  try {
    for (const file of files) sources.push(await openFileSource(file));
    const scanStore = folderScanStore(userCacheDir(io.env));
    const reader = await openLog(sources, {
      signal: io.signal,
      scanStore,
      ...(name === undefined ? {} : { name }),
      ...options,
    });
    // The library opens such a log with its own world.
    const noWorld = reader.info.problems.find(({ code }) => code === "no-such-world");
    if (noWorld) {
      await reader.close();
      throw new CliError(noWorld.message, exitCodes.badArguments);
    }
    return {
      reader,
      async close() {
        await reader.close();
        await closeFiles();
      },
    };
  } catch (error) {
    await closeFiles();
    if (error instanceof LogError && error.problem.code === "no-such-lidar")
      throw new CliError(error.message, exitCodes.badArguments);
    throw error;
  }
}
