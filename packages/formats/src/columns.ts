import type { TimestampNs } from "@sweepmark/geometry";

/** One column of a table, for CSV and Arrow alike. */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit?: "m" | "rad" | "ns" | "px";
  /** Which space the value is in. */
  readonly space?: "world" | "ego";
  readonly description: string;
  readonly nullable?: true;
  readonly value: (row: Row) => Cell;
}

/**
 * - `metres`, `pixels`, `rotation`, `number`: float64. CSV writes 9 decimals of metres (1 nm), 4 of pixels, 12 of rotations,
 *   and a number in its shortest exact form.
 * - `text`: may come from people.
 */
export type ColumnType = "int32" | "int64" | "metres" | "pixels" | "rotation" | "number" | "text";

/** null: not known. */
export type Cell = number | bigint | string | null;

export interface Table<Row> {
  /** File name without extension. */
  readonly name: string;
  /** Identity of the table's shape in the Arrow schema. */
  readonly format: string;
  readonly version: number;
  readonly columns: readonly Column<Row>[];
}

/** What every per-frame table begins with. */
export const frameColumns: readonly Column<{ readonly frameIndex: number; readonly at: TimestampNs }>[] = [
  {
    name: "frame_index",
    type: "int32",
    description: "index of the frame in the log",
    value: (row) => row.frameIndex,
  },
  {
    name: "timestamp_ns",
    type: "int64",
    unit: "ns",
    description: "header stamp of the frame's reference sweep",
    value: (row) => row.at,
  },
];

/** Which object a row is of. */
export const objectColumns: readonly Column<{
  readonly trackId: string;
  readonly trackName: string;
  readonly classId: string;
}>[] = [
  { name: "track_id", type: "text", description: "identity of the track", value: (row) => row.trackId },
  { name: "track_name", type: "text", description: "what people call the track", value: (row) => row.trackName },
  { name: "class", type: "text", description: "class id of the ontology", value: (row) => row.classId },
];

/** `world_x`, `world_y`, `world_z` … from one description. */
export function columnsOf<Row>(
  names: readonly string[],
  rest: Omit<Column<Row>, "name" | "value">,
  values: (row: Row) => readonly number[],
): readonly Column<Row>[] {
  return names.map((name, index) => ({ ...rest, name, value: (row) => values(row)[index] }));
}
