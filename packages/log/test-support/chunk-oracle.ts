import zstd from "@foxglove/wasm-zstd";
import { McapIndexedReader, McapStreamReader } from "@mcap/core";

/** A stretch of the file: from inclusive, to exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where things are in an MCAP file, by the reference library. */
export interface ChunkOracle {
  /** The chunk records in the file's order. */
  readonly chunks: readonly Range[];
  /** The message-index records of each chunk. */
  readonly indexes: readonly Range[];
  /** From the first summary record to the end of the file. */
  readonly summary: Range;
  /** Chunks that hold messages of the topic with these log times. */
  holding(topic: string, logTimes: readonly bigint[]): readonly number[];
  /** Log times of a topic, ascending. */
  timesOf(topic: string): readonly bigint[];
  /** Log times of a chunk's messages, ascending. */
  timesAt(chunk: number): readonly bigint[];
}

export async function chunkOracle(bytes: Uint8Array): Promise<ChunkOracle> {
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(bytes.length)),
      read: (offset, length) => Promise.resolve(bytes.slice(Number(offset), Number(offset + length))),
    },
  });
  const inOrder = reader.chunkIndexes.toSorted((a, b) => Number(a.chunkStartOffset - b.chunkStartOffset));
  const chunks = inOrder.map(({ chunkStartOffset, chunkLength }) => ({
    from: Number(chunkStartOffset),
    to: Number(chunkStartOffset + chunkLength),
  }));
  const places: { readonly topic: string; readonly logTime: bigint; readonly chunk: number }[] = [];
  await zstd.isLoaded;
  const decompressHandlers = { zstd: (part: Uint8Array, size: bigint) => zstd.decompress(part, Number(size)) };
  const stream = new McapStreamReader({ includeChunks: true, decompressHandlers });
  stream.append(bytes);
  let chunk = -1;
  for (let record = stream.nextRecord(); record; record = stream.nextRecord()) {
    if (record.type === "Chunk") chunk++;
    if (record.type !== "MessageIndex") continue;
    const topic = reader.channelsById.get(record.channelId)?.topic ?? "";
    for (const [logTime] of record.records) places.push({ topic, logTime, chunk });
  }
  places.sort((a, b) => Number(a.logTime - b.logTime));
  return {
    chunks,
    indexes: inOrder.map(({ messageIndexLength }, i) => ({
      from: chunks[i].to,
      to: chunks[i].to + Number(messageIndexLength),
    })),
    summary: { from: Number(reader.footer.summaryStart), to: bytes.length },
    holding: (topic, logTimes) =>
      [
        ...new Set(places.filter((p) => p.topic === topic && logTimes.includes(p.logTime)).map((p) => p.chunk)),
      ].toSorted((a, b) => a - b),
    timesOf: (topic) => places.filter((p) => p.topic === topic).map(({ logTime }) => logTime),
    timesAt: (at) => places.filter((p) => p.chunk === at).map(({ logTime }) => logTime),
  };
}
