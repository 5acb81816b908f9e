import { compose, timestampNs, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import type { FrameStamp, LaneBoundary } from "@sweepmark/schema";
import { McapWriter } from "@mcap/core";
import { cuboidOf } from "./actors.ts";
import { createCameraRenderer, type CameraRenderer } from "./camera-image.ts";
import { defaultCompression, type Compression } from "./compression.ts";
import { createJpegEncoder } from "./jpeg.ts";
import { lanesOf } from "./lanes.ts";
import { createLidar, type SimulatedSweep } from "./lidar.ts";
import { encodeCalibration, encodeEgoPose, encodeImage, encodeMountings, encodeSweep } from "./messages.ts";
import { createPavement } from "./pavement.ts";
import { describeMessage } from "./proto/wire.ts";
import { createRandom } from "./random.ts";
import { cameras, egoFromLidar, spaceNames, type SimulatedCamera } from "./rig.ts";
import { secondsAt, stampAt, truthOf, type Truth } from "./truth.ts";
import { createWorld, type World } from "./world.ts";

export interface SimulateOptions {
  /** Integer; decides everything random. 7. */
  readonly seed?: number;
  /** Length of the drive. 10. */
  readonly seconds?: number;
  /** Beams of the lidar, 2–128. 48. */
  readonly beams?: number;
  /** Sweeps and images a second. 10. */
  readonly hz?: number;
  /** Lidar columns a revolution. 960. */
  readonly columns?: number;
  /** `none` leaves the cameras out: no images, no calibrations. `all`. */
  readonly cameras?: "all" | "none";
  /** Truth keyframes of moving objects at every n-th frame. 1. */
  readonly keyframeEvery?: number;
  /** Written into the truth's scene, for people. "demo.mcap". */
  readonly logName?: string;
  /** zstd in Node, none in a browser (see compression.ts). */
  readonly compression?: Compression;
}

/** Where the log goes. `bytes` belong to the sink from then on. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
}

export interface SimulateHooks {
  /** After each sweep and image, in sweeps and images. */
  onProgress?(done: number, total: number): void;
  /** For tests: what was written, with the actor that each point hit (index into `Simulation.actorIds`). */
  onSweep?(sweep: SimulatedSweep & { readonly frame: number; readonly at: TimestampNs }): void;
  readonly signal?: AbortSignal;
}

export interface Simulation {
  /** The true labels; `scene.digest` is "" until whoever opens the log fills it in. */
  readonly truth: Truth["labels"];
  readonly tracks: Truth["tracks"];
  readonly visiblePoints: Truth["visiblePoints"];
  /** Track id of each actor; undefined for one that no beam ever hit within the label range. */
  readonly actorIds: readonly (string | undefined)[];
  /** The exact cuboid of a track at any time; undefined for an unknown track. */
  poseAt(trackId: string, at: TimestampNs): Cuboid<"world"> | undefined;
  readonly bytes: number;
  readonly frameCount: number;
  readonly imageCount: number;
}

/** 2025-10-09 08:53:20 UTC: any fixed time will do, but not zero. */
const epoch = timestampNs(1_760_000_000_000_000_000n);
const poseHz = 50;
/** Recording comes after measuring: log times are later than header stamps by this. */
const delayNs = { tf: 400_000, lidar: 3_700_000, image: 6_100_000 };

interface Event {
  readonly logTime: TimestampNs;
  readonly channel: number;
  /** Whether it counts for progress. */
  readonly heavy: boolean;
  make(): Uint8Array;
}

/**
 * Drives through the street of a seed and writes the log to `sink`. The same options give the same bytes on the same
 * JavaScript engine. Rejects with the signal's reason when aborted; the log is then cut off.
 */
