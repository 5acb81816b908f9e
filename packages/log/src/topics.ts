import { decoders, knownElsewhere, plainName } from "./decoders/index.ts";
import type { Decoder } from "./decoders/decoder.ts";
import { encodings } from "./encodings/index.ts";
import type { Limits } from "./limits.ts";
import type { Contents } from "./mcap/contents.ts";
import type { ChannelRecord, SchemaRecord } from "./mcap/records.ts";
import { list, problemOf, quote, type ProblemList } from "./problem.ts";
import type { ReadableChannel } from "./stream.ts";
import type { TopicInfo } from "./types.ts";

/** A topic that can be read, and what it is read for. */
export interface ReadableTopic {
  readonly topic: string;
  readonly role: TopicInfo["role"];
  readonly channels: readonly ReadableChannel[];
}

export interface Topics {
  readonly all: readonly TopicInfo[];
  readonly readable: readonly ReadableTopic[];
}

/** What each channel of the log is, by schema and encoding. What sounds like sensor data but cannot be read is a problem. */
export function classify(contents: Contents, limits: Limits, problems: ProblemList): Topics {
  const all: TopicInfo[] = [];
  const readable = new Map<string, { topic: string; role: TopicInfo["role"]; channels: ReadableChannel[] }>();
  for (const channel of contents.channels.values()) {
    const { topic, messageEncoding } = channel;
    const schema = contents.schemas.get(channel.schemaId);
    const decoder = schema && decoders.find(({ schemaNames }) => schemaNames.includes(plainName(schema.name)));
    const found = schema && decoder && readableChannel(channel, schema, decoder, limits, problems);
    if (!decoder) reportUnknown(channel, schema, problems);
    const role = found ? found.decoder.role : "other";
    const messageCount = contents.messageCounts.get(channel.id) ?? 0;
    all.push({ topic, schemaName: schema?.name ?? "", messageEncoding, messageCount, role });
    if (!found) continue;
    const key = `${topic}\n${role}`;
    const known = readable.get(key);
    if (known) known.channels.push(found);
    else readable.set(key, { topic, role, channels: [found] });
  }
  all.sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
  return { all, readable: [...readable.values()] };
}

function readableChannel(
  channel: ChannelRecord,
  schema: SchemaRecord,
  decoder: Decoder,
  limits: Limits,
  problems: ProblemList,
): ReadableChannel | undefined {
  const { topic, messageEncoding } = channel;
  const encoding = encodings.find((e) => e.messageEncoding === messageEncoding && e.schemaEncoding === schema.encoding);
  if (!encoding) {
    reportUnknown(channel, schema, problems, decoder.role);
    return undefined;
  }
  try {
    const reader = encoding.compile(schema, limits);
    const missing = decoder.requiredFields.filter((name) => !reader.fieldNames.has(name));
    if (missing.length === 0) return { id: channel.id, reader, decoder };
    problems.add({
      severity: "error",
      code: "bad-schema",
      message:
        `The topic ${quote(topic)} has a schema called ${quote(schema.name)} without the field ${list(missing)}; ` +
        `found: ${list([...reader.fieldNames])}.`,
      hint: "The topic is left out. Write it with the schemas of github.com/foxglove/foxglove-sdk.",
      params: { topic, schema: schema.name, missing: missing.join(" ") },
      topic,
    });
  } catch (error) {
    problems.add({ ...problemOf(error), topic });
  }
  return undefined;
}

function reportUnknown(
  { topic, messageEncoding }: ChannelRecord,
  schema: SchemaRecord | undefined,
  problems: ProblemList,
  role: Decoder["role"] | undefined = schema && knownElsewhere[schema.name],
): void {
  if (!role || !schema) return;
  const params = { topic, schema: schema.name, encoding: messageEncoding, role };
  problems.add({
    severity: role === "lidar" ? "error" : "warning",
    code: "unknown-encoding",
    message:
      `The topic ${quote(topic)} holds ${role} data as ${quote(schema.name)} in the encoding ${quote(messageEncoding)}, ` +
      "which is not read yet.",
    hint: `Readable: ${encodings.map((e) => e.messageEncoding).join(", ")} with Foxglove's schemas. Convert the topic.`,
    params,
    topic,
  });
}
