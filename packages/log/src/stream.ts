import type { Decoder, Sample } from "./decoders/decoder.ts";
import type { MessageReader } from "./encodings/encoding.ts";
import type { Limits } from "./limits.ts";
import { nearestIn, type MessageIndex } from "./mcap/message-index.ts";
import type { LogFile } from "./mcap/log-file.ts";
import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import { byLogTime, stampOf } from "./sample-clock.ts";
import { LogError, type LogClock } from "./types.ts";

/** One channel of a topic, with the means to read it. */
export interface ReadableChannel {
  readonly id: number;
  readonly reader: MessageReader;
  readonly decoder: Decoder;
}

/** What the streams of a log share. */
export interface StreamParts {
  readonly file: LogFile;
  readonly limits: Limits;
  readonly clock: LogClock;
}

/** A topic that is read: its messages in order of log time. Several channels may share a topic. */
export class Stream {
  readonly topic: string;
  readonly index: MessageIndex;
  readonly #file: LogFile;
  readonly #channels: ReadonlyMap<number, ReadableChannel>;
  readonly #limits: Limits;
  readonly #clock: LogClock;
  readonly #stamps = new Map<number, TimestampNs>();
  /** Time by the clock that counts − log time of the message read last, nanoseconds; undefined before the first. */
  #offsetNs: bigint | undefined;
  #stampOffsetNs: bigint | undefined;
  #periodNs: number | undefined;

  constructor(
    topic: string,
    channels: readonly ReadableChannel[],
    index: MessageIndex,
    { file, limits, clock }: StreamParts,
  ) {
    this.topic = topic;
    this.index = index;
    this.#file = file;
    this.#channels = new Map(channels.map((channel) => [channel.id, channel]));
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Header stamp − log time of the message read last, nanoseconds; undefined where none was read that has one. */
  get stampOffsetNs(): bigint | undefined {
    return this.#stampOffsetNs;
  }

  /** Decodes one message. Its bytes are borrowed from the chunk. Rejects with a LogError that names topic and place. */
  async sample(at: number, signal?: AbortSignal): Promise<Sample> {
    try {
      const message = await this.#file.message(this.index, at, signal);
      const channel = this.#channels.get(this.index.channels[at]);
      if (!channel) throw new Error(`no channel ${this.index.channels[at]} in the stream ${this.topic}`);
      const said = channel.decoder.decode(channel.reader.read(message.data), this.#limits);
      const logTime = this.index.times[at];
      const stamp = stampOf(said);
      if (stamp !== undefined) this.#stampOffsetNs = stamp - logTime;
      const sample = this.#clock === "stamps" ? said : byLogTime(said, logTime);
      if (sample.kind === "cloud" || sample.kind === "image" || sample.kind === "video" || sample.kind === "labels")
        this.#note(at, sample.at);
      return sample;
    } catch (error) {
      throw this.placed(error, at);
    }
  }

  /** The error with the topic, the chunk's offset and the log time of a message, where it does not name them. */
  placed(error: unknown, at: number): unknown {
    if (!(error instanceof LogError)) return error;
    const { offset, file } = this.#file.contents.chunks.at(this.index.chunks[at]) ?? {};
    const place = { ...(offset !== undefined && { offset }), ...(file !== undefined && { file }) };
    return new LogError({ topic: this.topic, ...place, ...error.problem });
  }

  #note(at: number, stamp: TimestampNs | undefined): void {
    const logTime = this.index.times[at];
    if (stamp !== undefined) this.#offsetNs = stamp - logTime;
    this.#stamps.set(at, stamp ?? timestampNs(logTime));
  }

  /** Time of a message by the clock that counts; its log time where it has no stamp. Remembered. */
  async stamp(at: number, signal?: AbortSignal): Promise<TimestampNs> {
    if (this.#clock === "log-times") return timestampNs(this.index.times[at]);
    const known = this.#stamps.get(at);
    if (known !== undefined) return known;
    await this.sample(at, signal);
    return this.#stamps.get(at) ?? timestampNs(this.index.times[at]);
  }

  /**
   * Position of the message whose time is nearest to `at`; undefined for an empty stream. Starts where the log times say,
   * goes on from where the first stamp says if that is far off (on another clock, say), and walks to the neighbours while
   * they come nearer; their chunks may have to be read for it. A message within a quarter of the period has no nearer
   * neighbour. `offsetNs`: header stamp − log time to assume before one was read.
   */
  async nearestByStamp(at: TimestampNs, offsetNs: bigint, signal?: AbortSignal): Promise<number | undefined> {
    if (this.index.count === 0) return undefined;
    const near = BigInt(Math.round(this.periodNs() / 4));
    const distance = async (i: number): Promise<bigint> => {
      const stamp = await this.stamp(i, signal);
      return stamp < at ? at - stamp : stamp - at;
    };
    let best = this.nearest(at - (this.#offsetNs ?? offsetNs));
    let bestDistance = await distance(best);
    if (bestDistance > 8n * near && this.#offsetNs !== undefined) {
      best = this.nearest(at - this.#offsetNs);
      bestDistance = await distance(best);
    }
    const step = (await this.stamp(best, signal)) < at ? 1 : -1;
    while (bestDistance > near && best + step >= 0 && best + step < this.index.count) {
      const next = await distance(best + step);
      if (next >= bestDistance) break;
      best += step;
      bestDistance = next;
    }
    return best;
  }

  nearest(logTime: bigint): number {
    return nearestIn(this.index, logTime);
  }

  /** Median time between messages, nanoseconds of log time; 0 for fewer than two. Looks at no more than 1000. */
  periodNs(): number {
    return (this.#periodNs ??= this.#medianGapNs());
  }

  #medianGapNs(): number {
    const { times, count } = this.index;
    const gaps: number[] = [];
    const stride = Math.max(1, Math.floor(count / 1000));
    for (let i = 1; i < count; i += stride) gaps.push(Number(times[i] - times[i - 1]));
    return gaps.length > 0 ? gaps.toSorted((a, b) => a - b)[gaps.length >> 1] : 0;
  }
}