export async function simulate(
  options: SimulateOptions,
  sink: ByteSink,
  hooks: SimulateHooks = {},
): Promise<Simulation> {
  const settings = check(options);
  const world = createWorld(settings.seed, settings.seconds);
  const lanes = lanesOf(world.ground, world.crossTo);
  const periodNs = 1e9 / settings.hz;
  const frameCount = Math.max(1, Math.round(settings.seconds * settings.hz));

  let written = 0n;
  const compression = settings.compression ?? (await defaultCompression());
  const writer = new McapWriter({
    writable: {
      position: () => written,
      async write(bytes) {
        written += BigInt(bytes.byteLength);
        // The writer reuses its buffer: the sink gets a copy of its own.
        await sink.write(bytes.slice());
      },
    },
    chunkSize: 1 << 20,
    compressChunk: (bytes) => ({ compression: compression.name, compressedData: compression.compress(bytes) }),
  });
  await writer.start({ profile: "", library: "sweepmark synthetic 1" });
  const schemas = new Map<string, number>();
  const channel = async (topic: string, name: string) => {
    const schemaId =
      schemas.get(name) ?? (await writer.registerSchema({ name, encoding: "protobuf", data: describeMessage(name) }));
    schemas.set(name, schemaId);
    return writer.registerChannel({ schemaId, topic, messageEncoding: "protobuf", metadata: new Map() });
  };

  const frames: FrameStamp[] = [];
  const seconds: number[] = [];
  const hits: Uint32Array[] = [];
  const events: Event[] = [];
  const later = (at: TimestampNs, delay: number) => stampAt(at, delay);
  const start = stampAt(epoch, -0.1e9);

  const staticChannel = await channel("/tf_static", "foxglove.FrameTransforms");
  const mountings = [
    { child: spaceNames.lidar, egoFromChild: egoFromLidar },
    ...cameras.map(({ id, egoFromCamera }) => ({ child: id, egoFromChild: egoFromCamera })),
  ];
  events.push({ logTime: start, channel: staticChannel, heavy: false, make: () => encodeMountings(start, mountings) });

  const tfChannel = await channel("/tf", "foxglove.FrameTransform");
  const poseCount = Math.ceil((settings.seconds + 0.3) * poseHz);
  for (let i = 0; i <= poseCount; i++) {
    const at = stampAt(start, (i * 1e9) / poseHz + 1_300_000);
    const make = () => encodeEgoPose(at, world.worldFromEgo(secondsAt(epoch, at)));
    events.push({ logTime: later(at, delayNs.tf), channel: tfChannel, heavy: false, make });
  }

  const lidar = createLidar(world, { beams: settings.beams, columns: settings.columns, periodNs });
  const random = createRandom(settings.seed).fork(6);
  const jitter = random.fork(0);
  const stamps = Array.from({ length: frameCount }, (_, i) => stampAt(epoch, i * periodNs + jitter.between(-2e5, 2e5)));
  const lidarChannel = await channel(`/${spaceNames.lidar}/points`, "foxglove.PointCloud");
  stamps.forEach((at, index) => {
    const make = () => {
      const time = secondsAt(epoch, at);
      const worldFromEgo = world.worldFromEgo(time);
      const sweep = lidar.sweep(time, compose(worldFromEgo, egoFromLidar), random.fork(1 + index));
      const counts = new Uint32Array(world.actors.length);
      for (const owner of sweep.owners) if (owner >= 0) counts[owner]++;
      frames.push({ index, at, worldFromEgo });
      seconds.push(time);
      hits.push(counts);
      hooks.onSweep?.({ ...sweep, frame: index, at });
      return encodeSweep(at, sweep);
    };
    events.push({ logTime: later(at, delayNs.lidar), channel: lidarChannel, heavy: true, make });
  });

  let imageCount = 0;
  if (settings.cameras === "all") {
    const renderer = rendererFor(world, lanes, settings.seed);
    const encoder = createJpegEncoder(77);
    for (const camera of cameras) {
      const calibrations = await channel(`/${camera.id}/calibration`, "foxglove.CameraCalibration");
      events.push({
        logTime: start,
        channel: calibrations,
        heavy: false,
        make: () => encodeCalibration(start, camera),
      });
      const images = await channel(`/${camera.id}/compressed`, "foxglove.CompressedImage");
      for (const sweepAt of stamps) {
        const at = stampAt(sweepAt, camera.offsetNs + jitter.between(-4e5, 4e5));
        const make = () => {
          const time = secondsAt(epoch, at);
          const rgb = renderer(camera).render(time, compose(world.worldFromEgo(time), camera.egoFromCamera));
          return encodeImage(at, camera.id, encoder.encode(rgb, camera.model.width, camera.model.height));
        };
        events.push({ logTime: later(at, delayNs.image), channel: images, heavy: true, make });
        imageCount++;
      }
    }
  }

  events.sort((a, b) => Number(a.logTime - b.logTime) || a.channel - b.channel);
  const sequences = new Map<number, number>();
  let done = 0;
  for (const event of events) {
    hooks.signal?.throwIfAborted();
    const sequence = sequences.get(event.channel) ?? 0;
    sequences.set(event.channel, sequence + 1);
    const data = event.make();
    await writer.addMessage({
      channelId: event.channel,
      sequence,
      logTime: event.logTime,
      publishTime: event.logTime,
      data,
    });
    if (!event.heavy) continue;
    hooks.onProgress?.(++done, frameCount + imageCount);
    // A page that simulates stays alive: its event loop turns between two heavy messages.
    await new Promise<void>((resolve) => setTimeout(resolve));
  }
  await writer.end();

  const truth = truthOf({
    seed: settings.seed,
    logName: settings.logName,
    worldName: spaceNames.world,
    frames,
    seconds,
    actors: world.actors,
    hits,
    lanes,
    keyframeEvery: settings.keyframeEvery,
  });
  return {
    truth: truth.labels,
    tracks: truth.tracks,
    visiblePoints: truth.visiblePoints,
    actorIds: truth.actorIds,
    poseAt(trackId, at) {
      const actor = world.actors[truth.actorIds.indexOf(trackId)];
      return actor && cuboidOf(actor, secondsAt(epoch, at));
    },
    bytes: Number(written),
    frameCount,
    imageCount,
  };
}

