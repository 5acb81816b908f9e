/** Places of a log that mean something: what a structure-aware mutation changes. */
export interface Sites {
  /** Whole records: top level, and inside chunks that are not compressed. */
  readonly records: readonly { readonly from: number; readonly to: number }[];
  /** Little-endian integers: record lengths, sizes, offsets, counts, ids, times. */
  readonly integers: readonly { readonly at: number; readonly bytes: 1 | 2 | 4 | 8 }[];
  /** What messages and schemas hold. */
  readonly payloads: readonly { readonly from: number; readonly to: number }[];
}

/** Widths of the fields at the start of a record, by opcode (https://mcap.dev/spec); "text" is a length and its bytes. */
const layouts: Readonly<Record<number, readonly (2 | 4 | 8 | "text")[]>> = {
  0x01: ["text", "text"],
  0x02: [8, 8, 4],
  0x03: [2, "text", "text", "text"],
  0x04: [2, 2, "text", "text", 4],
  0x05: [2, 4, 8, 8],
  0x06: [8, 8, 8, 4, "text", 8],
  0x07: [2, 4, 8, 8, 8, 8],
  0x08: [8, 8, 8, 8, 4, 2, 8, 2, 8],
  0x0b: [8, 2, 4, 4, 4, 4, 8, 8, 4, 2, 8, 2, 8],
  0x0e: [1 as never, 8, 8],
  0x0f: [4],
};

export function sitesOf(log: Uint8Array): Sites {
  const sites = { records: [], integers: [], payloads: [] } as {
    records: { from: number; to: number }[];
    integers: { at: number; bytes: 1 | 2 | 4 | 8 }[];
    payloads: { from: number; to: number }[];
  };
  walk(log, 8, log.length - 8, sites);
  return sites;
}

function walk(log: Uint8Array, from: number, end: number, sites: { [K in keyof Sites]: Sites[K][number][] }): void {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  for (let at = from; at + 9 <= end;) {
    const opcode = log[at];
    const to = at + 9 + Number(view.getBigUint64(at + 1, true));
    if (to > end) return;
    sites.records.push({ from: at, to });
    sites.integers.push({ at, bytes: 1 }, { at: at + 1, bytes: 8 });
    let field = at + 9;
    for (const width of layouts[opcode] ?? []) {
      if (field >= to) break;
      if (width === "text") {
        sites.integers.push({ at: field, bytes: 4 });
        field += 4 + view.getUint32(field, true);
      } else {
        sites.integers.push({ at: field, bytes: width });
        field += width;
      }
    }
    if (opcode === 0x05) sites.payloads.push({ from: at + 9 + 22, to });
    if (opcode === 0x03) sites.payloads.push({ from: at + 11, to });
    if (opcode === 0x06 && view.getUint32(at + 9 + 28, true) === 0) walk(log, field, to, sites);
    at = to;
  }
}

/** Without its checksums: what is changed then reaches the code behind them. */
export function withoutChecksums(log: Uint8Array): Uint8Array {
  const bytes = log.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 9 <= bytes.length - 8; at += 9 + Number(view.getBigUint64(at + 1, true))) {
    if (bytes[at] === 0x06) view.setUint32(at + 9 + 24, 0, true);
    if (bytes[at] === 0x02) view.setUint32(at + 9 + 16, 0, true);
  }
  return bytes;
}
