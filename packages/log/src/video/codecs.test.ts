import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BitReader, nalUnits, withoutEmulation } from "./bits.ts";
import { readVideoFrame, videoFormats } from "./codecs.ts";

/** Writes what {@link BitReader} reads: "8:66" is 66 in 8 bits, "ue:3" exp-Golomb, "se:-2" signed. */
function bits(...parts: readonly string[]): number[] {
  const golomb = (value: number): string => {
    const binary = (value + 1).toString(2);
    return "0".repeat(binary.length - 1) + binary;
  };
  const text = parts
    .map((part) => {
      const [kind, value] = part.split(":");
      if (kind === "ue") return golomb(Number(value));
      if (kind === "se") return golomb(Number(value) > 0 ? 2 * Number(value) - 1 : -2 * Number(value));
      return Number(value).toString(2).padStart(Number(kind), "0");
    })
    .join("");
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, "0");
  return Array.from({ length: padded.length / 8 }, (_, i) => parseInt(padded.slice(8 * i, 8 * i + 8), 2));
}

/** As an encoder keeps start codes out of a NAL unit. */
function emulated(payload: readonly number[]): number[] {
  const out: number[] = [];
  for (const byte of payload) {
    if (byte <= 3 && out.length >= 2 && out.at(-1) === 0 && out.at(-2) === 0) out.push(3);
    out.push(byte);
  }
  return out;
}

const annexB = (...units: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from(units.flatMap((unit, i) => [...(i % 2 === 0 ? [0, 0, 0, 1] : [0, 0, 1]), ...unit]));

describe("bits", () => {
  it("exp-Golomb numbers come back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -60_000, max: 60_000 })), (values) => {
        const reader = new BitReader(Uint8Array.from(bits(...values.flatMap((v) => [`ue:${Math.abs(v)}`, `se:${v}`]))));
        for (const v of values) expect([reader.unsigned(), reader.signed()]).toEqual([Math.abs(v), v || 0]);
        expect(reader.isPastEnd).toBe(false);
      }),
    );
  });
  it("NAL units and their payloads come back", () => {
    const payload = fc.array(
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 255 })),
    );
    fc.assert(
      fc.property(fc.array(payload.map((bytes) => [65, ...bytes, 128])), (units) => {
        const found = nalUnits(annexB(...units.map(emulated)));
        expect(found.map((unit) => [...withoutEmulation(unit)])).toEqual(units);
      }),
    );
  });
});

/** Profile 66 has no chroma format in its set; 100 has, with scaling lists. */
const baseline = ["8:66", "8:192", "8:30", "ue:0", "ue:0", "ue:2", "ue:1", "1:0"];
const high = [
  "8:100",
  "8:0",
  "8:40",
  "ue:0",
  "ue:1",
  "ue:0",
  "ue:0",
  "1:0",
  "1:1",
  "1:1",
  ...Array(16).fill("se:0"),
  "7:0",
  "ue:0",
  "ue:0",
  "ue:0",
  "ue:1",
  "1:0",
];
const idr = [0x65, 1, 2];

describe("rule L3: a frame of H.264", () => {
  it("size and codec out of the sequence parameter set", () => {
    const set = (head: readonly string[], ...rest: string[]) => [0x67, ...emulated(bits(...head, ...rest, "1:1"))];
    const plain = set(baseline, "ue:39", "ue:29", "1:1", "1:1", "1:0");
    expect(readVideoFrame("h264", annexB([9, 16], plain, [0x68, 1], idr))).toEqual({
      keyFrame: true,
      header: { codec: "avc1.42c01e", width: 640, height: 480 },
    });
    // 1920 × 1080 is 1088 rows, of which 8 are cut off: 4 units of two.
    const full = set(high, "ue:119", "ue:67", "1:1", "1:1", "1:1", "ue:0", "ue:0", "ue:0", "ue:4");
    expect(readVideoFrame("h264", annexB(full, idr)).header).toEqual({
      codec: "avc1.640028",
      width: 1920,
      height: 1080,
    });
    // Fields: half as many units of twice the height.
    const fields = set(high, "ue:119", "ue:33", "1:0", "1:0", "1:1", "1:1", "ue:0", "ue:0", "ue:0", "ue:2");
    expect(readVideoFrame("h264", annexB(fields, idr)).header).toMatchObject({ width: 1920, height: 1080 });
  });
  it("a frame that needs others is none; a key frame may lack its header", () => {
    expect(readVideoFrame("h264", annexB([0x41, 1, 2]))).toEqual({ keyFrame: false, header: undefined });
    expect(readVideoFrame("h264", annexB(idr))).toEqual({ keyFrame: true, header: undefined });
  });
});

