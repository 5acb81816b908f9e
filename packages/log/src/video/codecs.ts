import { BitReader, nalUnits, withoutEmulation } from "./bits.ts";

/** What a key frame says of its stream. */
export interface VideoHeader {
  /** RFC 6381: "avc1.64001f", "hev1.1.6.L93.B0", "vp09.00.31.08", "av01.0.04M.08". */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

export type VideoFormat = "h264" | "h265" | "vp9" | "av1";
export const videoFormats: readonly VideoFormat[] = ["h264", "h265", "vp9", "av1"];

/**
 * Whether one frame of video can be decoded without those before it, and what it says of the stream. Key frame without
 * a header: its parameter sets are not in it. Only headers are looked at.
 */
export function readVideoFrame(
  format: VideoFormat,
  bytes: Uint8Array,
): { readonly keyFrame: boolean; readonly header: VideoHeader | undefined } {
  const found = { h264, h265, vp9, av1 }[format](bytes);
  const { header } = found;
  return header && header.width > 0 && header.height > 0 ? found : { ...found, header: undefined };
}

interface Found {
  readonly keyFrame: boolean;
  readonly header: VideoHeader | undefined;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
const two = (value: number): string => String(value).padStart(2, "0");

/** ITU-T H.264 §7.3.1: NAL type 5 is an IDR picture, 7 a sequence parameter set. */
function h264(bytes: Uint8Array): Found {
  const units = nalUnits(bytes);
  const set = units.find((unit) => (unit[0] & 31) === 7);
  return { keyFrame: units.some((unit) => (unit[0] & 31) === 5), header: set && h264Header(set) };
}

/** Profiles whose parameter set says the chroma format (§7.3.2.1.1). */
const h264WithChroma = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

function h264Header(unit: Uint8Array): VideoHeader | undefined {
  const bits = new BitReader(withoutEmulation(unit.subarray(1)));
  const [profile, constraints, level] = [bits.bits(8), bits.bits(8), bits.bits(8)];
  bits.unsigned();
  let chroma = 1;
  let separate = false;
  if (h264WithChroma.includes(profile)) {
    chroma = bits.unsigned();
    if (chroma === 3) separate = bits.flag();
    bits.unsigned();
    bits.unsigned();
    bits.skip(1);
    if (bits.flag())
      for (let i = 0; i < (chroma === 3 ? 12 : 8); i++) if (bits.flag()) skipScalingList(bits, i < 6 ? 16 : 64);
  }
  bits.unsigned();
  const orderType = bits.unsigned();
  if (orderType === 0) bits.unsigned();
  else if (orderType === 1) {
    bits.skip(1);
    bits.signed();
    bits.signed();
    const cycle = bits.unsigned();
    for (let i = 0; i < cycle && !bits.isPastEnd; i++) bits.signed();
  }
  bits.unsigned();
  bits.skip(1);
  const widthMbs = bits.unsigned() + 1;
  const heightUnits = bits.unsigned() + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const crop = bits.flag() ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()] : [0, 0, 0, 0];
  if (bits.isPastEnd) return undefined;
  const [subWidth, subHeight] = separate || chroma === 0 || chroma === 3 ? [1, 1] : chroma === 1 ? [2, 2] : [2, 1];
  const fieldFactor = framesOnly ? 1 : 2;
  return {
    codec: `avc1.${hex(profile, 2)}${hex(constraints, 2)}${hex(level, 2)}`,
    width: widthMbs * 16 - subWidth * (crop[0] + crop[1]),
    height: heightUnits * 16 * fieldFactor - subHeight * fieldFactor * (crop[2] + crop[3]),
  };
}

function skipScalingList(bits: BitReader, size: number): void {
  let next = 8;
  for (let i = 0, last = 8; i < size && next !== 0; i++) {
    next = (last + bits.signed() + 256) % 256;
    if (next !== 0) last = next;
  }
}

/** ITU-T H.265 table 7-1: NAL types 16 to 21 are pictures that can be entered at, 33 a sequence parameter set. */
function h265(bytes: Uint8Array): Found {
  const units = nalUnits(bytes);
  const typeOf = (unit: Uint8Array): number => (unit[0] >> 1) & 63;
  const set = units.find((unit) => typeOf(unit) === 33);
  const keyFrame = units.some((unit) => typeOf(unit) >= 16 && typeOf(unit) <= 21);
  return { keyFrame, header: set && h265Header(set) };
}

/** §7.3.2.2 and §7.3.3; the codec's name by ISO/IEC 14496-15 annex E. */
function h265Header(unit: Uint8Array): VideoHeader | undefined {
  const bits = new BitReader(withoutEmulation(unit.subarray(2)));
  bits.skip(4);
  const subLayers = bits.bits(3);
  bits.skip(1);
  const space = bits.bits(2);
  const tier = bits.flag() ? "H" : "L";
  const profile = bits.bits(5);
  let compatibility = 0;
  for (let i = 0; i < 32; i++) compatibility += bits.bits(1) * 2 ** i;
  const constraints = Array.from({ length: 6 }, () => bits.bits(8));
  const level = bits.bits(8);
  const present = Array.from({ length: subLayers }, () => [bits.flag(), bits.flag()] as const);
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const [hasProfile, hasLevel] of present) bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
  bits.unsigned();
  const chroma = bits.unsigned();
  if (chroma === 3) bits.skip(1);
  const [width, height] = [bits.unsigned(), bits.unsigned()];
  const crop = bits.flag() ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()] : [0, 0, 0, 0];
  if (bits.isPastEnd) return undefined;
  const [subWidth, subHeight] = chroma === 1 ? [2, 2] : chroma === 2 ? [2, 1] : [1, 1];
  const last = constraints.findLastIndex((byte) => byte !== 0);
  const name = `hev1.${["", "A", "B", "C"][space]}${profile}.${compatibility.toString(16).toUpperCase()}.${tier}${level}`;
  return {
    codec: [name, ...constraints.slice(0, last + 1).map((byte) => byte.toString(16).toUpperCase())].join("."),
    width: width - subWidth * (crop[0] + crop[1]),
    height: height - subHeight * (crop[2] + crop[3]),
  };
}

