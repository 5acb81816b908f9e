import { acChroma, acLuma, chromaQuant, dcChroma, dcLuma, huffman, lumaQuant, zigzag } from "./jpeg-tables.ts";

/**
 * Baseline JPEG with 4:2:0 chroma (ITU-T T.81, standard Huffman tables of annex K.3; DCT of Arai, Agui and Nakajima
 * 1988). Own code because jpeg-js needs Node's Buffer, does 4:4:4 only and takes twice the time and the bytes.
 */
export interface JpegEncoder {
  /** rgb: [width × height × 3]. The bytes are the caller's. */
  encode(rgb: Uint8Array, width: number, height: number): Uint8Array;
}

/** Math.round at a third of its time, for |value| < 32768. */
const rounded = (value: number): number => ((value + 32768.5) | 0) - 32768;

const sizeOf = (value: number): number => 32 - Math.clz32(value < 0 ? -value : value);

/** The bits of a value of `size` bits, as a symbol. */
const valueOf = (value: number, size: number): number => ((value < 0 ? value + (1 << size) - 1 : value) << 5) | size;

/** @param quality 1–100, on libjpeg's scale. */
export function createJpegEncoder(quality: number): JpegEncoder {
  const percent = quality < 50 ? 5000 / quality : 200 - quality * 2;
  const scaled = (value: number) => Math.min(255, Math.max(1, Math.floor((value * percent + 50) / 100)));
  const luma = lumaQuant.map(scaled);
  const chroma = lumaQuant.map((_, i) => scaled((i & 7) < 4 && i < 32 ? chromaQuant[(i >> 3) * 4 + (i & 7)] : 99));
  const scales = [1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379];
  /** In the order of the zigzag, as the quantiser goes. */
  const divisors = (quant: readonly number[]) =>
    Float64Array.from(zigzag, (at) => 1 / (quant[at] * scales[at >> 3] * scales[at & 7] * 8));
  const lumaDivisors = divisors(luma);
  const chromaDivisors = divisors(chroma);
  const tables = [dcLuma, acLuma, dcChroma, acChroma].map(huffman);
  const order = Uint8Array.from(zigzag);

  let out = new Uint8Array(1 << 18);
  let length = 0;
  let bits = 0;
  let bitCount = 0;
  const block = new Float64Array(64);
  /** What a block is coded as, each bits << 5 | size; a coefficient is two of them. */
  const symbols = new Uint32Array(3 * 64);
  const square: Square = { y: new Float64Array(256), cb: new Float64Array(64), cr: new Float64Array(64) };

  /** Appends the first `count` symbols. Everything is in local variables: twice as fast as in the closure's. */
  function put(count: number): void {
    const bytes = out;
    let to = length;
    let buffer = bits;
    let filled = bitCount;
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i];
      buffer = (buffer << (symbol & 31)) | (symbol >>> 5);
      for (filled += symbol & 31; filled >= 8;) {
        filled -= 8;
        const byte = (buffer >>> filled) & 0xff;
        bytes[to++] = byte;
        if (byte === 0xff) bytes[to++] = 0;
      }
    }
    length = to;
    bits = buffer;
    bitCount = filled;
  }

  /** Quantises and codes `block`; gives the DC for the next difference. */
  function code(divisor: Float64Array, previousDc: number, dc: Uint32Array, ac: Uint32Array): number {
    const first = rounded(block[0] * divisor[0]);
    const difference = first - previousDc;
    const category = sizeOf(difference);
    symbols[0] = dc[category];
    symbols[1] = valueOf(difference, category);
    let count = 2;
    let run = 0;
    for (let i = 1; i < 64; i++) {
      const value = rounded(block[order[i]] * divisor[i]);
      if (value === 0) {
        run++;
        continue;
      }
      for (; run > 15; run -= 16) symbols[count++] = ac[0xf0];
      const size = sizeOf(value);
      symbols[count++] = ac[(run << 4) | size];
      symbols[count++] = valueOf(value, size);
      run = 0;
    }
    if (run > 0) symbols[count++] = ac[0];
    put(count);
    return first;
  }

  function header(width: number, height: number): void {
    const bytes = (...values: number[]) => values.forEach((value) => (out[length++] = value));
    const word = (value: number) => bytes(value >> 8, value & 0xff);
    word(0xffd8);
    word(0xffe0);
    bytes(0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
    [luma, chroma].forEach((quant, id) => {
      word(0xffdb);
      bytes(0, 67, id, ...zigzag.map((i) => quant[i]));
    });
    word(0xffc0);
    bytes(0, 17, 8);
    word(height);
    word(width);
    bytes(3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1);
    [dcLuma, acLuma, dcChroma, acChroma].forEach(([counts, values], i) => {
      word(0xffc4);
      word(19 + values.length);
      bytes(((i & 1) << 4) | (i >> 1), ...counts, ...values);
    });
    word(0xffda);
    bytes(0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0);
  }

  return {
    encode(rgb, width, height) {
      if (out.length < width * height + 65536) out = new Uint8Array(width * height + 65536);
      length = bits = bitCount = 0;
      header(width, height);
      let dcY = 0;
      let dcCb = 0;
      let dcCr = 0;
      for (let top = 0; top < height; top += 16) {
        for (let left = 0; left < width; left += 16) {
          readSquare(rgb, width, height, left, top, square);
          for (let quarter = 0; quarter < 4; quarter++) {
            transform(square.y, (quarter >> 1) * 128 + (quarter & 1) * 8, 16, block);
            dcY = code(lumaDivisors, dcY, tables[0], tables[1]);
          }
          transform(square.cb, 0, 8, block);
          dcCb = code(chromaDivisors, dcCb, tables[2], tables[3]);
          transform(square.cr, 0, 8, block);
          dcCr = code(chromaDivisors, dcCr, tables[2], tables[3]);
        }
        // Room for one more row of blocks at the worst case.
        const need = length + Math.ceil(width / 16) * 6 * 64 * 8 + 16;
        if (need > out.length) {
          const grown = new Uint8Array(need * 2);
          grown.set(out.subarray(0, length));
          out = grown;
        }
      }
      if (bitCount > 0) {
        symbols[0] = (((1 << (8 - bitCount)) - 1) << 5) | (8 - bitCount);
        put(1);
      }
      out[length++] = 0xff;
      out[length++] = 0xd9;
      return out.slice(0, length);
    },
  };
}

