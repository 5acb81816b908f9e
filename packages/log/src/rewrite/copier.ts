import { Cursor, opcodes } from "../mcap/records.ts";
import { logError, problemOf, quote, type ProblemList } from "../problem.ts";
import type { CheckedSource } from "../sources/checked.ts";
import { Identities, type OutputChannel } from "./identities.ts";
import type { LaneWriter } from "./lane-writer.ts";
import type { Lanes } from "./lanes.ts";
import type { Piece, Walk } from "./walk.ts";

/** Channel, sequence, log time, publish time. */
export const messageHeadBytes = 22;

const MiB = 1024 * 1024;

/** One of the logs that are rewritten. */
export interface Input {
  readonly number: number;
  readonly source: CheckedSource;
  readonly problems: ProblemList;
  readonly walk: Walk;
  readonly pieces: AsyncGenerator<Piece, void, void>;
  head: { readonly piece: Piece; readonly time: bigint } | undefined;
  carried: bigint;
}

/** Puts the pieces of the inputs into lanes. */
export class Copier {
  readonly identities = new Identities();
  readonly #lanes: Lanes;
  readonly #writer: LaneWriter;
  readonly #signal: AbortSignal | undefined;

  constructor(lanes: Lanes, writer: LaneWriter, signal: AbortSignal | undefined) {
    this.#lanes = lanes;
    this.#writer = writer;
    this.#signal = signal;
  }

  async copy(input: Input, piece: Piece): Promise<void> {
    try {
      if (piece.kind === "records") await this.#records(input, piece.records, piece.offset);
      else if (piece.kind === "metadata") await this.#metadata(piece.content);
      else await this.#attachment(input.source, piece);
    } catch (error) {
      const problem = problemOf(error);
      // Everything else ends the rewriting: a source that cannot be read, too many channels.
      if (problem.code !== "damaged") throw error;
      input.problems.add(problem);
    }
  }

  async #records(input: Input, records: Uint8Array, offset: bigint): Promise<void> {
    const cursor = new Cursor(records, offset);
    for (let record = cursor.record(); record; record = cursor.record()) {
      const content = record.content.take(record.content.left);
      if (record.opcode === opcodes.message) await this.#message(input, content, offset);
      else if (record.opcode === opcodes.schema) this.#declare(input, "schema", content, offset);
      else if (record.opcode === opcodes.channel) this.#declare(input, "channel", content, offset);
    }
    if (cursor.left > 0) {
      throw logError("damaged", `The records at byte ${offset} end with ${cursor.left} bytes that are no record.`, {
        offset,
      });
    }
  }

  #declare(input: Input, what: "schema" | "channel", content: Uint8Array, offset: bigint): void {
    const { identities } = this;
    const { number } = input;
    const isKnown = what === "schema" ? identities.addSchema(number, content) : identities.addChannel(number, content);
    if (isKnown) return;
    const id = content[0] | (content[1] << 8);
    input.problems.add({
      severity: "warning",
      code: "two-channels",
      message: `The ${what} ${id} is said again at byte ${offset}, differently. The first is used.`,
      offset,
    });
  }

  async #message(input: Input, content: Uint8Array, offset: bigint): Promise<void> {
    if (content.length < messageHeadBytes) {
      throw logError("damaged", `A message of ${content.length} bytes at byte ${offset} is too short.`, { offset });
    }
    const id = content[0] | (content[1] << 8);
    const output = this.identities.channel(input.number, id) ?? this.#fromSummary(input, id);
    if (!output) {
      input.problems.add(
        {
          severity: "warning",
          code: "no-channel",
          message: `The messages of channel ${id} (the first at byte ${offset}) are left out: nothing says its topic.`,
          params: { channel: id },
          offset,
        },
        `no-channel ${id}`,
      );
      return;
    }
    input.carried++;
    await this.#lanes.add(output, content);
  }

  /** Where the chunk that introduces a channel is damaged, the summary repeats it. */
  #fromSummary({ number, walk }: Input, id: number): OutputChannel | undefined {
    const { schemas, channels } = walk.summary;
    const content = channels.find((each) => (each[0] | (each[1] << 8)) === id);
    if (!content) return undefined;
    const schema = schemas.find((each) => each[0] === content[2] && each[1] === content[3]);
    if (schema) this.identities.addSchema(number, schema);
    this.identities.addChannel(number, content);
    return this.identities.channel(number, id);
  }

  async #metadata(content: Uint8Array): Promise<void> {
    await this.#writer.metadata(new Cursor(content, 0n).text(), content);
  }

  async #attachment(
    source: CheckedSource,
    { offset, bytes }: { readonly offset: bigint; readonly bytes: bigint },
  ): Promise<void> {
    const most = BigInt(MiB);
    const head = new Cursor(await source.read(offset, Number(bytes < most ? bytes : most), this.#signal), offset);
    const [logTime, createTime] = [head.u64(), head.u64()];
    const [name, mediaType, dataBytes] = [head.text(), head.text(), head.u64()];
    // Records may have more at their end than is known of them.
    if (BigInt(head.at) + dataBytes + 4n > bytes) {
      throw logError(
        "damaged",
        `The attachment ${quote(name)} at byte ${offset} declares ${dataBytes} bytes in a record of ${bytes}.`,
        { offset, hint: "It is left out." },
      );
    }
    const signal = this.#signal;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let done = 0n; done < bytes; done += most) {
        const left = bytes - done;
        yield await source.read(offset + done, Number(left < most ? left : most), signal);
      }
    }
    await this.#writer.attachment({ name, logTime, createTime, mediaType, dataBytes }, bytes, pieces());
  }
}
