import { secondsBetween, type TimestampNs } from "@sweepmark/geometry";
import {
  describeIssues,
  keyframeId,
  LabelFileError,
  parseLabelFile,
  parseRecord,
  type Keyframe,
  type LabelRecord,
  type Ontology,
} from "@sweepmark/schema";
import { tableFromIPC } from "apache-arrow";
import { csvRows } from "./csv-rows.ts";

/** Tracks that somebody else made, of whatever file. */
export interface ReadTracks {
  /** Tracks with keyframes at the times of their rows; classes as the file calls them. */
  readonly records: readonly LabelRecord[];
  /** What the classes are; a table does not say it. */
  readonly ontology?: Ontology;
  /** The fixed space of the log that they were made for; CSV does not say it. */
  readonly worldName?: string;
  /** Rows that were left out, in words that name the place. */
  readonly faults: readonly string[];
}

/** A file that holds no tracks: what was found, and what was expected. */
export class TracksFileError extends Error {
  override readonly name = "TracksFileError";
}

/**
 * Reads `labels.json`, `tracks.csv` or `tracks.arrow`, as exports write them and other programs may (README rule 12).
 *
 * @throws TracksFileError
 */
export function readTracks(name: string, bytes: Uint8Array): ReadTracks {
  if (/\.json$/i.test(name)) return ofLabelFile(new TextDecoder().decode(bytes));
  if (/\.csv$/i.test(name)) return ofTable(csvTable(new TextDecoder().decode(bytes)));
  if (/\.arrow$/i.test(name)) return ofTable(arrowTable(bytes));
  throw new TracksFileError("expected a .json, .csv or .arrow file");
}

function ofLabelFile(text: string): ReadTracks {
  try {
    const { scene, ontology, records } = parseLabelFile(text);
    const { worldName } = scene;
    return { records, ontology, faults: [], ...(worldName !== undefined && { worldName }) };
  } catch (error) {
    if (error instanceof LabelFileError) throw new TracksFileError(error.message);
    throw error;
  }
}

interface ReadTable {
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** Undefined: there is no such column, or nothing in it. */
  cell(row: number, column: string): string | undefined;
  /** "line 7". */
  place(row: number): string;
  readonly worldName?: string;
}

function csvTable(text: string): ReadTable {
  const [columns = [], ...rows] = csvRows(text);
  const indices = new Map(columns.map((column, index) => [column, index]));
  return {
    columns,
    rowCount: rows.length,
    cell(row, column) {
      const value = rows[row][indices.get(column) ?? -1];
      // A text that a spreadsheet would take for a formula was written with a ' in front.
      return value === undefined || value === "" ? undefined : value.replace(/^'(?=[=+\-@\t\r])/, "");
    },
    place: (row) => `row ${row + 1}`,
  };
}

function arrowTable(bytes: Uint8Array): ReadTable {
  const table = (() => {
    try {
      return tableFromIPC(bytes);
    } catch (error) {
      throw new TracksFileError(`not an Arrow file: ${(error as Error).message}`);
    }
  })();
  const vectors = new Map(table.schema.fields.map(({ name }) => [name, table.getChild(name)]));
  const worldName = table.schema.metadata.get("world_name");
  return {
    columns: [...vectors.keys()],
    rowCount: table.numRows,
    cell(row, column) {
      const value: unknown = vectors.get(column)?.get(row);
      return value === null || value === undefined ? undefined : String(value as string | number | bigint);
    },
    place: (row) => `row ${row + 1}`,
    ...(worldName && { worldName }),
  };
}

const needed = [
  "timestamp_ns",
  "track_id",
  "class",
  "length",
  "width",
  "height",
  "world_x",
  "world_y",
  "world_z",
] as const;
const quaternion = ["world_qx", "world_qy", "world_qz", "world_qw"] as const;

function ofTable(table: ReadTable): ReadTracks {
  const has = (column: string): boolean => table.columns.includes(column);
  const missing = [...needed, ...(has("world_yaw") ? [] : quaternion)].filter((column) => !has(column));
  if (missing.length > 0) throw new TracksFileError(`no column ${missing.join(", ")}`);
  const turned = quaternion.every(has);
  const tracks = new Map<string, { readonly classId: string; readonly said: Map<TimestampNs, Keyframe> }>();
  const faults: string[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    const read = keyframeOf(table, row, turned);
    if (typeof read === "string") {
      faults.push(`${table.place(row)}: ${read}`);
      continue;
    }
    const track = tracks.get(read.trackId) ?? { classId: table.cell(row, "class") ?? "", said: new Map() };
    tracks.set(read.trackId, track);
    track.said.set(read.at, read);
  }
  const all = [...tracks.values()].flatMap(({ said }) => [...said.keys()]);
  const stamps = [...new Set(all)].toSorted(byTime);
  const nextStamp = new Map(stamps.map((at, i) => [at, stamps[i + 1]]));
  const records = [...tracks].flatMap(([id, { classId, said }]): LabelRecord[] => {
    const own = [...said.values()].toSorted((a, b) => byTime(a.at, b.at));
    const rigid = own.every(({ cuboid }) => String(cuboid?.size) === String(own[0].cuboid?.size));
    const track = { id, kind: "track", name: id, classId, rigid, static: false, attributes: {} } as const;
    return [track, ...withGaps(own, nextStamp)];
  });
  return { records, faults, ...(table.worldName !== undefined && { worldName: table.worldName }) };
}

const byTime = (a: TimestampNs, b: TimestampNs): number => secondsBetween(b, a);

/** Where the table has rows of others only, the track is absent: nobody said that it goes on. */
const withGaps = (
  own: readonly Keyframe[],
  nextStamp: ReadonlyMap<TimestampNs, TimestampNs | undefined>,
): readonly Keyframe[] =>
  own.flatMap((each, i) => {
    const next = nextStamp.get(each.at);
    if (next === undefined || own[i + 1]?.at === next) return [each];
    const { confidence: _, ...rest } = each;
    return [each, { ...rest, id: keyframeId(each.trackId, next), at: next, cuboid: null }];
  });

/** The keyframe of a row, or what is wrong with it. */
function keyframeOf(table: ReadTable, row: number, turned: boolean): Keyframe | string {
  const text = (column: string): string => table.cell(row, column) ?? "";
  const number = (column: string): number => {
    const cell = table.cell(row, column);
    return cell === undefined ? NaN : Number(cell);
  };
  const yawRad = number("world_yaw");
  const confidence = table.cell(row, "confidence");
  try {
    const keyframe = parseRecord({
      kind: "keyframe",
      id: "made of track and time below",
      trackId: text("track_id"),
      at: text("timestamp_ns"),
      cuboid: {
        center: ["world_x", "world_y", "world_z"].map(number),
        size: ["length", "width", "height"].map(number),
        rotation: turned ? quaternion.map(number) : [0, 0, Math.sin(yawRad / 2), Math.cos(yawRad / 2)],
      },
      attributes: {},
      source: "model",
      ...(confidence !== undefined && { confidence: Number(confidence) }),
    }) as Keyframe;
    return { ...keyframe, id: keyframeId(keyframe.trackId, keyframe.at) };
  } catch (error) {
    if ((error as Error).name !== "ZodError") throw error;
    return describeIssues(error as Parameters<typeof describeIssues>[0])[0];
  }
}
