import { openLog } from "@sweepmark/log";
import { labelFileToText } from "@sweepmark/schema";
import { simulate } from "@sweepmark/synthetic";
import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { beginAtomic, refuseOverwrite, writeAtomically } from "./atomic-write.ts";
import { openFileSource } from "./file-source.ts";
import { absolute, exitCodes, progress, type ExitCode, type Io } from "./io.ts";

export interface SimulateArgs {
  readonly output: string;
  readonly seed?: number;
  readonly seconds?: number;
  readonly beams?: number;
  readonly force?: true;
}

/** Writes a synthetic drive and, beside it, `<stem>.truth.json`: its labels as the simulator knows them. */
export async function simulateLog(io: Io, args: SimulateArgs): Promise<ExitCode> {
  const path = absolute(io, args.output);
  const truthPath = `${path.replace(/\.mcap$/i, "")}.truth.json`;
  await refuseOverwrite(path, args.force);
  await refuseOverwrite(truthPath, args.force);
  await mkdir(dirname(path), { recursive: true });
  const { seed, seconds, beams } = args;
  const bar = progress(io, "Simulating");
  const file = await beginAtomic(path);
  const { truth } = await simulate(
    {
      ...(seed !== undefined && { seed }),
      ...(seconds !== undefined && { seconds }),
      ...(beams !== undefined && { beams }),
    },
    { write: (bytes) => file.write(bytes) },
    { onProgress: bar.report, signal: io.signal },
  )
    .then(async (result) => {
      await file.commit();
      return result;
    })
    .finally(() => file.abandon());
  bar.end();
  // Only a reader of the finished log knows its digest.
  const digest = await digestOf(path);
  const scene = { ...truth.scene, digest, logName: basename(path) };
  await writeAtomically(truthPath, labelFileToText({ ...truth, scene }));
  io.out(`${path}\n${truthPath}\n`);
  return exitCodes.ok;
}

async function digestOf(path: string): Promise<string> {
  const source = await openFileSource(path);
  try {
    const reader = await openLog(source);
    await reader.close();
    return reader.info.digest;
  } finally {
    await source.close();
  }
}