/** Largest luma picture of each VP9 level (VP9 levels, table in the WebM project's codec parameters). */
const vp9Levels: readonly (readonly [level: number, pixels: number])[] = [
  [10, 36_864],
  [11, 73_728],
  [20, 122_880],
  [21, 245_760],
  [30, 552_960],
  [31, 983_040],
  [40, 2_228_224],
  [50, 8_912_896],
  [60, 35_651_584],
];

/** VP9 bitstream specification §6.2: the uncompressed header. */
function vp9(bytes: Uint8Array): Found {
  const bits = new BitReader(bytes);
  const no = { keyFrame: false, header: undefined };
  if (bits.bits(2) !== 2) return no;
  const profile = bits.bits(1) + 2 * bits.bits(1);
  if (profile === 3) bits.skip(1);
  if (bits.flag()) return no;
  if (bits.bits(1) !== 0) return no;
  bits.skip(2);
  if (bits.bits(24) !== 0x498342) return no;
  const depth = profile >= 2 ? (bits.flag() ? 12 : 10) : 8;
  const isRgb = bits.bits(3) === 7;
  if (!isRgb) bits.skip(1);
  if (profile === 1 || profile === 3) bits.skip(isRgb ? 1 : 3);
  const [width, height] = [bits.bits(16) + 1, bits.bits(16) + 1];
  if (bits.isPastEnd) return no;
  const level = vp9Levels.find(([, pixels]) => width * height <= pixels)?.[0] ?? 62;
  return { keyFrame: true, header: { codec: `vp09.${two(profile)}.${two(level)}.${two(depth)}`, width, height } };
}

/** AV1 bitstream specification §5.3: open bitstream units in low-overhead form. */
function av1(bytes: Uint8Array): Found {
  let header: VideoHeader | undefined;
  let keyFrame: boolean | undefined;
  for (let at = 0; at < bytes.length;) {
    const type = (bytes[at] >> 3) & 15;
    const [hasExtension, hasSize] = [(bytes[at] & 4) !== 0, (bytes[at] & 2) !== 0];
    at += hasExtension ? 2 : 1;
    let size = bytes.length - at;
    if (hasSize) {
      size = 0;
      for (let i = 0; i < 8 && at < bytes.length; i++) {
        const byte = bytes[at++];
        size += (byte & 127) * 2 ** (7 * i);
        if (byte < 128) break;
      }
    }
    const unit = bytes.subarray(at, at + size);
    if (type === 1) header ??= av1Header(unit);
    // 3: a frame's header, 6: a whole frame. show_existing_frame, then frame_type 0: a key frame.
    if (type === 3 || type === 6) keyFrame ??= unit.length > 0 && unit[0] >> 5 === 0;
    at += size;
  }
  return { keyFrame: keyFrame === true && header !== undefined, header };
}

/** §5.5: the sequence header, as far as the size and the bit depth. */
function av1Header(unit: Uint8Array): VideoHeader | undefined {
  const bits = new BitReader(unit);
  const profile = bits.bits(3);
  bits.skip(1);
  const reduced = bits.flag();
  let level = 0;
  let tier = 0;
  if (reduced) level = bits.bits(5);
  else {
    let modelInfo = false;
    let delayBits = 0;
    if (bits.flag()) {
      bits.skip(64);
      if (bits.flag()) bits.unsigned();
      modelInfo = bits.flag();
      if (modelInfo) {
        delayBits = bits.bits(5) + 1;
        bits.skip(32 + 5 + 5);
      }
    }
    const displayDelay = bits.flag();
    const points = bits.bits(5) + 1;
    for (let i = 0; i < points && !bits.isPastEnd; i++) {
      bits.skip(12);
      const pointLevel = bits.bits(5);
      const pointTier = pointLevel > 7 ? bits.bits(1) : 0;
      if (i === 0) [level, tier] = [pointLevel, pointTier];
      if (modelInfo && bits.flag()) bits.skip(2 * delayBits + 1);
      if (displayDelay && bits.flag()) bits.skip(4);
    }
  }
  const [widthBits, heightBits] = [bits.bits(4) + 1, bits.bits(4) + 1];
  const [width, height] = [bits.bits(widthBits) + 1, bits.bits(heightBits) + 1];
  const hasIds = reduced ? false : bits.flag();
  if (hasIds) bits.skip(7);
  bits.skip(3);
  if (!reduced) {
    bits.skip(4);
    const orderHint = bits.flag();
    if (orderHint) bits.skip(2);
    const screenTools = bits.flag() ? 2 : bits.bits(1);
    if (screenTools > 0 && !bits.flag()) bits.skip(1);
    if (orderHint) bits.skip(3);
  }
  bits.skip(3);
  const high = bits.flag();
  const depth = high ? (profile === 2 && bits.flag() ? 12 : 10) : 8;
  if (bits.isPastEnd) return undefined;
  return { codec: `av01.${profile}.${two(level)}${tier ? "H" : "M"}.${two(depth)}`, width, height };
}
