import type { Cell, Column, Table } from "./columns.ts";
import { lossesOf, newTally } from "./losses.ts";
import { decimalText } from "./numbers.ts";
import { writeTables, type TableFile } from "./tables.ts";
import type { Format } from "./types.ts";

/** tracks.csv, lanes.csv and boxes.csv: RFC 4180 (CRLF, a header line, quotes where needed), UTF-8 without a byte order mark. */
export const csvFormat: Format = {
  id: "csv",
  title: "CSV",
  extensions: [".csv"],
  carries: ["cuboid", "lane", "attribute"],
  async write(scene, options = {}) {
    const escaped = { count: 0 };
    const tally = newTally();
    const files = await writeTables(scene, options, tally, (table) => csvFile(table, escaped));
    return { files, losses: lossesOf(scene, options, tally, escaped.count) };
  },
};

function csvFile<Row>({ name, columns }: Table<Row>, escaped: { count: number }): TableFile<Row> {
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
    finish: () => ({ name: `${name}.csv`, bytes: concatenated(pieces) }),
  };
}

const decimals = { metres: 9, pixels: 4, rotation: 12 } as const;

function cellText<Row>({ type }: Column<Row>, cell: Cell, escaped: { count: number }): string {
  if (cell === null) return "";
  if (typeof cell === "number")
    return type in decimals ? decimalText(cell, decimals[type as keyof typeof decimals]) : String(cell);
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
