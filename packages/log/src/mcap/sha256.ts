/**
 * SHA-256 (FIPS 180-4). Own code because `crypto.subtle` is absent where the page is served over plain HTTP from another
 * machine, and a scene's identity must not depend on how the page was reached.
 */
export function sha256Hex(...parts: readonly Uint8Array[]): string {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const padded = new Uint8Array((((length + 8) >> 6) + 1) * 64);
  let at = 0;
  for (const part of parts) {
    padded.set(part, at);
    at += part.length;
  }
  padded[at] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(length) * 8n);

  const h = Uint32Array.from(initial);
  const w = new Uint32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, last] = h;
    for (let i = 0; i < 64; i++) {
      const choice = (e & f) ^ (~e & g);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      const t1 = (last + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + constants[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
      [last, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, last].forEach((word, i) => (h[i] += word));
  }
  return Array.from(h, (word) => word.toString(16).padStart(8, "0")).join("");
}

const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

const primes = (count: number): number[] => {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
};

/** First 32 bits of the fractional part of the root, by integer arithmetic: doubles are too short for cube roots. */
function fraction(n: number, power: bigint): number {
  const target = BigInt(n) << (power === 2n ? 64n : 96n);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** power <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

const initial = primes(8).map((p) => fraction(p, 2n));
const constants = Uint32Array.from(primes(64), (p) => fraction(p, 3n));
