/** A plain greedy LZ4 compressor for tests: one frame, one independent block a 64 KiB. */
export function compressLz4Frame(bytes: Uint8Array): Uint8Array {
  const out: number[] = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
  const u32 = (n: number): void => {
    out.push(n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255);
  };
  for (let start = 0; start < bytes.length; start += 65_536) {
    const block = bytes.subarray(start, start + 65_536);
    const packed = compressBlock(block);
    if (packed.length < block.length) {
      u32(packed.length);
      for (const byte of packed) out.push(byte);
    } else {
      u32((block.length | 0x80000000) >>> 0);
      for (const byte of block) out.push(byte);
    }
  }
  u32(0);
  return Uint8Array.from(out);
}

function compressBlock(bytes: Uint8Array): number[] {
  const out: number[] = [];
  const seen = new Map<number, number>();
  const word = (at: number): number => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  const more = (rest: number): void => {
    for (; rest >= 255; rest -= 255) out.push(255);
    out.push(rest);
  };
  let anchor = 0;
  const emit = (literals: number, distance: number, match: number): void => {
    out.push((Math.min(literals, 15) << 4) | (distance ? Math.min(match - 4, 15) : 0));
    if (literals >= 15) more(literals - 15);
    for (let i = 0; i < literals; i++) out.push(bytes[anchor + i]);
    if (!distance) return;
    out.push(distance & 255, distance >> 8);
    if (match - 4 >= 15) more(match - 4 - 15);
  };
  // The block format keeps its last 5 bytes as literals and starts no match in the last 12.
  for (let at = 0; at + 12 < bytes.length;) {
    const before = seen.get(word(at));
    seen.set(word(at), at);
    if (before === undefined || at - before > 65_535) {
      at++;
      continue;
    }
    let match = 4;
    while (at + match < bytes.length - 5 && bytes[before + match] === bytes[at + match]) match++;
    emit(at - anchor, at - before, match);
    at += match;
    anchor = at;
  }
  emit(bytes.length - anchor, 0, 0);
  return out;
}
