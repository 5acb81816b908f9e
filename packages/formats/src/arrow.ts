import type { SceneInfo } from "@sweepmark/schema";
import {
  Field,
  Float64,
  Int32,
  Int64,
  makeBuilder,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  type DataType,
} from "apache-arrow";
import type { Column, ColumnType, Table } from "./columns.ts";
import { lossesOf, newTally } from "./losses.ts";
import { writeTables, type TableFile } from "./tables.ts";
import type { Format, WrittenFile } from "./types.ts";

/**
 * tracks.arrow, lanes.arrow and boxes.arrow: Arrow IPC *file* format, one table each. Written uncompressed: apache-arrow 21.2 writes
 * the wrong length before compressed buffers. Text is Utf8, not dictionary: every reader has it.
 */
export const arrowFormat: Format = {
  id: "arrow",
  title: "Arrow IPC",
  extensions: [".arrow"],
  carries: ["cuboid", "lane", "attribute"],
  async write(scene, options = {}) {
    const tally = newTally();
    const files = await writeTables(scene, options, tally, (table) => arrowFile(table, scene.info));
    return { files, losses: lossesOf(scene, options, tally, 0) };
  },
};

/** Rows of a record batch: large enough that its header does not count, small enough to read a part of a file. */
const rowsPerBatch = 16_384;

const types: Readonly<Record<ColumnType, () => DataType>> = {
  int32: () => new Int32(),
  int64: () => new Int64(),
  metres: () => new Float64(),
  pixels: () => new Float64(),
  rotation: () => new Float64(),
  number: () => new Float64(),
  text: () => new Utf8(),
};

function arrowFile<Row>(table: Table<Row>, info: SceneInfo): TableFile<Row> {
  const schema = new Schema(table.columns.map(fieldOf), metadataOf(table, info));
  const writer = new RecordBatchFileWriter();
  writer.reset(undefined, schema);
  let builders = newBuilders(table);
  let length = 0;
  function flush(): void {
    const children = builders.map((builder) => builder.finish().flush());
    writer.write(
      new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })),
    );
    builders = newBuilders(table);
    length = 0;
  }
  return {
    add(rows: readonly Row[]): void {
      for (const row of rows) {
        for (const [index, column] of table.columns.entries()) builders[index].append(column.value(row));
        length += 1;
        if (length === rowsPerBatch) flush();
      }
    },
    finish(): WrittenFile {
      if (length > 0) flush();
      writer.finish();
      return { name: `${table.name}.arrow`, bytes: writer.toUint8Array(true) };
    },
  };
}

const newBuilders = <Row>({ columns }: Table<Row>) =>
  columns.map(({ type }) => makeBuilder({ type: types[type](), nullValues: [null] }));

function fieldOf<Row>({ name, type, nullable, unit, space, description }: Column<Row>): Field {
  const metadata = new Map(Object.entries({ ...(unit && { unit }), ...(space && { space }), description }));
  return new Field(name, types[type](), nullable === true, metadata);
}

function metadataOf<Row>(table: Table<Row>, info: SceneInfo): Map<string, string> {
  return new Map([
    ["format", table.format],
    ["version", String(table.version)],
    ["scene_digest", info.digest],
    ["log_name", info.logName],
    // Empty: the log has no ego motion, world is ego.
    ["world_name", info.worldName ?? ""],
    ["clock", info.clock ?? "stamps"],
    ["spaces", "world: fixed, x y z with z up; ego: x forward, y left, z up, at the frame's time"],
    ["units", "metres, radians, nanoseconds"],
  ]);
}
