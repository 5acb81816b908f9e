import type { GapList } from "../gaps.ts";
import type { Limits } from "../limits.ts";
import { inFile, logError, type ProblemList } from "../problem.ts";
import { LogError } from "../types.ts";
import type { Contents } from "./contents.ts";
import { ChannelNumbers } from "./join-channels.ts";
import type { LogFile } from "./log-file.ts";
import type { MessageFile } from "./message-file.ts";
import { joinIndexes, type MessageIndex } from "./message-index.ts";
import type { MessageRecord } from "./records.ts";
import { digestOf } from "./summary.ts";

export interface JoinedPart {
  /** Different in every part. */
  readonly name: string;
  readonly sizeBytes: bigint;
  readonly file: MessageFile;
}

/**
 * Several MCAP files of one drive as one: one list of channels and chunks, one order of time. Files come in the order of
 * their first message, so neither their names nor the order of asking matter.
 */
export class JoinedFile implements LogFile {
  readonly #parts: readonly JoinedPart[];
  readonly #limits: Limits;
  readonly #numbers: ChannelNumbers;
  /** Of each part, the number of its first chunk. */
  #firstChunks: number[] = [];
  #contents: Contents;
  readonly gaps: GapList;

  /** `gaps`: the list to which the parts add theirs. */
  constructor(
    parts: readonly JoinedPart[],
    { limits, problems, gaps }: { readonly limits: Limits; readonly problems: ProblemList; readonly gaps: GapList },
  ) {
    this.gaps = gaps;
    this.#parts = parts;
    this.#limits = limits;
    this.#numbers = new ChannelNumbers(limits, problems);
    this.#contents = this.#join();
  }

  get contents(): Contents {
    return this.#contents;
  }

  #join(): Contents {
    const numbers = this.#numbers;
    const chunks: Contents["chunks"][number][] = [];
    const messageCounts = new Map<number, number>();
    this.#firstChunks = [];
    this.#parts.forEach(({ file, name }, part) => {
      const { contents } = file;
      numbers.add(part, name, contents);
      this.#firstChunks.push(chunks.length);
      for (const chunk of contents.chunks) {
        const channelIds = new Set([...chunk.channelIds].map((id) => numbers.joined(part, id) ?? -1));
        chunks.push({ ...chunk, channelIds, file: name });
      }
      for (const [id, count] of contents.messageCounts) {
        const joined = numbers.joined(part, id);
        if (joined !== undefined) messageCounts.set(joined, (messageCounts.get(joined) ?? 0) + count);
      }
    });
    const all = this.#parts.map(({ file }) => file.contents);
    const timed = all.filter(({ messageCounts: counts }) => [...counts.values()].some((count) => count > 0));
    return {
      library: [...new Set(all.map(({ library }) => library))].join(", "),
      schemas: numbers.schemas,
      channels: numbers.channels,
      chunks,
      messageCounts,
      startTime: timed.reduce(
        (least, { startTime }) => (startTime < least ? startTime : least),
        timed[0]?.startTime ?? 0n,
      ),
      endTime: timed.reduce((most, { endTime }) => (endTime > most ? endTime : most), 0n),
      digest: digestOf(
        this.#parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n),
        new TextEncoder().encode(
          all
            .map(({ digest }) => `${digest}\n`)
            .toSorted()
            .join(""),
        ),
      ),
      gaps: this.gaps.all(),
      scanned: undefined,
    };
  }

  async indexes(groups: readonly (readonly number[])[], signal?: AbortSignal): Promise<MessageIndex[]> {
    const numbers = this.#numbers;
    const found: MessageIndex[][] = [];
    for (const [part, { file, name }] of this.#parts.entries()) {
      const own = groups.map((ids) =>
        ids.flatMap((id) => {
          const local = numbers.own(part, id);
          return local === undefined ? [] : [local];
        }),
      );
      found.push(await inside(name, () => file.indexes(own, signal)));
    }
    const count = found.flat().reduce((sum, index) => sum + index.count, 0);
    if (count > this.#limits.maxMessages) {
      throw logError("too-many-messages", `The files have more than ${this.#limits.maxMessages} messages to read.`, {
        hint: "Open fewer of them at once.",
      });
    }
    // A file whose indexes were damaged has other chunks now.
    this.#contents = this.#join();
    return groups.map((_, group) =>
      joinIndexes(
        found.map((indexes, part) => ({
          index: indexes[group],
          firstChunk: this.#firstChunks[part],
          channelOf: (id: number) => numbers.joined(part, id) ?? 0,
        })),
      ),
    );
  }

  async message(index: MessageIndex, at: number, signal?: AbortSignal): Promise<MessageRecord> {
    const chunk = index.chunks[at];
    const part = this.#firstChunks.findLastIndex((first) => first <= chunk);
    const { file, name } = this.#parts[part];
    const channelId = index.channels[at];
    const place = {
      chunk: chunk - this.#firstChunks[part],
      offset: index.offsets[at],
      channelId: this.#numbers.own(part, channelId) ?? channelId,
      logTime: index.times[at],
    };
    return { ...(await inside(name, () => file.messageAt(place, signal))), channelId };
  }

  forget(): void {
    for (const { file } of this.#parts) file.forget();
  }
}

async function inside<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LogError ? new LogError(inFile(name, error.problem)) : error;
  }
}