function check(options: SimulateOptions) {
  const { seed = 7, seconds = 10, beams = 48, hz = 10, columns = 960, keyframeEvery = 1 } = options;
  const whole: Record<string, readonly [value: number, low: number, high: number]> = {
    seed: [seed, 0, 2 ** 32 - 1],
    beams: [beams, 2, 128],
    columns: [columns, 16, 8192],
    keyframeEvery: [keyframeEvery, 1, 10_000],
  };
  for (const [name, [value, low, high]] of Object.entries(whole))
    if (!Number.isInteger(value) || value < low || value > high)
      throw new RangeError(`${name} is ${value}; expected a whole number from ${low} to ${high}`);
  if (!(seconds > 0 && seconds <= 600)) throw new RangeError(`seconds is ${seconds}; expected more than 0, up to 600`);
  if (!(hz >= 1 && hz <= 50)) throw new RangeError(`hz is ${hz}; expected 1 to 50`);
  const { cameras: views = "all", logName = "demo.mcap", compression } = options;
  return { seed, seconds, beams, hz, columns, keyframeEvery, cameras: views, logName, compression };
}

/** Renderers are made when the first image is due: their look-up tables take 0.1 s each. */
function rendererFor(
  world: World,
  lanes: ReturnType<typeof lanesOf>,
  seed: number,
): (camera: SimulatedCamera) => CameraRenderer {
  const kerbs = lanes.filter((lane): lane is LaneBoundary => lane.kind === "lane-boundary" && lane.classId === "kerb");
  const pavement = createPavement(world.ground, kerbs, world.crossTo, createRandom(seed).fork(8));
  const made = new Map<string, CameraRenderer>();
  return (camera) => {
    const renderer = made.get(camera.id) ?? createCameraRenderer(world, pavement, camera);
    made.set(camera.id, renderer);
    return renderer;
  };
}
