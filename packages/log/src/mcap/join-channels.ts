import type { Limits } from "../limits.ts";
import { list, logError, quote, type ProblemList } from "../problem.ts";
import type { Contents } from "./contents.ts";
import type { ChannelRecord, SchemaRecord } from "./records.ts";
import { sha256Hex } from "./sha256.ts";

/** Channel ids are 16 bits wherever messages are listed. */
const mostIds = 65_536;

/**
 * Numbers for the channels of several files. The same topic with the same schema and encoding is one channel; numbers stay
 * when more becomes known of a file.
 */
export class ChannelNumbers {
  readonly schemas = new Map<number, SchemaRecord>();
  readonly channels = new Map<number, ChannelRecord>();
  readonly #limits: Limits;
  readonly #problems: ProblemList;
  readonly #schemaIds = new Map<string, number>();
  readonly #channelIds = new Map<string, number>();
  readonly #joined: Map<number, number>[] = [];
  readonly #own: Map<number, number>[] = [];
  /** Of each topic, the schema that was met first, and where. */
  readonly #firstOfTopic = new Map<string, { readonly schemaId: number; readonly file: string }>();

  constructor(limits: Limits, problems: ProblemList) {
    this.#limits = limits;
    this.#problems = problems;
  }

  joined(part: number, id: number): number | undefined {
    return this.#joined[part]?.get(id);
  }

  own(part: number, id: number): number | undefined {
    return this.#own[part]?.get(id);
  }

  add(part: number, file: string, { channels, schemas }: Contents): void {
    const joined = (this.#joined[part] ??= new Map());
    const own = (this.#own[part] ??= new Map());
    /** How often a topic was met in this file: two publishers of one topic stay two channels. */
    const repeats = new Map<string, number>();
    for (const channel of channels.values()) {
      const { id, topic, messageEncoding } = channel;
      const schemaId = this.#schemaId(schemas.get(channel.schemaId));
      this.#checkTopic(topic, schemaId, file);
      const kind = JSON.stringify([topic, messageEncoding, schemaId]);
      const repeat = repeats.get(kind) ?? 0;
      repeats.set(kind, repeat + 1);
      const key = `${repeat} ${kind}`;
      let number = this.#channelIds.get(key);
      if (number === undefined) {
        number = this.#channelIds.size;
        if (number >= Math.min(mostIds, this.#limits.maxChannels)) {
          throw logError("too-many-channels", `The files have more than ${number} different channels together.`, {
            hint: "Open fewer of them at once.",
          });
        }
        this.#channelIds.set(key, number);
        this.channels.set(number, { ...channel, id: number, schemaId });
      }
      joined.set(id, number);
      own.set(number, id);
    }
  }

  /** 0: no schema. */
  #schemaId(schema: SchemaRecord | undefined): number {
    if (!schema) return 0;
    const key = `${JSON.stringify([schema.name, schema.encoding])} ${sha256Hex(schema.data)}`;
    let id = this.#schemaIds.get(key);
    if (id === undefined) {
      id = this.#schemaIds.size + 1;
      this.#schemaIds.set(key, id);
      this.schemas.set(id, { ...schema, id });
    }
    return id;
  }

  #checkTopic(topic: string, schemaId: number, file: string): void {
    const first = this.#firstOfTopic.get(topic);
    if (!first) this.#firstOfTopic.set(topic, { schemaId, file });
    if (!first || first.schemaId === schemaId || first.file === file) return;
    const [one, other] = [first.schemaId, schemaId].map((id) => this.schemas.get(id)?.name ?? "");
    const how = one === other ? `two definitions of ${quote(one)}` : `${list([one, other])}`;
    this.#problems.add({
      severity: one === other ? "note" : "warning",
      code: "schemas-differ",
      message: `The topic ${quote(topic)} has ${how} in ${first.file} and in ${file}.`,
      hint: "Each message is read by the schema of its own file.",
      params: { topic, first: first.file, second: file },
      topic,
    });
  }
}
