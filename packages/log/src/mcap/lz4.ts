/**
 * LZ4 frames (lz4 Frame format 1.6.1, Block format). In plain code, because @foxglove/wasm-lz4's CommonJS glue does not
 * bundle into a module worker and needs Node's Buffer; a 1.2 MB chunk takes a few milliseconds this way.
 * Checksums are skipped: MCAP's own CRC covers the same bytes.
 */
export function decodeLz4Frames(source: Uint8Array, decodedBytes: number): Uint8Array {
  const out = new Uint8Array(decodedBytes);
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  let written = 0;
  const need = (count: number): number => {
    if (count > source.length - at) throw new Error(`the LZ4 frame ends at byte ${source.length} of it, too early`);
    const start = at;
    at += count;
    return start;
  };
  while (at < source.length) {
    const word = view.getUint32(need(4), true);
    if ((word & 0xfffffff0) >>> 0 === 0x184d2a50) {
      need(view.getUint32(need(4), true)); // a skippable frame
      continue;
    }
    if (word !== 0x184d2204) throw new Error(`no LZ4 frame at byte ${at - 4} of the chunk`);
    const flags = source[need(1)];
    need(1);
    if (flags >> 6 !== 1) throw new Error(`LZ4 frame version ${flags >> 6}, expected 1`);
    if (flags & 0x08) need(8);
    if (flags & 0x01) need(4);
    need(1);
    // Blocks that depend on each other may look back into the frame's earlier output, never before it.
    const frameStart = written;
    for (;;) {
      const head = view.getUint32(need(4), true);
      if (head === 0) break;
      const size = head & 0x7fffffff;
      const start = need(size);
      if (head >>> 31) {
        if (size > out.length - written) throw new Error("the LZ4 frame is longer than declared");
        out.set(source.subarray(start, start + size), written);
        written += size;
      } else {
        const floor = flags & 0x20 ? written : frameStart;
        written = decodeBlock({ source, at: start, end: start + size }, out, written, floor);
      }
      if (flags & 0x10) need(4);
    }
    if (flags & 0x04) need(4);
  }
  if (written !== decodedBytes) throw new Error(`LZ4 gave ${written} bytes, ${decodedBytes} were declared`);
  return out;
}

interface Block {
  readonly source: Uint8Array;
  readonly at: number;
  readonly end: number;
}

/** Returns the new end of the output. Matches may not start before `floor`. */
function decodeBlock({ source, at, end }: Block, out: Uint8Array, written: number, floor: number): number {
  const length = (start: number): number => {
    let sum = start;
    if (start === 15) {
      for (let byte = 255; byte === 255; sum += byte) {
        if (at >= end) throw new Error("an LZ4 length is cut off");
        byte = source[at++];
      }
    }
    return sum;
  };
  while (at < end) {
    const token = source[at++];
    const literals = length(token >> 4);
    if (literals > end - at || literals > out.length - written) throw new Error("LZ4 literals leave the block");
    // Short runs are by far the most: a loop beats set() below about 32 bytes.
    if (literals > 32) {
      out.set(source.subarray(at, at + literals), written);
      at += literals;
      written += literals;
    } else {
      for (const stop = at + literals; at < stop;) out[written++] = source[at++];
    }
    if (at === end) break;
    if (end - at < 2) throw new Error("an LZ4 match is cut off");
    const distance = source[at] | (source[at + 1] << 8);
    at += 2;
    const match = length(token & 15) + 4;
    let from = written - distance;
    if (distance === 0 || from < floor) throw new Error("an LZ4 match starts before the data");
    if (match > out.length - written) throw new Error("an LZ4 match is longer than declared");
    if (distance >= match && match > 32) {
      out.copyWithin(written, from, from + match);
      written += match;
    } else {
      for (const stop = written + match; written < stop;) out[written++] = out[from++];
    }
  }
  return written;
}
