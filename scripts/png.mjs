// A PNG of at most 256 colours: screenshots with thousands of coloured points are three times smaller so.
import { crc32, deflateSync } from "node:zlib";

/**
 * @param {Uint8Array} rgba [width × height × 4]; alpha is ignored.
 * @returns {Buffer} an indexed PNG, colours by median cut (Heckbert 1982) over 5 bits a channel.
 */
export function encodeIndexedPng(rgba, width, height) {
  const { palette, indexOf } = medianCut(rgba, 256);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf(rgba, (y * width + x) * 4);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, indexed
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

const keyAt = (rgba, offset) => ((rgba[offset] >> 3) << 10) | ((rgba[offset + 1] >> 3) << 5) | (rgba[offset + 2] >> 3);

function medianCut(rgba, limit) {
  const counts = new Float64Array(1 << 15);
  const sums = new Float64Array(3 << 15);
  for (let offset = 0; offset < rgba.length; offset += 4) {
    const key = keyAt(rgba, offset);
    counts[key]++;
    for (let channel = 0; channel < 3; channel++) sums[key * 3 + channel] += rgba[offset + channel];
  }
  const keys = [...counts.keys()].filter((key) => counts[key] > 0);
  const mean = (key, channel) => sums[key * 3 + channel] / counts[key];
  // A colour counts by the root of its area: else the background would take the whole palette.
  const weight = (key) => Math.sqrt(counts[key]);
  const describe = (members) => {
    let widest = 0;
    let extent = -1;
    for (let channel = 0; channel < 3; channel++) {
      const values = members.map((key) => mean(key, channel));
      const range = Math.max(...values) - Math.min(...values);
      if (range > extent) [extent, widest] = [range, channel];
    }
    return { members, widest, worth: extent * members.reduce((sum, key) => sum + weight(key), 0) };
  };
  const boxes = [describe(keys)];
  while (boxes.length < limit) {
    boxes.sort((a, b) => b.worth - a.worth);
    const box = boxes[0];
    if (box.members.length < 2 || box.worth <= 0) break;
    const sorted = box.members.toSorted((a, b) => mean(a, box.widest) - mean(b, box.widest));
    const half = sorted.reduce((sum, key) => sum + weight(key), 0) / 2;
    let seen = 0;
    let cut = sorted.findIndex((key) => (seen += weight(key)) >= half) + 1;
    cut = Math.min(Math.max(cut, 1), sorted.length - 1);
    boxes.splice(0, 1, describe(sorted.slice(0, cut)), describe(sorted.slice(cut)));
  }
  const indices = new Uint8Array(1 << 15);
  const palette = boxes.map(({ members }, index) => {
    for (const key of members) indices[key] = index;
    const area = members.reduce((sum, key) => sum + counts[key], 0);
    return [0, 1, 2].map((channel) =>
      Math.round(members.reduce((sum, key) => sum + sums[key * 3 + channel], 0) / area),
    );
  });
  return { palette, indexOf: (pixels, offset) => indices[keyAt(pixels, offset)] };
}
