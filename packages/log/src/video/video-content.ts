import { logError, quote, throwIfAborted } from "../problem.ts";
import type { Stream } from "../stream.ts";
import type { ImageContent, VideoChunk } from "../types.ts";

/** How far back a key frame is looked for. Cameras send one every second or two; some every ten. */
const mostFrames = 600;
const mostBytes = 64 * 1024 * 1024;

/**
 * A frame of video with those that it needs: from the last key frame that says what the stream is, up to it. Rejects with
 * a LogError `no-key-frame`.
 */
export async function videoContent(
  stream: Stream,
  last: number,
  signal?: AbortSignal,
): Promise<{ readonly width: number; readonly height: number; readonly content: ImageContent }> {
  const chunks: VideoChunk[] = [];
  let bytesSoFar = 0;
  for (let i = last; i >= 0 && chunks.length < mostFrames; i--) {
    throwIfAborted(signal);
    const sample = await stream.sample(i, signal);
    if (sample.kind !== "video") break;
    const { keyFrame, header, bytes } = sample.open();
    chunks.unshift({ position: i, bytes });
    if (keyFrame && header) {
      const { codec, width, height } = header;
      return { width, height, content: { kind: "video", codec, keyFrame: i === last, chunks } };
    }
    bytesSoFar += bytes.length;
    if (bytesSoFar > mostBytes) break;
  }
  throw logError(
    "no-key-frame",
    `The ${chunks.length} frames of ${quote(stream.topic)} up to this one hold no key frame to start decoding at.`,
    { hint: "The picture comes with the next key frame.", params: { frames: chunks.length } },
  );
}
