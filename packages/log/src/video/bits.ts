/** Reads bits, most significant first. Past the end everything is 0, and `isPastEnd` says so. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isPastEnd(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  /** At most 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** ue(v), ITU-T H.264 §9.1. */
  unsigned(): number {
    let zeros = 0;
    while (zeros < 32 && !this.isPastEnd && !this.flag()) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v). */
  signed(): number {
    const value = this.unsigned();
    return value % 2 === 1 ? (value + 1) / 2 : 0 - value / 2;
  }
}

/** NAL units of a byte stream with start codes (Annex B), without them. Borrowed. */
export function nalUnits(bytes: Uint8Array): readonly Uint8Array[] {
  const starts: { readonly code: number; readonly payload: number }[] = [];
  for (let i = 0; i + 3 <= bytes.length; i++) {
    if (bytes[i] !== 0 || bytes[i + 1] !== 0 || bytes[i + 2] !== 1) continue;
    starts.push({ code: i, payload: i + 3 });
    i += 2;
  }
  return starts.map(({ payload }, i) => {
    let end = starts[i + 1]?.code ?? bytes.length;
    // Zeros before the next start code belong to neither.
    while (end > payload && bytes[end - 1] === 0) end--;
    return bytes.subarray(payload, end);
  });
}

/** A NAL unit's payload: the third byte of 0 0 3 only keeps start codes from arising. */
export function withoutEmulation(nal: Uint8Array): Uint8Array {
  const out = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
