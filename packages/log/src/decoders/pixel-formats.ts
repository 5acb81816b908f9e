/** A raw picture; rows start `strideBytes` apart. */
export interface RawPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly strideBytes: number;
}

export interface PixelFormat {
  readonly bytesPerPixel: number;
  /** Fills [width × height × 4]. */
  toRgba(from: RawPixels, rgba: Uint8ClampedArray): void;
}

/** Byte positions of red, green, blue, alpha in a pixel; alpha −1: opaque. */
function interleaved(bytesPerPixel: number, r: number, g: number, b: number, a = -1): PixelFormat {
  return {
    bytesPerPixel,
    toRgba({ data, width, height, strideBytes }, rgba) {
      let out = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0, at = y * strideBytes; x < width; x++, at += bytesPerPixel) {
          rgba[out++] = data[at + r];
          rgba[out++] = data[at + g];
          rgba[out++] = data[at + b];
          rgba[out++] = a < 0 ? 255 : data[at + a];
        }
      }
    },
  };
}

/** Four bytes for two pixels, at these positions; BT.601, limited range, as OpenCV converts YUV422. */
function yuv422(y0: number, y1: number, u: number, v: number): PixelFormat {
  return {
    bytesPerPixel: 2,
    toRgba({ data, width, height, strideBytes }, rgba) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = y * strideBytes + (x >> 1) * 4;
          // An odd width leaves half a group at the end of the row.
          const luma = 1.164 * (data[at + (x & 1 ? y1 : y0)] - 16);
          const cb = (data[Math.min(at + u, data.length - 1)] ?? 128) - 128;
          const cr = (data[Math.min(at + v, data.length - 1)] ?? 128) - 128;
          const out = (y * width + x) * 4;
          rgba[out] = luma + 1.596 * cr;
          rgba[out + 1] = luma - 0.813 * cr - 0.391 * cb;
          rgba[out + 2] = luma + 2.018 * cb;
          rgba[out + 3] = 255;
        }
      }
    },
  };
}

/**
 * Nearest-neighbour demosaic: each 2 × 2 block gives its red, its blue and its own or the block's first green. Half the
 * resolution in colour, but no fringes that one could take for an edge. `pattern`: colours of the block, row by row.
 * `high`: which byte of a colour is the picture.
 */
function bayer(pattern: "rggb" | "bggr" | "gbrg" | "grbg", bytesPerPixel: 1 | 2, high: 0 | 1 = 0): PixelFormat {
  const [r, g, b] = [pattern.indexOf("r"), pattern.indexOf("g"), pattern.indexOf("b")];
  return {
    bytesPerPixel,
    toRgba({ data, width, height, strideBytes }, rgba) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [left, top] = [blockStart(x, width), blockStart(y, height)];
          const at = (cell: number): number =>
            data[(top + (cell >> 1)) * strideBytes + (left + (cell & 1)) * bytesPerPixel + high] ?? 0;
          const out = (y * width + x) * 4;
          const own = (y & 1) * 2 + (x & 1);
          rgba[out] = at(r);
          rgba[out + 1] = at(pattern[own] === "g" ? own : g);
          rgba[out + 2] = at(b);
          rgba[out + 3] = 255;
        }
      }
    },
  };
}

/** Even; an odd last row or column takes the block before it. */
const blockStart = (at: number, size: number): number => {
  const start = at & ~1;
  return start + 1 < size ? start : Math.max(0, start - 2);
};

const formats: Readonly<Record<string, PixelFormat>> = {
  rgb8: interleaved(3, 0, 1, 2),
  bgr8: interleaved(3, 2, 1, 0),
  "8UC3": interleaved(3, 2, 1, 0),
  rgba8: interleaved(4, 0, 1, 2, 3),
  bgra8: interleaved(4, 2, 1, 0, 3),
  mono8: interleaved(1, 0, 0, 0),
  "8UC1": interleaved(1, 0, 0, 0),
  bayer_rggb8: bayer("rggb", 1),
  bayer_bggr8: bayer("bggr", 1),
  bayer_gbrg8: bayer("gbrg", 1),
  bayer_grbg8: bayer("grbg", 1),
  yuv422: yuv422(1, 3, 0, 2),
  uyvy: yuv422(1, 3, 0, 2),
  yuv422_yuy2: yuv422(0, 2, 1, 3),
  yuyv: yuv422(0, 2, 1, 3),
};

/** Two bytes a colour; its high byte is the picture. */
const wideFormats = (high: 0 | 1): Readonly<Record<string, PixelFormat>> => ({
  mono16: interleaved(2, high, high, high),
  "16UC1": interleaved(2, high, high, high),
  rgb16: interleaved(6, high, 2 + high, 4 + high),
  bgr16: interleaved(6, 4 + high, 2 + high, high),
  rgba16: interleaved(8, high, 2 + high, 4 + high, 6 + high),
  bgra16: interleaved(8, 4 + high, 2 + high, high, 6 + high),
  bayer_rggb16: bayer("rggb", 2, high),
  bayer_bggr16: bayer("bggr", 2, high),
  bayer_gbrg16: bayer("gbrg", 2, high),
  bayer_grbg16: bayer("grbg", 2, high),
});

const byOrder = {
  little: { ...formats, ...wideFormats(1) },
  big: { ...formats, ...wideFormats(0) },
} as const;

export const pixelFormatNames: readonly string[] = Object.keys(byOrder.little);

/** `byteOrder`: of colours of two bytes. */
export function pixelFormat(name: string, byteOrder: "little" | "big" = "little"): PixelFormat | undefined {
  const known = byOrder[byteOrder];
  return Object.hasOwn(known, name) ? known[name] : undefined;
}
