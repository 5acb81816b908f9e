import type { Random } from "./random.ts";
import type { Sites } from "./sites.ts";

/** A log to start from, and one to splice it with. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sites: Sites;
}

export interface Mutant {
  readonly bytes: Uint8Array;
  /** What was done, in order: for the message of a failure. */
  readonly steps: readonly string[];
}

/** 1–4 changes, of any kind; `focus`: where single bytes are changed. */
export function mutate(seed: Seed, other: Seed, random: Random, focus: "anywhere" | "payloads"): Mutant {
  const steps: string[] = [];
  let { bytes } = seed;
  const count = 1 + random.below(4);
  for (let i = 0; i < count && bytes.length > 0; i++) {
    const list = focus === "payloads" && random.below(5) > 0 ? inPayloads : everywhere;
    const [name, change] = random.pick(list);
    const [changed, what] = change(bytes, seed, random, other);
    bytes = changed;
    steps.push(`${name} ${what}`);
  }
  return { bytes, steps };
}

type Change = (
  bytes: Uint8Array,
  seed: Seed,
  random: Random,
  other: Seed,
) => readonly [bytes: Uint8Array, what: string];

const interesting8 = [0, 1, 0x7f, 0x80, 0xff];
const interesting = [
  0n,
  1n,
  2n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];

const copyOf = (bytes: Uint8Array): Uint8Array => bytes.slice();
const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const flip: Change = (bytes, _seed, random) => flipAt(bytes, random.below(bytes.length), random);
function flipAt(bytes: Uint8Array, at: number, random: Random) {
  const out = copyOf(bytes);
  const bit = random.below(8);
  out[at] ^= 1 << bit;
  return [out, `${at}.${bit}`] as const;
}

const set: Change = (bytes, _seed, random) => setAt(bytes, random.below(bytes.length), random);
function setAt(bytes: Uint8Array, at: number, random: Random) {
  const out = copyOf(bytes);
  out[at] = random.below(2) ? random.pick(interesting8) : random.below(256);
  return [out, `${at}=${out[at]}`] as const;
}

const payloadByte =
  (change: (bytes: Uint8Array, at: number, random: Random) => readonly [Uint8Array, string]): Change =>
  (bytes, { sites }, random) => {
    const { from, to } = random.pick(sites.payloads) ?? { from: 0, to: bytes.length };
    return change(bytes, Math.min(from + random.below(to - from), bytes.length - 1), random);
  };

/** A number of 1 to 8 bytes in the middle of a message: lengths, counts, sizes. */
function wordAt(bytes: Uint8Array, at: number, random: Random) {
  return writeInteger(bytes, at, random.pick([1, 2, 4, 8] as const), random);
}

function writeInteger(bytes: Uint8Array, at: number, width: 1 | 2 | 4 | 8, random: Random) {
  const out = copyOf(bytes);
  const view = new DataView(out.buffer);
  if (at + width > out.length) return [out, "past the end"] as const;
  const old =
    width === 8
      ? view.getBigUint64(at, true)
      : BigInt(width === 4 ? view.getUint32(at, true) : width === 2 ? view.getUint16(at, true) : view.getUint8(at));
  const near = old + BigInt(random.below(17) - 8);
  const value = BigInt.asUintN(
    8 * width,
    random.pick([random.pick(interesting), near, BigInt(bytes.length) + BigInt(random.below(3)) - 1n, old * 2n]),
  );
  if (width === 8) view.setBigUint64(at, value, true);
  else if (width === 4) view.setUint32(at, Number(value), true);
  else if (width === 2) view.setUint16(at, Number(value), true);
  else view.setUint8(at, Number(value));
  return [out, `${at}:${width}=${value}`] as const;
}

const integer: Change = (bytes, { sites }, random) => {
  const { at, bytes: width } = random.pick(sites.integers);
  return writeInteger(bytes, at, width, random);
};

const truncate: Change = (bytes, _seed, random) => {
  const to = random.below(bytes.length);
  return [bytes.slice(0, to), `${to}`];
};

const insert: Change = (bytes, _seed, random) => {
  const at = random.below(bytes.length);
  const more = Uint8Array.from({ length: 1 + random.below(16) }, () => random.below(256));
  return [concat(bytes.subarray(0, at), more, bytes.subarray(at)), `${more.length} at ${at}`];
};

const remove: Change = (bytes, _seed, random) => {
  const at = random.below(bytes.length);
  const count = 1 + random.below(Math.min(64, bytes.length - at));
  return [concat(bytes.subarray(0, at), bytes.subarray(at + count)), `${count} at ${at}`];
};

const swap: Change = (bytes, _seed, random) => {
  const [a, b] = [random.below(bytes.length), random.below(bytes.length)].toSorted((x, y) => x - y);
  const count = Math.min(1 + random.below(64), b - a, bytes.length - b);
  const out = copyOf(bytes);
  out.set(bytes.subarray(b, b + count), a);
  out.set(bytes.subarray(a, a + count), b);
  return [out, `${count} at ${a} and ${b}`];
};

const repeatRecord: Change = (bytes, { sites }, random) => {
  const { from, to } = random.pick(sites.records);
  const record = bytes.slice(from, to);
  const at = Math.min(random.pick(sites.records).from, bytes.length);
  return [concat(bytes.subarray(0, at), record, bytes.subarray(at)), `${from}–${to} at ${at}`];
};

const dropRecord: Change = (bytes, { sites }, random) => {
  const { from, to } = random.pick(sites.records);
  return [concat(bytes.subarray(0, from), bytes.subarray(to)), `${from}–${to}`];
};

const splice: Change = (bytes, { sites }, random, other) => {
  const from = random.below(2) ? random.pick(other.sites.records).from : random.below(other.bytes.length);
  const to = random.below(2) ? random.pick(sites.records).from : random.below(bytes.length);
  return [concat(bytes.subarray(0, to), other.bytes.subarray(from)), `0–${to} with ${other.name} from ${from}`];
};

const everywhere: readonly (readonly [string, Change])[] = [
  ["flip", flip],
  ["flip", flip],
  ["set", set],
  ["integer", integer],
  ["integer", integer],
  ["integer", integer],
  ["truncate", truncate],
  ["insert", insert],
  ["remove", remove],
  ["swap", swap],
  ["repeat record", repeatRecord],
  ["drop record", dropRecord],
  ["splice", splice],
];

const inPayloads: readonly (readonly [string, Change])[] = [
  ["flip", payloadByte(flipAt)],
  ["set", payloadByte(setAt)],
  ["word", payloadByte(wordAt)],
];
