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
  const unknown = new Unknown();
  const readable = new Map<string, { topic: string; role: TopicInfo["role"]; channels: ReadableChannel[] }>();
  for (const channel of contents.channels.values()) {
    const { topic, messageEncoding } = channel;
    const schema = contents.schemas.get(channel.schemaId);
    const decoder = schema && decoders.find(({ schemaNames }) => schemaNames.includes(plainName(schema.name)));
    const found = schema && decoder && readableChannel(channel, schema, decoder, { limits, problems, unknown });
    if (!decoder) unknown.add(channel, schema);
    const role = found ? found.decoder.role : "other";
    const messageCount = contents.messageCounts.get(channel.id) ?? 0;
    all.push({ topic, schemaName: schema?.name ?? "", messageEncoding, messageCount, role });
    if (!found) continue;
    const key = `${topic}\n${role}`;
    const known = readable.get(key);
    if (known) known.channels.push(found);
    else readable.set(key, { topic, role, channels: [found] });
  }
  unknown.report(problems);
  all.sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
  return { all, readable: [...readable.values()] };
}

function readableChannel(
  channel: ChannelRecord,
  schema: SchemaRecord,
  decoder: Decoder,
  { limits, problems, unknown }: { readonly limits: Limits; readonly problems: ProblemList; readonly unknown: Unknown },
): ReadableChannel | undefined {
  const { topic, messageEncoding } = channel;
  const encoding = encodings.find((e) => e.messageEncoding === messageEncoding && e.schemaEncoding === schema.encoding);
  if (!encoding) {
    unknown.add(channel, schema, decoder.role);
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

/** Topics that sound like sensor data but cannot be read: one problem for all that are alike. */
class Unknown {
  readonly #topics = new Map<
    string,
    { readonly role: string; readonly schema: string; readonly encoding: string; readonly topics: string[] }
  >();

  add(channel: ChannelRecord, schema: SchemaRecord | undefined, role = schema && knownElsewhere[schema.name]): void {
    if (!role || !schema) return;
    const encoding = channel.messageEncoding;
    const key = `${role} ${schema.name} ${encoding}`;
    const known = this.#topics.get(key);
    if (known) known.topics.push(channel.topic);
    else this.#topics.set(key, { role, schema: schema.name, encoding, topics: [channel.topic] });
  }

  report(problems: ProblemList): void {
    for (const { role, schema, encoding, topics } of this.#topics.values()) {
      const verb = topics.length > 1 ? "hold" : "holds";
      problems.add(
        {
          severity: role === "lidar" ? "error" : "warning",
          code: "unknown-encoding",
          message:
            `${list(topics)} ${verb} ${role} data as ${quote(schema)} in the encoding ${quote(encoding)}, ` +
            "which is not read.",
          hint: `Readable: ${encodings.map((e) => e.messageEncoding).join(", ")} with Foxglove's schemas. Convert the log.`,
          params: { topics: topics.join(" "), schema, encoding, role },
          ...(topics.length === 1 && { topic: topics[0] }),
        },
        `unknown-encoding ${role} ${schema} ${encoding}`,
      );
    }
  }
}
