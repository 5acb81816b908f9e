import { decoders, knownElsewhere, plainName } from "./decoders/index.ts";
import type { Decoder } from "./decoders/decoder.ts";
import type { MessageReader } from "./encodings/encoding.ts";
import { encodings } from "./encodings/index.ts";
import type { Limits } from "./limits.ts";
import type { Contents } from "./mcap/contents.ts";
import type { ChannelRecord, SchemaRecord } from "./mcap/records.ts";
import { list, problemOf, quote, type ProblemList } from "./problem.ts";
import type { ReadableChannel } from "./stream.ts";
import type { Problem, TopicInfo } from "./types.ts";

/** A topic that can be read, and what it is read for. */
export interface ReadableTopic {
  readonly topic: string;
  readonly role: TopicInfo["role"];
  readonly rank: Decoder["rank"];
  readonly channels: readonly ReadableChannel[];
}

export interface Topics {
  readonly all: readonly TopicInfo[];
  readonly readable: readonly ReadableTopic[];
}

/** What each channel of the log is, by schema and encoding. What sounds like sensor data but cannot be read is a problem. */
export function classify(contents: Contents, limits: Limits, problems: ProblemList): Topics {
  const all: TopicInfo[] = [];
  const unknown = new Unknown();
  const compiled = new Map<SchemaRecord, () => MessageReader>();
  const readable = new Map<string, ReadableTopic & { channels: ReadableChannel[] }>();
  for (const channel of contents.channels.values()) {
    const { topic, messageEncoding } = channel;
    const schema = contents.schemas.get(channel.schemaId);
    const decoder = schema && decoders.find(({ schemaNames }) => schemaNames.includes(plainName(schema.name)));
    const found =
      schema && decoder && readableChannel(channel, schema, decoder, { limits, problems, unknown, compiled });
    if (!decoder) unknown.add(channel, schema);
    if (!schema && channel.schemaId !== 0) problems.add(schemaLost(channel));
    const { role, rank } = found?.decoder ?? ({ role: "other", rank: undefined } as const);
    const messageCount = contents.messageCounts.get(channel.id) ?? 0;
    // Poses beside transforms are not used: whether there are transforms is only known when some were read.
    const shown = role === "transform" && rank === "fallback" ? "other" : role;
    all.push({ topic, schemaName: schema?.name ?? "", messageEncoding, messageCount, role: shown });
    if (!found) continue;
    const key = `${topic}\n${role} ${rank}`;
    const known = readable.get(key);
    if (known) known.channels.push(found);
    else readable.set(key, { topic, role, rank, channels: [found] });
  }
  unknown.report(problems);
  all.sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
  return { all, readable: [...readable.values()] };
}

const schemaLost = ({ topic, schemaId }: ChannelRecord): Problem => ({
  severity: "warning",
  code: "no-schema",
  message: `The schema ${schemaId} of ${quote(topic)} is not in the file; the topic cannot be decoded.`,
  hint: "It is listed, but not read: the file is damaged, or was written without it.",
  params: { topic, schema: schemaId },
  topic,
});

interface Classifying {
  readonly limits: Limits;
  readonly problems: ProblemList;
  readonly unknown: Unknown;
  /** One reader of each schema, or what is wrong with it: thousands of channels may share one. */
  readonly compiled: Map<SchemaRecord, () => MessageReader>;
}

/** What the schema's compilation gave, each time it is asked for. */
function once(compile: () => MessageReader): () => MessageReader {
  try {
    const reader = compile();
    return () => reader;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function readableChannel(
  channel: ChannelRecord,
  schema: SchemaRecord,
  decoder: Decoder,
  { limits, problems, unknown, compiled }: Classifying,
): ReadableChannel | undefined {
  const { topic, messageEncoding } = channel;
  const encoding = encodings.find((e) => e.messageEncoding === messageEncoding && e.schemaEncoding === schema.encoding);
  if (!encoding) {
    if (!decoder.rank) unknown.add(channel, schema, decoder.role);
    return undefined;
  }
  try {
    const compile = compiled.get(schema) ?? once(() => encoding.compile(schema, limits));
    compiled.set(schema, compile);
    const reader = compile();
    const { fieldNames } = reader;
    // ROS 2 has no capitals in its names.
    const lower = fieldNames && new Set([...fieldNames].map((name) => name.toLowerCase()));
    const missing = lower ? decoder.requiredFields.filter((name) => !lower.has(name.toLowerCase())) : [];
    if (missing.length === 0) return { id: channel.id, reader, decoder };
    problems.add({
      severity: "error",
      code: "bad-schema",
      message:
        `The topic ${quote(topic)} has a schema called ${quote(schema.name)} without the field ${list(missing)}; ` +
        `found: ${list([...(fieldNames ?? [])])}.`,
      hint: "The topic is left out. Write it with the message's published definition.",
      params: { topic, schema: schema.name, missing: missing.join(" ") },
      topic,
    });
  } catch (error) {
    problems.add({ ...problemOf(error), topic });
  }
  return undefined;
}

/** Topics that sound like sensor data but cannot be read: one problem for all that are alike. */
class Unknown {
  readonly #topics = new Map<
    string,
    {
      readonly role: string;
      readonly schema: SchemaRecord;
      readonly encoding: string;
      readonly topics: string[];
      /** What is not known: the way the bytes are written, or what the type means. */
      readonly what: "encoding" | "type";
    }
  >();

  /** `role`: of the decoder that would read it. */
  add(channel: ChannelRecord, schema: SchemaRecord | undefined, decoderRole?: string): void {
    const role = decoderRole ?? (schema && knownElsewhere[plainName(schema.name)]);
    if (!role || !schema) return;
    const encoding = channel.messageEncoding;
    const key = `${role} ${schema.name} ${encoding}`;
    const known = this.#topics.get(key);
    if (known) known.topics.push(channel.topic);
    else {
      const what = decoderRole === undefined ? "type" : "encoding";
      this.#topics.set(key, { role, schema, encoding, topics: [channel.topic], what });
    }
  }

  report(problems: ProblemList): void {
    for (const { role, schema, encoding, topics, what } of this.#topics.values()) {
      const verb = topics.length > 1 ? "hold" : "holds";
      const said = `as ${quote(schema.name)} in the encoding ${quote(encoding)} (schema: ${quote(schema.encoding)})`;
      problems.add(
        {
          severity: role === "lidar" ? "error" : "warning",
          code: what === "type" ? "unknown-type" : "unknown-encoding",
          message: `${list(topics)} ${verb} ${role} data ${said}, ${what === "type" ? "a type that" : "which"} is not read.`,
          hint: what === "type" ? typeHints[role] : `Readable: ${readableEncodings}. Convert the log.`,
          params: { topics: topics.join(" "), schema: schema.name, encoding, role },
          ...(topics.length === 1 && { topic: topics[0] }),
        },
        `unknown-encoding ${role} ${schema.name} ${encoding}`,
      );
    }
  }
}

const readableEncodings = encodings.map((e) => `${e.messageEncoding} (${e.schemaEncoding})`).join(", ");

const typeHints: Readonly<Record<string, string>> = {
  lidar: "Raw packets need the sensor's driver: record its point clouds as well (sensor_msgs/PointCloud2).",
  image: "Record or convert it as compressed images (JPEG, PNG).",
};
