/** Code → six bits; 255: not a digit. Both alphabets of RFC 4648. */
const digits = new Uint8Array(128).fill(255);
for (const [alphabet, from] of [
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 0],
  ["-_", 62],
] as const) {
  Array.from(alphabet, (c, i) => (digits[c.charCodeAt(0)] = from + i));
}

/**
 * Base64 (RFC 4648 §4 and §5) → bytes; undefined where the text is none. Padding may be absent. `atob` would make a
 * string of every byte first.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  let length = text.length;
  while (length > 0 && text.length - length < 2 && text.charCodeAt(length - 1) === 61) length--;
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let held = 0;
  let out = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const digit = code < 128 ? digits[code] : 255;
    if (digit === 255) return undefined;
    held = (held << 6) | digit;
    const phase = i & 3;
    if (phase > 0) bytes[out++] = held >> (6 - 2 * phase);
  }
  return bytes;
}
