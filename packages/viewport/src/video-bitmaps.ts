import type { ImageContent, VideoChunk } from "@sweepmark/log";
import type { Extent } from "./image-frame.ts";
import { reducing, type Reduction } from "./reduction.ts";

export type VideoContent = Extract<ImageContent, { kind: "video" }>;

/** The browser has no decoder for the codec. */
export class NoCodecError extends Error {
  override readonly name = "NoCodecError";
  readonly codec: string;
  constructor(codec: string) {
    super(`no decoder for ${codec}`);
    this.codec = codec;
  }
}

/** Cameras with a running decoder; decoders are few in some browsers, so the one used longest ago is closed. */
const mostDecoders = 12;
/** Pictures kept, the wanted ones and those on the way to them: stepping back then decodes a group of pictures once. */
const mostKept = 12;
/** A decoder that gave nothing although it has nothing to do holds the picture back until it is flushed. */
const patienceMs = 100;

const tracks = new Map<string, VideoTrack>();

/**
 * The picture of a frame of video. Steps forward go on with the running decoder; any other starts at the key frame.
 * Rejects with {@link NoCodecError}, or what the decoder says of damaged video.
 */
export function videoBitmap(
  topic: string,
  content: VideoContent,
  extent: Extent,
  reduction: Reduction,
): Promise<ImageBitmap> {
  let track = tracks.get(topic);
  if (track) tracks.delete(topic);
  else track = new VideoTrack();
  tracks.set(topic, track);
  if (tracks.size > mostDecoders) {
    const [[oldestTopic, oldest]] = tracks;
    tracks.delete(oldestTopic);
    oldest.close();
  }
  return track.picture(content, extent, reduction);
}

/** What is wanted of the decoder at the moment. */
interface Wish {
  readonly position: number;
  resolve(frame: VideoFrame): void;
  reject(reason: unknown): void;
}

/** The video of one camera: one decoder, one picture after the other. */
class VideoTrack {
  private decoder: VideoDecoder | undefined;
  private codec = "";
  /** Position of the last chunk that was fed; undefined: the next must be a key frame. */
  private fed: number | undefined;
  /** Key frame of the group of pictures that was decoded last. */
  private firstBytes: Uint8Array | undefined;
  private wish: Wish | undefined;
  private readonly kept = new Map<number, Promise<ImageBitmap>>();
  /** Of those that are kept: the finest that was asked for, since a large view and a tile may show the same camera. */
  private reduction: Reduction = 8;
  private holdsBack = false;
  private queue: Promise<unknown> = Promise.resolve();

  picture(content: VideoContent, extent: Extent, reduction: Reduction): Promise<ImageBitmap> {
    const result = this.queue.then(async () => {
      if (reduction < this.reduction) {
        this.reduction = reduction;
        this.restart();
      }
      const kept = await this.decode(content, extent);
      return await createImageBitmap(kept, this.reduction === reduction ? {} : reducing(extent, reduction));
    });
    this.queue = result.catch(() => undefined);
    return result;
  }

  close(): void {
    void this.queue.then(() => this.restart());
  }

  private async decode({ codec, chunks }: VideoContent, { width, height }: Extent): Promise<ImageBitmap> {
    const config: VideoDecoderConfig = { codec, codedWidth: width, codedHeight: height, optimizeForLatency: true };
    const supported =
      typeof VideoDecoder !== "undefined" &&
      (await VideoDecoder.isConfigSupported(config).then(
        (answer) => answer.supported === true,
        () => false,
      ));
    if (!supported) throw new NoCodecError(codec);
    const first = chunks[0];
    const last = chunks[chunks.length - 1];
    const isSameGroup =
      this.codec === codec && this.firstBytes !== undefined && sameBytes(this.firstBytes, first.bytes);
    if (!isSameGroup) this.forgetPictures();
    const kept = this.kept.get(last.position);
    if (kept) return await kept;

    const { fed, decoder } = this;
    const goesOn =
      isSameGroup &&
      decoder?.state === "configured" &&
      fed !== undefined &&
      fed >= first.position &&
      fed < last.position;
    if (!goesOn) this.begin(config);
    this.firstBytes = first.bytes;
    this.codec = codec;
    const from = this.fed ?? -1;
    try {
      return await this.feed(
        chunks.filter(({ position }) => position > from),
        first,
        last,
      );
    } catch (error) {
      this.restart();
      throw error;
    }
  }

