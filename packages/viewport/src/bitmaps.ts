import type { Memory } from "@sweepmark/editor";
import type { CameraImage } from "@sweepmark/log";
import { decodeImage } from "./decode-image.ts";
import { reduced, type Reduction } from "./reduction.ts";

/** A decoded image that someone is looking at. It stays until `release`. */
export interface HeldBitmap {
  /** As fine as was asked for, or finer. */
  readonly bitmap: Promise<ImageBitmap>;
  release(): void;
}

interface Entry {
  readonly image: CameraImage;
  readonly reduction: Reduction;
  readonly bitmap: Promise<ImageBitmap>;
  /** As decoded: 4 for a pixel. */
  readonly bytes: number;
  holders: number;
}

const stores = new WeakMap<Memory, Bitmaps>();

/**
 * Decodes an image off the main thread, as finely as is asked for, and shares it between views and point colours. Those
 * not held any more stay in the order of their last use and are closed beyond the share that images have of the memory.
 */
export function holdBitmap(memory: Memory, image: CameraImage, reduction: Reduction): HeldBitmap {
  let store = stores.get(memory);
  if (!store) stores.set(memory, (store = new Bitmaps(memory, decodeImage)));
  return store.hold(image, reduction);
}

/** The decoded images of one log. */
export class Bitmaps {
  readonly #memory: Memory;
  readonly #decode: typeof decodeImage;
  /** In the order of their last use. */
  readonly #entries = new Set<Entry>();
  #bytes = 0;

  constructor(memory: Memory, decode: typeof decodeImage) {
    this.#memory = memory;
    this.#decode = decode;
    memory.onBudget(() => this.#closeUnused());
  }

  hold(image: CameraImage, reduction: Reduction): HeldBitmap {
    const entry = this.#find(image, reduction) ?? this.#begin(image, reduction);
    entry.holders++;
    this.#entries.delete(entry);
    this.#entries.add(entry);
    // Room is made for the new one, not only when it is let go.
    this.#closeUnused();
    let released = false;
    return {
      bitmap: entry.bitmap,
      release: () => {
        if (released) return;
        released = true;
        entry.holders--;
        this.#closeUnused();
      },
    };
  }

  #find(image: CameraImage, reduction: Reduction): Entry | undefined {
    for (const entry of this.#entries) if (entry.image === image && entry.reduction <= reduction) return entry;
    return undefined;
  }

  #begin(image: CameraImage, reduction: Reduction): Entry {
    const { width, height } = reduced(image, reduction);
    const bytes = 4 * width * height;
    this.#bytes += bytes;
    return { image, reduction, bitmap: this.#decode(image, reduction), bytes, holders: 0 };
  }

  #closeUnused(): void {
    const share = this.#memory.shareOf("images");
    for (const entry of this.#entries) {
      if (this.#bytes <= share) break;
      if (entry.holders > 0) continue;
      this.#entries.delete(entry);
      this.#bytes -= entry.bytes;
      entry.bitmap.then((bitmap) => bitmap.close()).catch(() => undefined); // a failed one holds nothing
    }
    this.#memory.report("images", this, this.#bytes);
  }
}