describe("rule L3: a frame of H.265", () => {
  it("profile, tier, level, size without the cut", () => {
    const profile = ["2:0", "1:0", "5:1", "32:1610612736", "8:144", "8:0", "8:0", "8:0", "8:0", "8:0", "8:93"];
    const set = bits(
      "4:0",
      "3:0",
      "1:1",
      ...profile,
      "ue:0",
      "ue:1",
      "ue:1920",
      "ue:1088",
      "1:1",
      "ue:0",
      "ue:0",
      "ue:0",
      "ue:4",
      "1:1",
    );
    const frame = annexB([0x40, 1, 9], [0x42, 1, ...emulated(set)], [0x44, 1, 9], [0x26, 1, 9]);
    expect(readVideoFrame("h265", frame)).toEqual({
      keyFrame: true,
      header: { codec: "hev1.1.6.L93.90", width: 1920, height: 1080 },
    });
    expect(readVideoFrame("h265", annexB([0x02, 1, 9])).keyFrame).toBe(false);
  });
});

describe("rule L3: a frame of VP9", () => {
  it("the uncompressed header", () => {
    const key = bits("2:2", "2:0", "1:0", "1:0", "1:1", "1:0", "24:4817730", "3:1", "1:0", "16:1279", "16:719");
    expect(readVideoFrame("vp9", Uint8Array.from(key))).toEqual({
      keyFrame: true,
      header: { codec: "vp09.00.31.08", width: 1280, height: 720 },
    });
    // Profile 2 has its low bit first, and says the depth.
    const deep = bits("2:2", "2:1", "1:0", "1:0", "1:1", "1:0", "24:4817730", "1:0", "3:1", "1:0", "16:63", "16:63");
    expect(readVideoFrame("vp9", Uint8Array.from(deep)).header?.codec).toBe("vp09.02.10.10");
    expect(readVideoFrame("vp9", Uint8Array.from(bits("2:2", "2:0", "1:0", "1:1", "8:0"))).keyFrame).toBe(false);
  });
});

describe("rule L3: a frame of AV1", () => {
  const head = [0x12, 0x00];
  it("the sequence header, and whether the frame is one to start at", () => {
    const sequence = bits(
      "3:0",
      "1:0",
      "1:0",
      "1:0",
      "1:0",
      "5:0",
      "12:0",
      "5:4",
      "4:5",
      "4:5",
      "6:63",
      "6:47",
      "1:0",
      "3:0",
      "4:0",
      "1:1",
      "2:0",
      "1:1",
      "1:1",
      "3:6",
      "3:0",
      "1:0",
      "1:0",
    );
    const unit = [0x0a, sequence.length, ...sequence];
    expect(readVideoFrame("av1", Uint8Array.from([...head, ...unit, 0x32, 2, 0x10, 0]))).toEqual({
      keyFrame: true,
      header: { codec: "av01.0.04M.08", width: 64, height: 48 },
    });
    expect(readVideoFrame("av1", Uint8Array.from([...head, 0x32, 2, 0x30, 0])).keyFrame).toBe(false);
  });
});

it("rule L3: any bytes are read to an end, and a size is above zero or unknown", () => {
  fc.assert(
    fc.property(fc.constantFrom(...videoFormats), fc.uint8Array({ maxLength: 200 }), (format, bytes) => {
      for (const data of [
        bytes,
        Uint8Array.from([0, 0, 1, 0x67, ...bytes]),
        Uint8Array.from([0, 0, 1, 0x42, 1, ...bytes]),
      ]) {
        const { header } = readVideoFrame(format, data);
        if (header) expect(Math.min(header.width, header.height)).toBeGreaterThan(0);
      }
    }),
  );
});