  private async feed(chunks: readonly VideoChunk[], first: VideoChunk, last: VideoChunk): Promise<ImageBitmap> {
    const { decoder } = this;
    if (!decoder) throw new Error("no decoder was begun");
    const picture = new Promise<VideoFrame>((resolve, reject) => {
      this.wish = { position: last.position, resolve, reject };
    });
    let arrived = false;
    const settled = picture.then(
      () => (arrived = true),
      () => (arrived = true),
    );
    for (const { position, bytes } of chunks) {
      const type = position === first.position ? "key" : "delta";
      // The time names the picture when it comes out.
      decoder.decode(new EncodedVideoChunk({ type, timestamp: position, data: bytes }));
      this.fed = position;
    }
    while (!arrived && !this.holdsBack) {
      await Promise.race([settled, nextTick(decoder)]);
      if (arrived || decoder.state !== "configured" || decoder.decodeQueueSize > 0) continue;
      await Promise.race([settled, delay(patienceMs)]);
      if (!arrived) this.holdsBack = true;
    }
    if (!arrived && decoder.state === "configured") {
      await decoder.flush();
      // After a flush only a key frame may come.
      this.fed = undefined;
      if (!arrived) await Promise.race([settled, delay(0)]);
      if (!arrived) this.wish?.reject(new Error(`the decoder gave no picture for frame ${last.position}`));
    }
    return await this.keep(await picture);
  }

  private begin(config: VideoDecoderConfig): void {
    const { decoder } = this;
    this.fed = undefined;
    if (decoder?.state === "configured") decoder.reset();
    else
      this.decoder = new VideoDecoder({
        output: (frame) => this.take(frame),
        error: (error) => this.wish?.reject(error),
      });
    this.decoder?.configure(config);
  }

  private take(frame: VideoFrame): void {
    const { wish } = this;
    if (wish && frame.timestamp === wish.position) {
      this.wish = undefined;
      wish.resolve(frame);
      return;
    }
    if (!wish || frame.timestamp < wish.position - mostKept || this.kept.has(frame.timestamp)) frame.close();
    // One that cannot be kept is decoded when it is wanted.
    else this.keep(frame).catch(() => undefined);
  }

  private keep(frame: VideoFrame): Promise<ImageBitmap> {
    const { displayWidth: width, displayHeight: height } = frame;
    const bitmap = createImageBitmap(frame, reducing({ width, height }, this.reduction)).finally(() => frame.close());
    this.kept.set(frame.timestamp, bitmap);
    for (const [oldest, dropped] of this.kept) {
      if (this.kept.size <= mostKept) break;
      this.kept.delete(oldest);
      closeLater(dropped);
    }
    return bitmap;
  }

  private restart(): void {
    if (this.decoder && this.decoder.state !== "closed") this.decoder.close();
    this.decoder = undefined;
    this.fed = undefined;
    this.wish = undefined;
    this.firstBytes = undefined;
    this.forgetPictures();
  }

  private forgetPictures(): void {
    for (const bitmap of this.kept.values()) closeLater(bitmap);
    this.kept.clear();
  }
}

/** Positions count anew in every log: a group of pictures is known by its key frame. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const closeLater = (bitmap: Promise<ImageBitmap>): void => {
  bitmap.then((done) => done.close()).catch(() => undefined); // a failed one holds nothing
};

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Until the decoder has taken something off its queue. */
const nextTick = (decoder: VideoDecoder): Promise<void> =>
  decoder.decodeQueueSize === 0
    ? Promise.resolve()
    : new Promise((resolve) => decoder.addEventListener("dequeue", () => resolve(), { once: true }));
