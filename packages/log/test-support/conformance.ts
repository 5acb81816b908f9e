import { crc32 } from "@foxglove/crc";

/**
 * The variants of the MCAP project's conformance suite, made by the specification (https://mcap.dev/spec): six contents,
 * each with every combination of features that says something. The 416 files are the same to the byte (a test compares
 * them where the suite is there).
 */
export const features = ["ch", "chx", "mx", "ax", "mdx", "pad", "rch", "rsh", "st", "sum"] as const;
export type Feature = (typeof features)[number];
type Flags = ReadonlySet<Feature>;

interface Message {
  readonly sequence: number;
  readonly logTime: number;
  readonly publishTime: number;
}

interface Input {
  readonly name: string;
  readonly records: readonly ("schema" | "channel" | "schemaless" | "attachment" | "metadata" | Message)[];
}

const one: Message = { sequence: 10, logTime: 2, publishTime: 1 };
export const inputs: readonly Input[] = [
  { name: "NoData", records: [] },
  { name: "OneAttachment", records: ["attachment"] },
  { name: "OneMessage", records: ["schema", "channel", one] },
  { name: "OneMetadata", records: ["metadata"] },
  { name: "OneSchemalessMessage", records: ["schemaless", one] },
  {
    name: "TenMessages",
    records: [
      "schema",
      "channel",
      ...[0, 2, 1, 3, 3, 5, 4, 7, 8, 9].map((time, i) => ({ sequence: i, logTime: time, publishTime: time })),
    ],
  },
];

export interface Variant {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Log times of the messages, in the file's order; each has the content 1, 2, 3. */
  readonly logTimes: readonly number[];
}

const u8 = (...bytes: number[]): number[] => bytes;
const u16 = (n: number): number[] => [n & 255, n >> 8];
const u32 = (n: number): number[] => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24];
const u64 = (n: number): number[] => [...u32(n % 2 ** 32), ...u32(Math.floor(n / 2 ** 32))];
const text = (s: string): number[] => [...u32(s.length), ...new TextEncoder().encode(s)];
const part = (bytes: readonly number[]): number[] => [...u32(bytes.length), ...bytes];
const record = (opcode: number, content: readonly number[]): number[] => [opcode, ...u64(content.length), ...content];
const crc = (bytes: readonly number[]): number[] => u32(crc32(Uint8Array.from(bytes)));
const magic = u8(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a);
const fooBar = part([...text("foo"), ...text("bar")]);
const file = [...text("myFile"), ...text("application/octet-stream")];

const schema = [...u16(1), ...text("Example"), ...text("c"), ...part([4, 5, 6])];
const channel = [...u16(1), ...u16(1), ...text("example"), ...text("a"), ...fooBar];
const schemaless = [...u16(1), ...u16(0), ...text("example"), ...text("text"), ...part([])];

