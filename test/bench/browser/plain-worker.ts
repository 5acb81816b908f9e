import { expose, transfer } from "comlink";
import { prepareLz4 } from "../../../packages/log/src/mcap/lz4.ts";
import { prepareZstd } from "../../../packages/log/src/mcap/zstd.ts";
import { createPlainReader, type PlainReader, type PlainValue } from "../plain-reader.ts";
import { readableBlob } from "./readable-blob.ts";

let reader: PlainReader | undefined;

const plain = {
  async open(blob: Blob): Promise<void> {
    const [zstd, lz4] = [await prepareZstd(), await prepareLz4()];
    const fresh = (decode: typeof zstd) => (bytes: Uint8Array, size: bigint) => {
      const out = new Uint8Array(Number(size));
      decode(bytes, out);
      return out;
    };
    reader = await createPlainReader(readableBlob(blob), { zstd: fresh(zstd), lz4: fresh(lz4) });
  },

  /** Decodes what was logged from `from` up to `to` (exclusive), and moves each message's arrays to the page as it is made. */
  async frames(from: bigint, to: bigint, deliver: (value: PlainValue) => void): Promise<void> {
    if (!reader) throw new Error("not open");
    for await (const value of reader.values(from, to)) {
      // A picture's bytes are a part of its chunk, which stays.
      const own = value instanceof Uint8Array ? value.slice() : value;
      deliver(transfer(own, own instanceof Uint8Array ? [own.buffer] : own.map(({ buffer }) => buffer)));
    }
  },
};

export type PlainHost = typeof plain;

expose(plain);
