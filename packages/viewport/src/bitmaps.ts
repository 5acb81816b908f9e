import type { Memory } from "@sweepmark/editor";
import type { CameraImage } from "@sweepmark/log";
import { videoBitmap } from "./video-bitmaps.ts";

/** A decoded image that someone is looking at. It stays until `release`. */
export interface HeldBitmap {
  readonly bitmap: Promise<ImageBitmap>;
  release(): void;
}

interface Entry {
  readonly bitmap: Promise<ImageBitmap>;
  /** As decoded: 4 for a pixel. */
  readonly bytes: number;
  holders: number;
}

const stores = new WeakMap<Memory, Bitmaps>();

/**
 * Decodes an image off the main thread, once, and shares it between views and point colours. Those not held any more
 * stay in the order of their last use and are closed beyond the share that images have of the memory.
 */
export function holdBitmap(memory: Memory, image: CameraImage): HeldBitmap {
  let store = stores.get(memory);
  if (!store) stores.set(memory, (store = new Bitmaps(memory, decode)));
  return store.hold(image);
}

/** The decoded images of one log. */
export class Bitmaps {
  readonly #memory: Memory;
  readonly #decode: (image: CameraImage) => Promise<ImageBitmap>;
  /** In the order of their last use. */
  readonly #entries = new Map<CameraImage, Entry>();
  #bytes = 0;

  constructor(memory: Memory, decodeImage: (image: CameraImage) => Promise<ImageBitmap>) {
    this.#memory = memory;
    this.#decode = decodeImage;
    memory.onBudget(() => this.#closeUnused());
  }

  hold(image: CameraImage): HeldBitmap {
    let entry = this.#entries.get(image);
    if (entry) this.#entries.delete(image);
    else {
      entry = { bitmap: this.#decode(image), bytes: 4 * image.width * image.height, holders: 0 };
      this.#bytes += entry.bytes;
    }
    entry.holders++;
    this.#entries.set(image, entry);
    // Room is made for the new one, not only when it is let go.
    this.#closeUnused();
    const held = entry;
    let released = false;
    return {
      bitmap: held.bitmap,
      release: () => {
        if (released) return;
        released = true;
        held.holders--;
        this.#closeUnused();
      },
    };
  }

  #closeUnused(): void {
    const share = this.#memory.shareOf("images");
    for (const [image, entry] of this.#entries) {
      if (this.#bytes <= share) break;
      if (entry.holders > 0) continue;
      this.#entries.delete(image);
      this.#bytes -= entry.bytes;
      entry.bitmap.then((bitmap) => bitmap.close()).catch(() => undefined); // a failed one holds nothing
    }
    this.#memory.report("images", this, this.#bytes);
  }
}

async function decode(image: CameraImage): Promise<ImageBitmap> {
  const { content, width, height } = image;
  if (content.kind === "video") return await videoBitmap(image.topic, content, { width, height });
  if (content.kind === "pixels") return createImageBitmap(new ImageData(content.rgba, width, height));
  // The bytes may lie in a larger buffer: Blob copies just this part.
  return createImageBitmap(new Blob([content.bytes as Uint8Array<ArrayBuffer>], { type: content.mimeType }));
}
