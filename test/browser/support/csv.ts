export type Row = Readonly<Record<string, string>>;

/** RFC 4180 with a header, small and strict: what the tests read is what another program would. */
export function parseCsv(text: string): Row[] {
  const [header, ...lines] = recordsOf(text);
  return lines.map((cells) => {
    if (cells.length !== header.length) throw new Error(`${cells.length} cells under ${header.length} heads`);
    return Object.fromEntries(header.map((name, i) => [name, cells[i]]));
  });
}

function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/gy;
  let record: string[] = [];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (!match) throw new Error(`not CSV at character ${cell.lastIndex}`);
    record.push(match[1].startsWith('"') ? match[1].slice(1, -1).replaceAll('""', '"') : match[1]);
    if (match[2] === ",") continue;
    records.push(record);
    record = [];
  }
  return records;
}

/** The one row with these cells. */
export function rowOf(rows: readonly Row[], cells: Row): Row {
  const found = rows.filter((row) => Object.entries(cells).every(([name, value]) => row[name] === value));
  if (found.length !== 1) throw new Error(`${found.length} rows with ${JSON.stringify(cells)}`);
  return found[0];
}
