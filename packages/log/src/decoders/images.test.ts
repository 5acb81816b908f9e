import { describe, expect, it } from "vitest";
import { BufferPool } from "../buffer-pool.ts";
import { pngHeader } from "../../test-support/drive.ts";
import { descriptorSet, encode } from "../../test-support/foxglove.ts";
import { protobuf } from "../encodings/protobuf.ts";
import { defaultLimits } from "../limits.ts";
import { LogError } from "../types.ts";
import { compressedImage } from "./compressed-image.ts";
import { readImageHeader } from "./image-header.ts";
import { pixelFormatNames } from "./pixel-formats.ts";
import { rawImage } from "./raw-image.ts";

const readerOf = (name: string) =>
  protobuf.compile({ id: 1, name, encoding: "protobuf", data: descriptorSet }, defaultLimits);

describe("picture headers", () => {
  const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));
  it("JPEG: past an APP segment, fill bytes and tables, to the start of frame", () => {
    const jpeg = [
      0xff, 0xd8, 0xff, 0xe0, 0, 6, 1, 2, 3, 4, 0xff, 0xff, 0xc4, 0, 4, 9, 9, 0xff, 0xc2, 0, 17, 8, 0x04, 0xc0, 0x07,
      0x90, 3,
    ];
    expect(readImageHeader(Uint8Array.from(jpeg))).toEqual({ mimeType: "image/jpeg", width: 1936, height: 1216 });
  });
  it("PNG", () => {
    expect(readImageHeader(pngHeader(3000, 2))).toEqual({ mimeType: "image/png", width: 3000, height: 2 });
  });
  it("WebP in its three kinds", () => {
    const riff = (kind: string, body: number[]): Uint8Array =>
      Uint8Array.from([
        ...ascii("RIFF"),
        0,
        0,
        0,
        0,
        ...ascii(`WEBP${kind}`),
        0,
        0,
        0,
        0,
        ...body,
        ...Array(10).fill(0),
      ]);
    expect(readImageHeader(riff("VP8X", [0, 0, 0, 0, 0x3f, 1, 0, 0xef, 0, 0]))).toEqual({
      mimeType: "image/webp",
      width: 320,
      height: 240,
    });
    const bits = (320 - 1) | ((240 - 1) << 14);
    expect(
      readImageHeader(riff("VP8L", [0x2f, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, bits >>> 24])),
    ).toEqual({ mimeType: "image/webp", width: 320, height: 240 });
    expect(readImageHeader(riff("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 1, 0xf0, 0]))).toEqual({
      mimeType: "image/webp",
      width: 320,
      height: 240,
    });
  });
  it("anything else, or cut short: undefined", () => {
    for (const bytes of [
      [],
      [0xff, 0xd8],
      ascii("GIF89a".padEnd(40)),
      [0xff, 0xd8, 0xff, 0xda, ...Array(20).fill(0)],
      [...pngHeader(1, 1).subarray(0, 20)],
    ]) {
      expect(readImageHeader(Uint8Array.from(bytes))).toBeUndefined();
    }
  });
});

describe("compressed images", () => {
  const open = (data: Uint8Array, limits = defaultLimits) => {
    const fields = readerOf("foxglove.CompressedImage").read(
      encode("CompressedImage", { data, format: "jpeg", frame_id: "/cam" }),
    );
    const sample = compressedImage.decode(fields, limits);
    return sample.kind === "image" ? sample.open(new BufferPool(0)) : undefined;
  };
  it("the bytes decide what it is, not the format field; content is copied", () => {
    const image = open(pngHeader(64, 48));
    expect(image).toMatchObject({ width: 64, height: 48, content: { kind: "encoded", mimeType: "image/png" } });
    expect(image?.content.kind === "encoded" && image.content.bytes.buffer.byteLength).toBe(33);
  });
  it("rule 3: a header with too many pixels is refused before anything decodes it", () => {
    expect(() => open(pngHeader(65_535, 65_535))).toThrow(/65535 × 65535 pixels/);
  });
  it("what is no picture is named with its format", () => {
    expect(() => open(new Uint8Array(100))).toThrow(LogError);
    expect(() => open(new Uint8Array(100))).toThrow(/format is 'jpeg', but its 100 bytes/);
  });
});

describe("raw images become RGBA", () => {
  const rgba = (encoding: string, width: number, height: number, data: number[], step = 0): number[] => {
    const message = encode("RawImage", { width, height, encoding, step, data: Uint8Array.from(data), frame_id: "c" });
    const sample = rawImage.decode(readerOf("foxglove.RawImage").read(message), defaultLimits);
    const image = sample.kind === "image" ? sample.open(new BufferPool(0)) : undefined;
    return image?.content.kind === "pixels" ? [...image.content.rgba] : [];
  };
  it("interleaved formats, with padded rows", () => {
    expect(rgba("rgb8", 1, 2, [1, 2, 3, 0, 4, 5, 6], 4)).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
    expect(rgba("bgr8", 1, 1, [1, 2, 3])).toEqual([3, 2, 1, 255]);
    expect(rgba("8UC3", 1, 1, [1, 2, 3])).toEqual([3, 2, 1, 255]);
    expect(rgba("rgba8", 1, 1, [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    expect(rgba("bgra8", 1, 1, [1, 2, 3, 4])).toEqual([3, 2, 1, 4]);
    expect(rgba("mono8", 2, 1, [9, 8])).toEqual([9, 9, 9, 255, 8, 8, 8, 255]);
    expect(rgba("mono16", 1, 1, [0x34, 0x12])).toEqual([0x12, 0x12, 0x12, 255]);
  });
  it("bayer: one colour a block keeps that colour", () => {
    for (const [encoding, red] of [
      ["bayer_rggb8", [200, 0, 0, 0]],
      ["bayer_bggr8", [0, 0, 0, 200]],
      ["bayer_gbrg8", [0, 0, 200, 0]],
      ["bayer_grbg8", [0, 200, 0, 0]],
    ] as const) {
      expect(rgba(encoding, 2, 2, [...red])).toEqual(Array.from({ length: 4 }, () => [200, 0, 0, 255]).flat());
    }
    expect(rgba("bayer_rggb16", 2, 2, [9, 200, 9, 0, 9, 0, 9, 0]).slice(0, 4)).toEqual([200, 0, 0, 255]);
  });
  it("YUV 4:2:2 in both orders: grey is grey, red is red", () => {
    const grey = rgba("uyvy", 2, 1, [128, 126, 128, 126]);
    expect(grey).toEqual([128, 128, 128, 255, 128, 128, 128, 255]);
    expect(rgba("yuyv", 2, 1, [126, 128, 126, 128])).toEqual(grey);
    const [r, g, b] = rgba("yuyv", 2, 1, [81, 90, 81, 240]);
    expect(r).toBeGreaterThan(250);
    expect(Math.max(g, b)).toBeLessThan(5);
  });
  it("every known format fills every pixel, also of odd pictures", () => {
    for (const encoding of pixelFormatNames) {
      const alphas = rgba(encoding, 3, 3, Array(72).fill(255)).filter((_, i) => i % 4 === 3);
      expect([encoding, ...alphas]).toEqual([encoding, ...Array(9).fill(255)]);
    }
  });
  it("says what is wrong with too few bytes or an unknown format", () => {
    expect(() => rgba("rgb8", 10, 10, [1, 2])).toThrow(/needs 300 bytes, but has 2/);
    expect(() => rgba("16SC1", 1, 1, [1, 2])).toThrow(/'16SC1'.*Known: rgb8/);
  });
});
