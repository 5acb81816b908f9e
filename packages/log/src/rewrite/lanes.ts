import { decoders, knownElsewhere, plainName } from "../decoders/index.ts";
import { opcodes } from "../mcap/records.ts";
import type { OutputChannel } from "./identities.ts";
import type { LaneWriter } from "./lane-writer.ts";
import { Lane } from "./lane.ts";

/** Four sweeps or images of 10 Hz: a seek to one of them decompresses little that it does not need. */
const ownSpanNs = 400_000_000n;
/** Transforms and other small messages: one read serves the frames of some seconds. */
const sharedSpanNs = 5_000_000_000n;
/** A topic with a message of this size is not small. */
const largeBytes = 32 * 1024;

/** Topics that share a chunk stream. */
export interface LaneReport {
  readonly topics: readonly string[];
  readonly messages: number;
  readonly chunks: number;
}

/** Which lane a channel goes to, and when chunks are closed. */
export class Lanes {
  readonly #writer: LaneWriter;
  readonly #limits: { readonly chunkBytes: number; readonly openBytes: number };
  readonly #lanes = new Map<string, Lane>();
  readonly #byChannel = new Map<number, Lane>();
  #openBytes = 0;

  constructor(writer: LaneWriter, limits: { readonly chunkBytes: number; readonly openBytes: number }) {
    this.#writer = writer;
    this.#limits = limits;
  }

  async add(output: OutputChannel, content: Uint8Array): Promise<void> {
    const time = new DataView(content.buffer, content.byteOffset).getBigUint64(6, true);
    const lane = await this.#laneOf(output, content.length);
    if (lane.openBytes + content.length > this.#limits.chunkBytes || !lane.reaches(time)) await this.#close(lane);
    const before = lane.openBytes;
    this.#introduce(lane, output);
    lane.note(output.id, time);
    lane.open.records.message(opcodes.message, output.id, content);
    this.#openBytes += lane.openBytes - before;
    if (lane.openBytes >= this.#limits.chunkBytes) await this.#close(lane);
    while (this.#openBytes > this.#limits.openBytes) {
      await this.#close([...this.#lanes.values()].reduce((a, b) => (b.openBytes > a.openBytes ? b : a)));
    }
  }

  async #laneOf(output: OutputChannel, bytes: number): Promise<Lane> {
    const known = this.#byChannel.get(output.id);
    const isOwn = known?.spanNs === ownSpanNs;
    if (known && (isOwn || bytes < largeBytes)) return known;
    const key = bytes >= largeBytes ? output.channel.topic : laneKey(output);
    // What comes later must lie later: messages of one time are told apart by their place.
    if (known) await this.#close(known);
    const lane = this.#lanes.get(key) ?? new Lane(key.startsWith("shared ") ? sharedSpanNs : ownSpanNs);
    this.#lanes.set(key, lane);
    this.#byChannel.set(output.id, lane);
    lane.topics.add(output.channel.topic);
    return lane;
  }

  /** Every lane says its schemas and channels itself, before their first message. */
  #introduce({ known, open }: Lane, { id, content, schema }: OutputChannel): void {
    if (known.channels.has(id)) return;
    known.channels.add(id);
    if (schema && !known.schemas.has(schema.id)) {
      known.schemas.add(schema.id);
      open.records.record(opcodes.schema, () => open.records.put(schema.content));
    }
    open.records.record(opcodes.channel, () => open.records.put(content));
  }

  async #close(lane: Lane): Promise<void> {
    this.#openBytes -= lane.openBytes;
    await this.#writer.close(lane);
  }

  async closeAll(): Promise<void> {
    const byStart = [...this.#lanes.values()].toSorted((a, b) => (a.open.start < b.open.start ? -1 : 1));
    for (const lane of byStart) await this.#close(lane);
  }

  report(): LaneReport[] {
    return [...this.#lanes.values()].map(({ topics, messages, chunks }) => ({ topics: [...topics], messages, chunks }));
  }
}

/** Lidars and cameras by their topic; what every frame needs together; the rest together. */
function laneKey({ channel, schema }: OutputChannel): string {
  const name = plainName(schema?.record.name ?? "");
  const role = decoders.find(({ schemaNames }) => schemaNames.includes(name))?.role ?? knownElsewhere[name];
  if (role === "lidar" || role === "image") return channel.topic;
  return role === "transform" || role === "calibration" ? "shared frame" : "shared rest";
}
