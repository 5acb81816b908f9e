/**
 * Baseline JPEG with 4:2:0 chroma (ITU-T T.81, standard Huffman tables of annex K.3; DCT of Arai, Agui and Nakajima
 * 1988). Own code because jpeg-js needs Node's Buffer, does 4:4:4 only and takes twice the time and the bytes.
 */
export interface JpegEncoder {
  /** rgb: [width × height × 3]. The bytes are the caller's. */
  encode(rgb: Uint8Array, width: number, height: number): Uint8Array;
}

const zigzag = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
];
const lumaQuant = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const chromaQuant = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99];

/** [code counts by length 1…16, values] of annex K.3. */
type HuffmanSpec = readonly [counts: readonly number[], values: readonly number[]];
const dcValues = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const dcLuma: HuffmanSpec = [[0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], dcValues];
const dcChroma: HuffmanSpec = [[0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], dcValues];
const hex = (text: string): number[] => text.match(/../g)!.map((pair) => Number.parseInt(pair, 16));
const acLuma: HuffmanSpec = [
  [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
  hex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
  ),
];
const acChroma: HuffmanSpec = [
  [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
  hex(
    "0001020311040521310612415107617113223281081442 91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa".replace(
      " ",
      "",
    ),
  ),
];

interface Huffman {
  readonly code: Uint16Array;
  readonly size: Uint8Array;
}

function huffman([counts, values]: HuffmanSpec): Huffman {
  const table = { code: new Uint16Array(256), size: new Uint8Array(256) };
  let code = 0;
  let next = 0;
  counts.forEach((count, index) => {
    for (let i = 0; i < count; i++) {
      table.code[values[next]] = code++;
      table.size[values[next++]] = index + 1;
    }
    code <<= 1;
  });
  return table;
}

/** @param quality 1–100, on libjpeg's scale. */
export function createJpegEncoder(quality: number): JpegEncoder {
  const percent = quality < 50 ? 5000 / quality : 200 - quality * 2;
  const scaled = (value: number) => Math.min(255, Math.max(1, Math.floor((value * percent + 50) / 100)));
  const luma = lumaQuant.map(scaled);
  const chroma = lumaQuant.map((_, i) => scaled((i & 7) < 4 && i < 32 ? chromaQuant[(i >> 3) * 4 + (i & 7)] : 99));
  const scales = [1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379];
  const divisors = (quant: readonly number[]) =>
    Float64Array.from(quant, (q, i) => 1 / (q * scales[i >> 3] * scales[i & 7] * 8));
  const lumaDivisors = divisors(luma);
  const chromaDivisors = divisors(chroma);
  const tables = [dcLuma, acLuma, dcChroma, acChroma].map(huffman);

  let out = new Uint8Array(1 << 18);
  let length = 0;
  let bits = 0;
  let bitCount = 0;
  const put = (value: number, size: number) => {
    bits = (bits << size) | value;
    bitCount += size;
    while (bitCount >= 8) {
      const byte = (bits >>> (bitCount - 8)) & 0xff;
      out[length++] = byte;
      if (byte === 0xff) out[length++] = 0;
      bitCount -= 8;
    }
    bits &= 0xff;
  };
  const block = new Float64Array(64);
  const coefficients = new Int32Array(64);

  /** Transforms, quantises and codes `block`; gives the DC for the next difference. */
  function code(divisor: Float64Array, previousDc: number, dc: Huffman, ac: Huffman): number {
    transform(block);
    for (let i = 0; i < 64; i++) coefficients[i] = Math.round(block[zigzag[i]] * divisor[zigzag[i]]);
    const difference = coefficients[0] - previousDc;
    const category = 32 - Math.clz32(Math.abs(difference));
    put(dc.code[category], dc.size[category]);
    if (category > 0) put(difference > 0 ? difference : difference + (1 << category) - 1, category);
    let last = 63;
    while (last > 0 && coefficients[last] === 0) last--;
    let run = 0;
    for (let i = 1; i <= last; i++) {
      const value = coefficients[i];
      if (value === 0) {
        run++;
        continue;
      }
      for (; run > 15; run -= 16) put(ac.code[0xf0], ac.size[0xf0]);
      const size = 32 - Math.clz32(Math.abs(value));
      put(ac.code[(run << 4) | size], ac.size[(run << 4) | size]);
      put(value > 0 ? value : value + (1 << size) - 1, size);
      run = 0;
    }
    if (last < 63) put(ac.code[0], ac.size[0]);
    return coefficients[0];
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
      const y = new Float64Array(256);
      const cb = new Float64Array(64);
      const cr = new Float64Array(64);
      let dcY = 0;
      let dcCb = 0;
      let dcCr = 0;
      for (let top = 0; top < height; top += 16) {
        for (let left = 0; left < width; left += 16) {
          cb.fill(0);
          cr.fill(0);
          const columns = Math.min(16, width - left);
          for (let j = 0; j < 16; j++) {
            const row = (Math.min(height - 1, top + j) * width + left) * 3;
            for (let i = 0; i < 16; i++) {
              const p = row + (i < columns ? i : columns - 1) * 3;
              const r = rgb[p];
              const g = rgb[p + 1];
              const b = rgb[p + 2];
              y[j * 16 + i] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
              const c = (j >> 1) * 8 + (i >> 1);
              cb[c] += (-0.168736 * r - 0.331264 * g + 0.5 * b) * 0.25;
              cr[c] += (0.5 * r - 0.418688 * g - 0.081312 * b) * 0.25;
            }
          }
          for (let quarter = 0; quarter < 4; quarter++) {
            const from = (quarter >> 1) * 128 + (quarter & 1) * 8;
            for (let i = 0; i < 64; i++) block[i] = y[from + (i >> 3) * 16 + (i & 7)];
            dcY = code(lumaDivisors, dcY, tables[0], tables[1]);
          }
          block.set(cb);
          dcCb = code(chromaDivisors, dcCb, tables[2], tables[3]);
          block.set(cr);
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
      if (bitCount > 0) put((1 << (8 - bitCount)) - 1, 8 - bitCount);
      out[length++] = 0xff;
      out[length++] = 0xd9;
      return out.slice(0, length);
    },
  };
}

/** Forward DCT in place, rows then columns; scaled as AAN does, which the divisors undo. */
function transform(d: Float64Array): void {
  for (let pass = 0; pass < 2; pass++) {
    const step = pass === 0 ? 1 : 8;
    const next = pass === 0 ? 8 : 1;
    for (let k = 0, o = 0; k < 8; k++, o += next) {
      const s = step;
      const t0 = d[o] + d[o + 7 * s];
      const t7 = d[o] - d[o + 7 * s];
      const t1 = d[o + s] + d[o + 6 * s];
      const t6 = d[o + s] - d[o + 6 * s];
      const t2 = d[o + 2 * s] + d[o + 5 * s];
      const t5 = d[o + 2 * s] - d[o + 5 * s];
      const t3 = d[o + 3 * s] + d[o + 4 * s];
      const t4 = d[o + 3 * s] - d[o + 4 * s];
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
  }
}
