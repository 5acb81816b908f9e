import type { Cell, Column, Table } from "./columns.ts";
import { withoutProgress } from "./frames.ts";
import { lanesTable, perFrameLaneRows } from "./lanes.ts";
import { lossesOf, newTally, tallyLanes, tallyTracks } from "./losses.ts";
import { decimalText } from "./numbers.ts";
import { perFrameRows, tracksTable } from "./tracks.ts";
import type { Format, WrittenFile } from "./types.ts";

/** tracks.csv and lanes.csv: RFC 4180 (CRLF, a header line, quotes where needed), UTF-8 without a byte order mark. */
export const csvFormat: Format = {
  id: "csv",
  title: "CSV",
  extensions: [".csv"],
  carries: ["cuboid", "lane", "attribute"],
  async write(scene, options = {}) {
    const tally = newTally();
    const escaped = { count: 0 };
    const tracks = csvFile(tracksTable, escaped);
    for await (const rows of perFrameRows(scene, options)) {
      tallyTracks(tally, rows);
      tracks.add(rows);
    }
    const lanes = csvFile(lanesTable, escaped);
    for await (const rows of perFrameLaneRows(scene, withoutProgress(options))) {
      tallyLanes(tally, rows);
      lanes.add(rows);
    }
    return { files: [tracks.finish(), lanes.finish()], losses: lossesOf(scene, options, tally, escaped.count) };
  },
};

function csvFile<Row>({ name, columns }: Table<Row>, escaped: { count: number }) {
  const encoder = new TextEncoder();
  const pieces = [encoder.encode(`${columns.map((column) => column.name).join(",")}\r\n`)];
  return {
    add(rows: readonly Row[]): void {
      if (rows.length === 0) return;
      const lines = rows.map(
        (row) => `${columns.map((column) => cellText(column, column.value(row), escaped)).join(",")}\r\n`,
      );
      pieces.push(encoder.encode(lines.join("")));
    },
    finish: (): WrittenFile => ({ name: `${name}.csv`, bytes: concatenated(pieces) }),
  };
}

const decimals = { metres: 9, rotation: 12 } as const;

function cellText<Row>({ type }: Column<Row>, cell: Cell, escaped: { count: number }): string {
  if (cell === null) return "";
  if (typeof cell === "number")
    return type === "metres" || type === "rotation" ? decimalText(cell, decimals[type]) : String(cell);
  if (typeof cell === "bigint") return String(cell);
  return quoted(harmless(cell, escaped));
}

/** A spreadsheet takes a cell that starts so for a formula, which can call out: text from people gets a ' in front. */
function harmless(text: string, escaped: { count: number }): string {
  if (!/^[=+\-@\t\r]/.test(text)) return text;
  escaped.count += 1;
  return `'${text}`;
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
