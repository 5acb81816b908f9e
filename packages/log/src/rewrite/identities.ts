import { Cursor, parseChannel, parseSchema, type ChannelRecord, type SchemaRecord } from "../mcap/records.ts";
import { logError } from "../problem.ts";

/** A record with an id of its own, as it is written. */
interface Entry {
  readonly id: number;
  /** The record's content, with that id. */
  readonly content: Uint8Array;
  /** Inputs that say it; two records of one input are never made one. */
  readonly inputs: Set<number>;
}

export interface OutputChannel {
  readonly id: number;
  readonly channel: ChannelRecord;
  readonly content: Uint8Array;
  /** Undefined: it has none, or none that the file says. */
  readonly schema: { readonly id: number; readonly record: SchemaRecord; readonly content: Uint8Array } | undefined;
}

const mostIds = 65_536;

/**
 * The schemas and channels of the inputs under the ids of the output. They keep their ids where these are free; what
 * several inputs say alike, byte for byte, is said once.
 */
export class Identities {
  readonly #schemas = new Map<number, Entry>();
  readonly #channels = new Map<number, Entry>();
  readonly #inputs = new Map<number, { schemas: Map<number, Entry>; channels: Map<number, OutputChannel> }>();

  #of(input: number) {
    const known = this.#inputs.get(input) ?? {
      schemas: new Map<number, Entry>(),
      channels: new Map<number, OutputChannel>(),
    };
    this.#inputs.set(input, known);
    return known;
  }

  /** Contents of all records, by id. */
  get schemas(): readonly Uint8Array[] {
    return contents(this.#schemas);
  }

  get channels(): readonly Uint8Array[] {
    return contents(this.#channels);
  }

  channel(input: number, id: number): OutputChannel | undefined {
    return this.#of(input).channels.get(id);
  }

  /** Notes a schema. Returns whether it says the same as the one that has its id; the first one counts. */
  addSchema(input: number, content: Uint8Array): boolean {
    const id = idOf(content);
    const { schemas } = this.#of(input);
    const known = schemas.get(id);
    if (known) return sameAfter(known.content, content, 2);
    // Parsed for its faults only: what is damaged must not be carried on.
    parseSchema(new Cursor(content, 0n));
    schemas.set(id, claim(this.#schemas, { id, content, input }));
    return true;
  }

  /** The same for a channel. Its schema was noted before. */
  addChannel(input: number, content: Uint8Array): boolean {
    const { schemas, channels } = this.#of(input);
    const id = idOf(content);
    const schemaId = content[2] | (content[3] << 8);
    const schema = schemas.get(schemaId);
    const own = content.slice();
    new DataView(own.buffer).setUint16(2, schema?.id ?? schemaId, true);
    const known = channels.get(id);
    if (known) return sameAfter(known.content, own, 2);
    const channel = parseChannel(new Cursor(content, 0n));
    const entry = claim(this.#channels, { id, content: own, input });
    const record = schema && {
      id: schema.id,
      record: parseSchema(new Cursor(schema.content, 0n)),
      content: schema.content,
    };
    channels.set(id, { id: entry.id, channel, content: entry.content, schema: record });
    return true;
  }
}

const idOf = (content: Uint8Array): number => {
  if (content.length < 4) throw logError("damaged", `A schema or channel of ${content.length} bytes is too short.`);
  return content[0] | (content[1] << 8);
};

const contents = (entries: ReadonlyMap<number, Entry>): Uint8Array[] =>
  [...entries.values()].toSorted((a, b) => a.id - b.id).map(({ content }) => content);

function sameAfter(a: Uint8Array, b: Uint8Array, from: number): boolean {
  return a.length === b.length && a.every((byte, i) => i < from || byte === b[i]);
}

/** The entry for a record: one of another input that says the same, or a new one under its own id or a free one. */
function claim(
  entries: Map<number, Entry>,
  { id, content, input }: { readonly id: number; readonly content: Uint8Array; readonly input: number },
): Entry {
  for (const entry of entries.values()) {
    if (entry.inputs.has(input) || !sameAfter(entry.content, content, 2)) continue;
    entry.inputs.add(input);
    return entry;
  }
  let free = id;
  // Id 0 means "no schema"; a channel may have it, but need not.
  for (let tries = 0; entries.has(free) && tries < mostIds; tries++) free = (free % (mostIds - 1)) + 1;
  if (entries.has(free)) {
    throw logError(
      "too-many-channels",
      `The logs have more than ${mostIds - 1} different schemas or channels together.`,
    );
  }
  const own = content.slice();
  new DataView(own.buffer).setUint16(0, free, true);
  const entry = { id: free, content: own, inputs: new Set([input]) };
  entries.set(free, entry);
  return entry;
}