export function conformanceFile(input: Input, flags: Flags): Uint8Array {
  const has = (feature: Feature): boolean => flags.has(feature);
  /** Later versions of the format may add fields: readers have to pass over what they do not know. */
  const padded = (opcode: number, content: readonly number[]): number[] =>
    record(opcode, has("pad") ? [...content, 1, 255, 255] : content);
  const plain = has("ch") ? record : padded;
  const messages = input.records.filter((item): item is Message => typeof item === "object");
  const times = messages.map(({ logTime }) => logTime);
  const [first, last] = times.length > 0 ? [Math.min(...times), Math.max(...times)] : [0, 0];
  const descriptions = input.records.includes("schema") ? 1 : 0;
  const channels = messages.length > 0 ? 1 : 0;
  const isChunked = has("ch") && messages.length > 0;

  const out = [...magic, ...padded(1, [...text(""), ...text("")])];
  const inside: number[] = [];
  const entries: number[] = [];
  const data = has("ch") ? inside : out;
  const indexes: { attachment?: number[]; metadata?: number[]; chunk?: number[] } = {};
  for (const item of input.records) {
    const at = data.length;
    if (item === "schema") data.push(...plain(3, schema));
    else if (item === "channel") data.push(...plain(4, channel));
    else if (item === "schemaless") data.push(...plain(4, schemaless));
    else if (item === "attachment") {
      const content = [...u64(2), ...u64(1), ...file, ...u64(3), 1, 2, 3];
      const bytes = padded(9, [...content, ...crc(content)]);
      indexes.attachment = [...u64(out.length), ...u64(bytes.length), ...u64(2), ...u64(1), ...u64(3), ...file];
      out.push(...bytes);
    } else if (item === "metadata") {
      const bytes = padded(12, [...text("myMetadata"), ...fooBar]);
      indexes.metadata = [...u64(out.length), ...u64(bytes.length), ...text("myMetadata")];
      out.push(...bytes);
    } else {
      const { sequence, logTime, publishTime } = item;
      data.push(...record(5, [...u16(1), ...u32(sequence), ...u64(logTime), ...u64(publishTime), 1, 2, 3]));
      entries.push(...u64(logTime), ...u64(at));
    }
  }
  if (isChunked) {
    const at = out.length;
    const size = u64(inside.length);
    out.push(...record(6, [...u64(first), ...u64(last), ...size, ...crc(inside), ...text(""), ...size, ...inside]));
    const indexAt = out.length;
    if (has("mx")) out.push(...padded(7, [...u16(1), ...part(entries)]));
    const offsets = part(has("mx") ? [...u16(1), ...u64(indexAt)] : []);
    const places = [...u64(first), ...u64(last), ...u64(at), ...u64(indexAt - at)];
    indexes.chunk = [...places, ...offsets, ...u64(out.length - indexAt), ...text(""), ...size, ...size];
  }
  out.push(...record(15, crc(out)));
  return Uint8Array.from(closed(out, summary()));

  function summary(): [opcode: number, content: readonly number[]][] {
    const kinds: [number, readonly number[]][] = [];
    if (has("rsh") && descriptions) kinds.push([3, schema]);
    if (has("rch") && channels) kinds.push([4, descriptions ? channel : schemaless]);
    if (has("st")) {
      const { attachment, metadata } = indexes;
      const counts = [descriptions, 0, channels, 0, 0, 0, attachment ? 1 : 0, 0, 0, 0, metadata ? 1 : 0, 0, 0, 0];
      const perChannel = part(channels ? [...u16(1), ...u64(messages.length)] : []);
      const chunks = u32(isChunked ? 1 : 0);
      kinds.push([11, [...u64(messages.length), ...counts, ...chunks, ...u64(first), ...u64(last), ...perChannel]]);
    }
    if (has("ax") && indexes.attachment) kinds.push([10, indexes.attachment]);
    if (has("mdx") && indexes.metadata) kinds.push([13, indexes.metadata]);
    if (has("chx") && indexes.chunk) kinds.push([8, indexes.chunk]);
    return kinds;
  }

  function closed(bytes: number[], kinds: readonly [number, readonly number[]][]): number[] {
    const start = kinds.length > 0 ? bytes.length : 0;
    const from = bytes.length;
    const groups: number[] = [];
    for (const [opcode, content] of kinds) {
      const at = bytes.length;
      bytes.push(...padded(opcode, content));
      if (has("sum")) groups.push(...padded(14, [opcode, ...u64(at), ...u64(bytes.length - at)]));
    }
    const offsetsAt = groups.length > 0 ? bytes.length : 0;
    bytes.push(...groups, 2, ...u64(20), ...u64(start), ...u64(offsetsAt));
    return [...bytes, ...crc(bytes.slice(from)), ...magic];
  }
}

/** Every combination that says something about the content. */
export function variants(): Variant[] {
  return inputs.flatMap((input) => {
    const isOf = (kind: string): boolean => input.records.includes(kind as "schema");
    const hasMessages = input.records.some((item) => typeof item === "object");
    const summaryKinds: Feature[] = ["st"];
    if (hasMessages) summaryKinds.push("chx", "rch");
    if (isOf("schema")) summaryKinds.push("rsh");
    if (isOf("attachment")) summaryKinds.push("ax");
    if (isOf("metadata")) summaryKinds.push("mdx");
    const possible: Feature[] = [...summaryKinds, "pad", "sum", ...(hasMessages ? (["ch", "mx"] as const) : [])];
    return subsets(possible.toSorted())
      .filter((flags) => flags.includes("ch") || !(flags.includes("mx") || flags.includes("chx")))
      .filter((flags) => !flags.includes("sum") || summaryKinds.some((kind) => flags.includes(kind)))
      .map((flags) => ({
        name: [input.name, ...flags].join("-"),
        bytes: conformanceFile(input, new Set(flags)),
        logTimes: input.records.flatMap((item) => (typeof item === "object" ? [item.logTime] : [])),
      }));
  });
}

const subsets = <T>(items: readonly T[]): T[][] =>
  items.reduce<T[][]>((all, item) => all.flatMap((set) => [set, [...set, item]]), [[]]);
