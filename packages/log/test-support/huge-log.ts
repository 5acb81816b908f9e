import { crc32 } from "@foxglove/crc";
import { pngHeader, second, start, transform, transforms, calibration, type TransformFacts } from "./drive.ts";
import { descriptorSet, encode, stamp, xyzi } from "./foxglove.ts";
import type { ByteSource } from "../src/types.ts";

/** Bytes as they are, or so many zeros: ten gigabytes of sensor data take no memory. */
export type Piece = Uint8Array | number;

export interface HugeOptions {
  readonly chunks: number;
  /** Points of a sweep, 16 bytes each, all at the origin. */
  readonly points: number;
  readonly imageBytes: number;
  readonly cameras: number;
}

/** About 4 MiB a chunk, ten chunks a second: 10 GB are 2500 of them. */
export const tenGigabytes: HugeOptions = { chunks: 2500, points: 110_000, imageBytes: 390_000, cameras: 6 };

const lengthOf = (piece: Piece): number => (typeof piece === "number" ? piece : piece.length);
const sizeOf = (pieces: readonly Piece[]): number => pieces.reduce<number>((sum, piece) => sum + lengthOf(piece), 0);

class Writer {
  readonly bytes: number[] = [];
  int(value: number | bigint, size: number): this {
    for (let rest = BigInt(value), i = 0; i < size; i++, rest >>= 8n) this.bytes.push(Number(rest & 255n));
    return this;
  }
  text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.int(bytes.length, 4).raw(bytes);
  }
  raw(bytes: Iterable<number>): this {
    this.bytes.push(...bytes);
    return this;
  }
  done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

const record = (opcode: number, content: readonly Piece[]): Piece[] => [
  new Writer().int(opcode, 1).int(sizeOf(content), 8).done(),
  ...content,
];

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

/** A protobuf message with a last field of `head` and zeros up to `length`. */
const withZeros = (
  message: Uint8Array,
  field: number,
  length: number,
  head: Uint8Array = new Uint8Array(0),
): Piece[] => [new Uint8Array([...message, (field << 3) | 2, ...varint(length), ...head]), length - head.length];

/**
 * A drive of any length: one sweep, one image a camera and five poses a chunk, no compression, with message indexes and
 * summary. The static transforms and calibrations are in the first chunk.
 */
