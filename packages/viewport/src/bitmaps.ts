import type { CameraImage } from "@sweepmark/log";

/** A decoded image that someone is looking at. It stays until `release`. */
export interface HeldBitmap {
  readonly bitmap: Promise<ImageBitmap>;
  release(): void;
}

interface Entry {
  readonly bitmap: Promise<ImageBitmap>;
  holders: number;
}

/** Decoded images nobody looks at that are kept for stepping back and forth: about 100 MB of 1600 × 900. */
const keptUnused = 18;

const entries = new Map<CameraImage, Entry>();

/**
 * Decodes an image off the main thread, once, and shares it between views and point colours. Those not held any more
 * stay in the order of their last use and are closed beyond a limit.
 */
export function holdBitmap(image: CameraImage): HeldBitmap {
  let entry = entries.get(image);
  if (entry) entries.delete(image);
  else entry = { bitmap: decode(image), holders: 0 };
  entry.holders++;
  entries.set(image, entry);
  const held = entry;
  let released = false;
  return {
    bitmap: held.bitmap,
    release() {
      if (released) return;
      released = true;
      held.holders--;
      closeUnused();
    },
  };
}

async function decode({ content, width, height }: CameraImage): Promise<ImageBitmap> {
  if (content.kind === "pixels") return createImageBitmap(new ImageData(content.rgba, width, height));
  // The bytes may lie in a larger buffer: Blob copies just this part.
  return createImageBitmap(new Blob([content.bytes as Uint8Array<ArrayBuffer>], { type: content.mimeType }));
}

function closeUnused(): void {
  let unused = 0;
  for (const [image, entry] of [...entries].toReversed()) {
    if (entry.holders > 0 || ++unused <= keptUnused) continue;
    entries.delete(image);
    entry.bitmap.then((bitmap) => bitmap.close()).catch(() => undefined); // a failed one holds nothing
  }
}
