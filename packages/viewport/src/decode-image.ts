import type { CameraImage } from "@sweepmark/log";
import { reduced, reducing, type Reduction } from "./reduction.ts";
import { videoBitmap } from "./video-bitmaps.ts";

/** Decodes an image off the main thread, at a reduced size. Rejects where it cannot be decoded. */
export async function decodeImage(image: CameraImage, reduction: Reduction): Promise<ImageBitmap> {
  const { content, width, height } = image;
  if (content.kind === "video") return await videoBitmap(image.topic, content, image, reduction);
  const options = reducing(image, reduction);
  if (content.kind === "pixels") return await createImageBitmap(new ImageData(content.rgba, width, height), options);
  const small = reduction > 1 ? await smallJpeg(image, reduction) : undefined;
  if (small) return small;
  // The bytes may lie in a larger buffer: Blob copies just this part.
  const blob = new Blob([content.bytes as Uint8Array<ArrayBuffer>], { type: content.mimeType });
  return await createImageBitmap(blob, options);
}

/** By the size that JPEG has for less work; undefined where the browser cannot do that, or not with this image. */
async function smallJpeg(image: CameraImage, reduction: Reduction): Promise<ImageBitmap | undefined> {
  const { content } = image;
  if (content.kind !== "encoded" || content.mimeType !== "image/jpeg" || typeof ImageDecoder === "undefined")
    return undefined;
  const { width, height } = reduced(image, reduction);
  const data = content.bytes as Uint8Array<ArrayBuffer>;
  const decoder = new ImageDecoder({ data, type: content.mimeType, desiredWidth: width, desiredHeight: height });
  try {
    const { image: frame } = await decoder.decode();
    try {
      return frame.codedWidth === width ? await createImageBitmap(frame) : undefined;
    } finally {
      frame.close();
    }
  } catch {
    // The other way says what is wrong with it, and is more patient.
    return undefined;
  } finally {
    decoder.close();
  }
}
