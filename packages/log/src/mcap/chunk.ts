import { crc32 } from "./checksum.ts";
import type { Limits } from "../limits.ts";
import { logError } from "../problem.ts";
import { checkChunk, decompress } from "./compression.ts";
import { Cursor, opcodes, parseChunk } from "./records.ts";

export interface DecodedChunk {
  readonly compression: string;
  readonly compressedBytes: bigint;
  readonly uncompressedBytes: bigint;
  /** The records inside. Borrows `bytes` where there is no compression. */
  readonly records: Uint8Array;
  /** Of the records; 0: not given. Not compared yet: {@link checkCrc}. */
  readonly crc: number;
}

/** Decompresses a whole chunk record, into bytes of `take` where it is compressed. */
export async function decodeChunk(
  bytes: Uint8Array,
  offset: bigint,
  limits: Limits,
  take?: (bytes: number) => Uint8Array,
): Promise<DecodedChunk> {
  const record = new Cursor(bytes, offset).record();
  if (record?.opcode !== opcodes.chunk) {
    throw logError("damaged-chunk", `There is no chunk at byte ${offset}, where the summary names one.`, { offset });
  }
  const { compression, crc, records, uncompressedBytes } = parseChunk(record.content);
  const compressedBytes = BigInt(records.length);
  checkChunk({ compression, compressedBytes, decodedBytes: uncompressedBytes, offset }, limits);
  const decoded = await decompress({ compression, bytes: records, decodedBytes: uncompressedBytes, offset }, take);
  return { compression, compressedBytes, uncompressedBytes, records: decoded, crc };
}

/** Throws where the chunk has a checksum, and another one than its records. Costs 0.55 ms a MiB. */
export function checkCrc({ crc, records }: Pick<DecodedChunk, "crc" | "records">, offset: bigint): void {
  if (crc === 0 || crc32(records) === crc) return;
  throw logError("damaged-chunk", `The checksum of the chunk at byte ${offset} does not fit its content.`, {
    offset,
    hint: "The file is damaged here; the rest of it is read.",
  });
}
