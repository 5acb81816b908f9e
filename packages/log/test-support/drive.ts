import { fromYaw, type Quaternion, type Vec3 } from "@sweepmark/geometry";
import { cloudMessage, encode, stamp, xyzi } from "./foxglove.ts";
import type { TestMessage } from "./write-log.ts";

export const second = 1_000_000_000n;
export const start = 1_700_000_000n * second;

/** The smallest picture that says it is a PNG of this size; only its header is ever read. */
export function pngHeader(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

export const message = (
  topic: string,
  type: Parameters<typeof encode>[0],
  logTime: bigint,
  data: Uint8Array,
): TestMessage => ({ topic, schema: `foxglove.${type}`, logTime, data });

export interface TransformFacts {
  readonly at: bigint;
  readonly parent: string;
  readonly child: string;
  readonly translation?: Vec3;
  readonly rotation?: Quaternion;
}

const transformFields = ({ at, parent, child, translation = [0, 0, 0], rotation = [0, 0, 0, 1] }: TransformFacts) => ({
  timestamp: stamp(at),
  parent_frame_id: parent,
  child_frame_id: child,
  translation: { x: translation[0], y: translation[1], z: translation[2] },
  rotation: { x: rotation[0], y: rotation[1], z: rotation[2], w: rotation[3] },
});

export const transform = (topic: string, logTime: bigint, facts: TransformFacts): TestMessage =>
  message(topic, "FrameTransform", logTime, encode("FrameTransform", transformFields(facts)));

export const transforms = (topic: string, logTime: bigint, facts: readonly TransformFacts[]): TestMessage =>
  message(topic, "FrameTransforms", logTime, encode("FrameTransforms", { transforms: facts.map(transformFields) }));

export const cloud = (
  topic: string,
  logTime: bigint,
  options: { readonly at?: bigint; readonly frameId?: string; readonly points?: readonly (readonly number[])[] } = {},
): TestMessage =>
  message(
    topic,
    "PointCloud",
    logTime,
    cloudMessage({
      at: options.at ?? logTime,
      frameId: options.frameId ?? "lidar",
      stride: 16,
      fields: xyzi,
      points: options.points ?? [
        [1, 2, 3, 0.5],
        [4, 5, 6, 0.25],
      ],
    }),
  );

export const image = (topic: string, logTime: bigint, at: bigint = logTime, frameId = "camera"): TestMessage =>
  message(
    topic,
    "CompressedImage",
    logTime,
    encode("CompressedImage", { timestamp: stamp(at), data: pngHeader(64, 48), format: "png", frame_id: frameId }),
  );

export const calibration = (
  topic: string,
  logTime: bigint,
  more: Readonly<Record<string, unknown>> = {},
): TestMessage =>
  message(
    topic,
    "CameraCalibration",
    logTime,
    encode("CameraCalibration", {
      timestamp: stamp(logTime),
      width: 64,
      height: 48,
      distortion_model: "plumb_bob",
      D: [0, 0, 0, 0, 0],
      K: [50, 0, 32, 0, 50, 24, 0, 0, 1],
      R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      P: [50, 0, 32, 0, 0, 50, 24, 0, 0, 0, 1, 0],
      frame_id: "camera",
      ...more,
    }),
  );

/**
 * Frames at 10 Hz; ego at (10 t, 0, 0) turning 0.1 rad/s, said at 50 Hz; one camera 7 ms after each sweep. `aheadNs`: how
 * far the clock by which a sensor stamps its messages is ahead.
 */
export function drive(
  frames: number,
  recordingDelayNs = 0n,
  aheadNs: { readonly tf?: bigint; readonly lidar?: bigint; readonly camera?: bigint } = {},
): TestMessage[] {
  const { tf = 0n, lidar = 0n, camera = 0n } = aheadNs;
  const all: TestMessage[] = [
    transforms("/tf_static", start + recordingDelayNs, [
      { at: start, parent: "base_link", child: "lidar", translation: [1, 0, 2] },
      { at: start, parent: "base_link", child: "camera", translation: [2, 0, 1], rotation: [-0.5, 0.5, -0.5, 0.5] },
    ]),
    calibration("/cam/calibration", start + recordingDelayNs),
  ];
  for (let at = start - second / 10n; at <= start + (second * BigInt(frames)) / 10n; at += second / 50n) {
    const t = Number(at - start) / 1e9;
    all.push(
      transform("/tf", at + recordingDelayNs, {
        at: at + tf,
        parent: "map",
        child: "base_link",
        translation: [10 * t, 0, 0],
        rotation: fromYaw(0.1 * t),
      }),
    );
  }
  for (let i = 0; i < frames; i++) {
    const at = start + (second * BigInt(i)) / 10n + 3_000_000n;
    all.push(cloud("/lidar/points", at + recordingDelayNs, { at: at + lidar, points: points(400, i) }));
    all.push(image("/cam/compressed", at + 7_000_000n + recordingDelayNs, at + 7_000_000n + camera));
  }
  return all.sort((a, b) => (a.logTime < b.logTime ? -1 : 1));
}

/** Different in every frame, and not easy to compress. */
export const points = (count: number, seed: number): number[][] =>
  Array.from({ length: count }, (_, i) => [
    Math.sin(i * 12.9 + seed),
    Math.cos(i * 78.2 + seed),
    (i % 7) + seed,
    i / 400,
  ]);
