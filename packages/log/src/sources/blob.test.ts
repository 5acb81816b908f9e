import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobSource } from "./blob.ts";

const content = Uint8Array.from({ length: 1_500_000 }, (_, i) => (i * 2654435761) >>> 24);

/** Counts the ways in which the blob is read. */
function counted() {
  const state = { slices: 0, streams: 0, cancelled: 0 };
  const blob = new Blob([content]);
  const slice = blob.slice.bind(blob);
  blob.slice = (from?: number, to?: number) => {
    const part = slice(from, to);
    const [arrayBuffer, stream] = [part.arrayBuffer.bind(part), part.stream.bind(part)];
    part.arrayBuffer = () => {
      state.slices++;
      return arrayBuffer();
    };
    part.stream = () => {
      state.streams++;
      const made = stream();
      const getReader = made.getReader.bind(made) as (options: { mode: "byob" }) => ReadableStreamBYOBReader;
      made.getReader = ((options: { mode: "byob" }) => {
        const reader = getReader(options);
        const cancel = reader.cancel.bind(reader);
        reader.cancel = (reason) => {
          state.cancelled++;
          return cancel(reason);
        };
        return reader;
      }) as typeof made.getReader;
      return made;
    };
    return part;
  };
  return { source: blobSource(blob, "drive.mcap"), state };
}

const chunk = 70_000;

/** Quickly. */
const expectSame = (a: Uint8Array, b: Uint8Array): void => expect(Buffer.compare(a, b)).toBe(0);

describe("rule 30: a file is read in order by one stream", () => {
  it("from the third chunk on, over the message indexes between them; a jump ends it", async () => {
    const { source, state } = counted();
    const read = async (offset: number): Promise<void> =>
      expectSame(await source.read(BigInt(offset), BigInt(chunk)), content.subarray(offset, offset + chunk));
    for (let i = 0; i < 6; i++) await read(i * (chunk + 300));
    expect(state).toEqual({ slices: 2, streams: 1, cancelled: 0 });
    await read(1_000_000);
    expect(state).toEqual({ slices: 3, streams: 1, cancelled: 1 });
    await read(0);
    expect(state).toEqual({ slices: 4, streams: 1, cancelled: 1 });
  });

  it("into memory that is there; beside it small reads, and reads while it is busy, are slices", async () => {
    const { source, state } = counted();
    const own = new Uint8Array(chunk);
    for (let i = 0; i < 2; i++) await source.read(BigInt(i * chunk), BigInt(chunk));
    const [into, small, other] = await Promise.all([
      source.read(BigInt(2 * chunk), BigInt(chunk), undefined, () => own),
      source.read(5n, 10n),
      source.read(BigInt(3 * chunk), BigInt(chunk)),
    ]);
    expect(into).toBe(own);
    expectSame(own, content.subarray(2 * chunk, 3 * chunk));
    expect(small).toEqual(content.slice(5, 15));
    expectSame(other, content.subarray(3 * chunk, 4 * chunk));
    expect(state).toEqual({ slices: 4, streams: 1, cancelled: 0 });
  });

  it("an abort ends the stream at once, and the next read is as good as any", async () => {
    const { source, state } = counted();
    for (let i = 0; i < 3; i++) await source.read(BigInt(i * chunk), BigInt(chunk));
    const abort = new AbortController();
    const left = source.read(BigInt(3 * chunk), BigInt(chunk), abort.signal);
    abort.abort();
    expect(state.cancelled).toBe(1);
    await expect(left).rejects.toMatchObject({ name: "AbortError" });
    for (const from of [4, 1, 2, 3]) {
      const bytes = await source.read(BigInt(from * chunk), BigInt(chunk));
      expectSame(bytes, content.subarray(from * chunk, (from + 1) * chunk));
    }
    expect(state.streams).toBe(3);
  });

  it("whatever is read in whatever order, at once or one after the other, is what is there", async () => {
    const reads = fc.array(
      fc.record({
        offset: fc.nat(1_200_000),
        length: fc.integer({ min: 1, max: 200_000 }),
        goesOn: fc.boolean(),
        waits: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(reads, async (list) => {
        const { source } = counted();
        const under: Promise<void>[] = [];
        let end = 0;
        for (const { offset, length, goesOn, waits } of list) {
          const from = goesOn ? Math.min(end, 1_200_000) : offset;
          end = from + length;
          const one = source.read(BigInt(from), BigInt(length)).then((bytes) => {
            expectSame(bytes, content.subarray(from, from + length));
          });
          under.push(one);
          if (waits) await one;
        }
        await Promise.all(under);
      }),
      { numRuns: 40 },
    );
  });

  it("a stream that ends too early, as of a file that was cut meanwhile, is an error with its place", async () => {
    const blob = new Blob([content]);
    Object.defineProperty(blob, "size", { value: 3_000_000 });
    const source = blobSource(blob, "cut.mcap");
    for (let i = 0; i < 2; i++) await source.read(BigInt(i * 700_000), 700_000n);
    await expect(source.read(1_400_000n, 700_000n)).rejects.toMatchObject({
      problem: { code: "source-unreadable", offset: 1_400_000n },
    });
  });
});
