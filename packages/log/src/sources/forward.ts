/** Bytes taken from the stream at a time; larger pieces are not faster. */
const pieceBytes = 1024 * 1024;
/** A read may begin so far behind the end of the one before it: message indexes lie between chunks. */
const skippedAtMost = 256 * 1024;

/** Whether a read from there goes on where another one ended. */
export const isBehind = (offset: number, end: number): boolean => offset >= end && offset - end <= skippedAtMost;

/**
 * Reads a Blob from front to back by one stream: the browser reads on while what came before is being decoded, which takes
 * half the time of a slice for each read. Anything out of order ends the stream.
 */
export class ForwardReader {
  readonly #blob: Blob;
  #reader: ReadableStreamBYOBReader | undefined;
  /** Of the next byte that the stream gives. */
  #at = 0;
  #piece = new ArrayBuffer(0);
  #isBusy = false;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  /** Whether a read is under way: the next one must wait, or go another way. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Goes to this offset, by the stream that there is if it comes there soon. Throws a TypeError where there are no such streams. */
  #seek(offset: number): ReadableStreamBYOBReader {
    if (this.#reader && isBehind(offset, this.#at)) return this.#reader;
    this.end();
    this.#reader = this.#blob.slice(offset).stream().getReader({ mode: "byob" });
    this.#at = offset;
    if (this.#piece.byteLength === 0) this.#piece = new ArrayBuffer(pieceBytes);
    return this.#reader;
  }

  /** Fills `into`. One at a time. A failure ends the stream: where it stands then is not known. */
  async read(offset: number, into: Uint8Array): Promise<void> {
    const reader = this.#seek(offset);
    this.#isBusy = true;
    try {
      while (this.#at < offset) await this.#take(reader, offset - this.#at);
      for (let done = 0; done < into.length;) {
        const bytes = await this.#take(reader, into.length - done);
        into.set(bytes, done);
        done += bytes.length;
      }
    } catch (error) {
      this.end();
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Up to `most` bytes, borrowed until the next call. */
  async #take(reader: ReadableStreamBYOBReader, most: number): Promise<Uint8Array> {
    const { value, done } = await reader.read(new Uint8Array(this.#piece, 0, Math.min(most, pieceBytes)));
    if (!value || done) throw new Error("it ends too early");
    this.#piece = value.buffer;
    this.#at += value.length;
    return value;
  }

  end(): void {
    // The browser reads on ahead of what was taken: it must not do so for ever.
    this.#reader?.cancel().catch(() => undefined);
    this.#reader = undefined;
  }
}