export function hugeLog(options: HugeOptions): Piece[] {
  const cameras = Array.from({ length: options.cameras }, (_, i) => `cam_${i}`);
  const topics: [topic: string, type: string][] = [
    ["/tf_static", "FrameTransforms"],
    ["/tf", "FrameTransform"],
    ["/lidar/points", "PointCloud"],
    ...cameras.flatMap((camera): [string, string][] => [
      [`/${camera}/compressed`, "CompressedImage"],
      [`/${camera}/calibration`, "CameraCalibration"],
    ]),
  ];
  const types = [...new Set(topics.map(([, type]) => type))];
  const schemas = types.map((type, i) =>
    record(3, [
      new Writer()
        .int(i + 1, 2)
        .text(`foxglove.${type}`)
        .text("protobuf")
        .int(descriptorSet.length, 4)
        .raw(descriptorSet)
        .done(),
    ]),
  );
  const channels = topics.map(([topic, type], i) =>
    record(4, [
      new Writer()
        .int(i, 2)
        .int(types.indexOf(type) + 1, 2)
        .text(topic)
        .text("protobuf")
        .int(0, 4)
        .done(),
    ]),
  );
  const file: Piece[] = [];
  let offset = 0;
  const put = (pieces: readonly Piece[]): void => {
    file.push(...pieces);
    offset += sizeOf(pieces);
  };
  const magic = Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a);
  put([magic, ...record(1, [new Writer().text("").text("huge").done()])]);
  const counts = topics.map(() => 0);
  const chunkIndexes: Piece[][] = [];
  for (let chunk = 0; chunk < options.chunks; chunk++) {
    const at = start + (second / 10n) * BigInt(chunk);
    const data: Piece[] = chunk === 0 ? [...schemas.flat(), ...channels.flat()] : [];
    let size = sizeOf(data);
    const places = topics.map((): [bigint, number][] => []);
    const say = (topic: string, logTime: bigint, message: readonly Piece[]): void => {
      const id = topics.findIndex(([name]) => name === topic);
      places[id].push([logTime, size]);
      counts[id]++;
      const head = new Writer().int(id, 2).int(counts[id], 4).int(logTime, 8).int(logTime, 8).done();
      const pieces = record(5, [head, ...message]);
      data.push(...pieces);
      size += sizeOf(pieces);
    };
    if (chunk === 0) {
      const fixed: TransformFacts[] = ["lidar", ...cameras].map((child) => ({ at, parent: "base_link", child }));
      say("/tf_static", at, [transforms("/tf_static", at, fixed).data]);
      for (const camera of cameras)
        say(`/${camera}/calibration`, at, [
          calibration(`/${camera}/calibration`, at, { frame_id: camera, width: 1920, height: 1080 }).data,
        ]);
    }
    for (let i = 0n; i < 5n; i++) {
      const time = at + (i * second) / 50n;
      const x = Number(time - start) / 1e8;
      say("/tf", time, [
        transform("/tf", time, { at: time, parent: "map", child: "base_link", translation: [x, 0, 0] }).data,
      ]);
    }
    const cloud = encode("PointCloud", { timestamp: stamp(at), frame_id: "lidar", point_stride: 16, fields: xyzi });
    say("/lidar/points", at + 1n, withZeros(cloud, 6, options.points * 16));
    for (const camera of cameras) {
      const image = encode("CompressedImage", { timestamp: stamp(at), format: "png", frame_id: camera });
      say(`/${camera}/compressed`, at + 2n, withZeros(image, 2, options.imageBytes, pngHeader(1920, 1080)));
    }
    const startOffset = offset;
    const times = [at, at + (4n * second) / 50n];
    const head = new Writer().int(times[0], 8).int(times[1], 8).int(size, 8).int(0, 4).text("").int(size, 8).done();
    put(record(6, [head, ...data]));
    const indexAt = offset;
    const offsets = new Writer();
    places.forEach((list, id) => {
      if (list.length === 0) return;
      offsets.int(id, 2).int(offset, 8);
      const entries = new Writer().int(id, 2).int(list.length * 16, 4);
      for (const [time, place] of list) entries.int(time, 8).int(place, 8);
      put(record(7, [entries.done()]));
    });
    const chunkBytes = indexAt - startOffset;
    const entry = new Writer().int(times[0], 8).int(times[1], 8).int(startOffset, 8).int(chunkBytes, 8);
    entry
      .int(offsets.bytes.length, 4)
      .raw(offsets.bytes)
      .int(offset - indexAt, 8)
      .text("")
      .int(size, 8)
      .int(size, 8);
    chunkIndexes.push(record(8, [entry.done()]));
  }
  put(record(15, [new Writer().int(0, 4).done()]));
  const summaryStart = offset;
  const messages = counts.reduce((sum, n) => sum + n, 0);
  const statistics = new Writer().int(messages, 8).int(types.length, 2).int(topics.length, 4).int(0, 8);
  statistics
    .int(options.chunks, 4)
    .int(start, 8)
    .int(start + (second / 10n) * BigInt(options.chunks), 8);
  statistics.int(topics.length * 10, 4);
  counts.forEach((n, id) => statistics.int(id, 2).int(n, 8));
  const summary = [...schemas.flat(), ...channels.flat(), ...record(11, [statistics.done()]), ...chunkIndexes.flat()];
  put(summary);
  const footer = new Writer().int(2, 1).int(20, 8).int(summaryStart, 8).int(0, 8).done();
  const covered = [...summary, footer].map((piece) => (typeof piece === "number" ? new Uint8Array(piece) : piece));
  put([footer, new Writer().int(crc32(Buffer.concat(covered)), 4).done(), magic]);
  return file;
}

/** Pieces as a file that is made up where it is read. */
export function piecesSource(pieces: readonly Piece[], name: string): ByteSource & { readonly bytes: bigint } {
  const starts: number[] = [];
  let size = 0;
  for (const piece of pieces) {
    starts.push(size);
    size += lengthOf(piece);
  }
  return {
    name,
    bytes: BigInt(size),
    size: () => Promise.resolve(BigInt(size)),
    read(offset, length) {
      const [from, to] = [Number(offset), Number(offset + length)];
      if (from < 0 || to > size) return Promise.reject(new RangeError(`bytes ${from}–${to} of ${size}`));
      const out = new Uint8Array(to - from);
      for (let i = firstAfter(starts, from) - 1; i < pieces.length && starts[i] < to; i++) {
        const piece = pieces[i];
        if (typeof piece === "number") continue;
        const part = piece.subarray(Math.max(0, from - starts[i]), Math.max(0, Math.min(piece.length, to - starts[i])));
        out.set(part, Math.max(0, starts[i] - from));
      }
      return Promise.resolve(out);
    },
  };
}

function firstAfter(starts: readonly number[], value: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