/** 16 × 16 pixels: four blocks of luma, and chroma at half the size; 0 is middle grey. */
interface Square {
  readonly y: Float64Array;
  readonly cb: Float64Array;
  readonly cr: Float64Array;
}

/** Beyond the right and the lower edge the last pixel goes on. */
function readSquare(rgb: Uint8Array, width: number, height: number, left: number, top: number, into: Square): void {
  const { y, cb, cr } = into;
  const lastX = Math.min(15, width - 1 - left);
  const lastY = Math.min(15, height - 1 - top);
  for (let j = 0; j < 16; j += 2) {
    const high = ((top + Math.min(j, lastY)) * width + left) * 3;
    const low = ((top + Math.min(j + 1, lastY)) * width + left) * 3;
    for (let i = 0; i < 16; i += 2) {
      const a = Math.min(i, lastX) * 3;
      const b = Math.min(i + 1, lastX) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = 0; k < 4; k++) {
        const p = (k < 2 ? high : low) + (k & 1 ? b : a);
        const r = rgb[p];
        const g = rgb[p + 1];
        const bl = rgb[p + 2];
        y[j * 16 + i + (k < 2 ? 0 : 16) + (k & 1)] = 0.299 * r + 0.587 * g + 0.114 * bl - 128;
        red += r;
        green += g;
        blue += bl;
      }
      const c = (j >> 1) * 8 + (i >> 1);
      cb[c] = -0.042184 * red - 0.082816 * green + 0.125 * blue;
      cr[c] = 0.125 * red - 0.104672 * green - 0.020328 * blue;
    }
  }
}

/**
 * Forward DCT of 8 × 8 samples, which begin at `from` and are `stride` apart from row to row, into `d`; scaled as AAN
 * does, which the divisors undo.
 */
function transform(samples: Float64Array, from: number, stride: number, d: Float64Array): void {
  for (let row = 0, o = 0; row < 8; row++, o += 8, from += stride)
    butterfly(
      samples[from],
      samples[from + 1],
      samples[from + 2],
      samples[from + 3],
      samples[from + 4],
      samples[from + 5],
      samples[from + 6],
      samples[from + 7],
      d,
      o,
      1,
    );
  for (let o = 0; o < 8; o++)
    butterfly(d[o], d[o + 8], d[o + 16], d[o + 24], d[o + 32], d[o + 40], d[o + 48], d[o + 56], d, o, 8);
}

/** Eight samples in, eight coefficients out, to `d` at `o`, `s` apart. */
function butterfly(
  a: number,
  b: number,
  c: number,
  e: number,
  f: number,
  g: number,
  h: number,
  i: number,
  d: Float64Array,
  o: number,
  s: number,
): void {
  const t0 = a + i;
  const t7 = a - i;
  const t1 = b + h;
  const t6 = b - h;
  const t2 = c + g;
  const t5 = c - g;
  const t3 = e + f;
  const t4 = e - f;
  const e0 = t0 + t3;
  const e3 = t0 - t3;
  const e1 = t1 + t2;
  const e2 = t1 - t2;
  d[o] = e0 + e1;
  d[o + 4 * s] = e0 - e1;
  const z1 = (e2 + e3) * Math.SQRT1_2;
  d[o + 2 * s] = e3 + z1;
  d[o + 6 * s] = e3 - z1;
  const o0 = t4 + t5;
  const o1 = t5 + t6;
  const o2 = t6 + t7;
  const z5 = (o0 - o2) * 0.382683433;
  const z2 = 0.5411961 * o0 + z5;
  const z4 = 1.306562965 * o2 + z5;
  const z3 = o1 * Math.SQRT1_2;
  const z11 = t7 + z3;
  const z13 = t7 - z3;
  d[o + 5 * s] = z13 + z2;
  d[o + 3 * s] = z13 - z2;
  d[o + s] = z11 + z4;
  d[o + 7 * s] = z11 - z4;
}
