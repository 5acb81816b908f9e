import { boxesTable, boxRowsOf } from "./boxes.ts";
import type { Table } from "./columns.ts";
import { framesOf, withoutProgress } from "./frames.ts";
import { lanesTable, perFrameLaneRows } from "./lanes.ts";
import { tallyLanes, tallyTracks, type Tally } from "./losses.ts";
import { trackRowsOf, tracksTable } from "./tracks.ts";
import type { Scene, WriteOptions, WrittenFile } from "./types.ts";

/** A table being written. */
export interface TableFile<Row> {
  add(rows: readonly Row[]): void;
  finish(): WrittenFile;
}

/**
 * Writes the per-frame tables of a scene: tracks, lanes, and the boxes in its pictures where the log is at hand. Goes through the
 * frames once for what reads the log.
 */
export async function writeTables(
  scene: Scene,
  options: WriteOptions,
  tally: Tally,
  open: <Row>(table: Table<Row>) => TableFile<Row>,
): Promise<readonly WrittenFile[]> {
  const tracks = open(tracksTable);
  const boxes = scene.viewsAt && open(boxesTable);
  for await (const frame of framesOf(scene, options)) {
    const rows = await trackRowsOf(scene, frame);
    tallyTracks(tally, rows);
    tracks.add(rows);
    boxes?.add(await boxRowsOf(scene, frame));
  }
  const lanes = open(lanesTable);
  for await (const rows of perFrameLaneRows(scene, withoutProgress(options))) {
    tallyLanes(tally, rows);
    lanes.add(rows);
  }
  return [tracks.finish(), lanes.finish(), ...(boxes ? [boxes.finish()] : [])];
}
