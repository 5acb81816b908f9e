import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import type { ByteSource } from "@sweepmark/log";

export interface Read {
  readonly offset: number;
  readonly length: number;
}

/** A log on disk. Its reads are plain preads, for all contenders the same, and are written down. */
export interface BenchFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Into `into`, or into fresh bytes. */
  pread(read: Read, into?: Uint8Array): Uint8Array;
  readonly source: ByteSource;
  /** The reads by `source` since the last call. */
  takeReads(): readonly Read[];
  close(): void;
}

export function openBenchFile(path: string): BenchFile {
  const descriptor = openSync(path, "r");
  const sizeBytes = fstatSync(descriptor).size;
  let reads: Read[] = [];
  const pread = ({ offset, length }: Read, into?: Uint8Array): Uint8Array => {
    const bytes = into ?? new Uint8Array(length);
    const got = readSync(descriptor, bytes, 0, length, offset);
    if (got !== length) throw new Error(`${path}: ${got} of ${length} bytes at ${offset}`);
    return bytes;
  };
  return {
    path,
    name: basename(path),
    sizeBytes,
    pread,
    source: {
      name: basename(path),
      size: () => Promise.resolve(BigInt(sizeBytes)),
      read(offset, length, _signal, take) {
        const read = { offset: Number(offset), length: Number(length) };
        reads.push(read);
        return Promise.resolve(pread(read, take?.(read.length)));
      },
    },
    takeReads() {
      const taken = reads;
      reads = [];
      return taken;
    },
    close: () => closeSync(descriptor),
  };
}
