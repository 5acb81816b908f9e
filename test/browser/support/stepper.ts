import { readFileSync } from "node:fs";
import type { CDPSession, Page } from "playwright-core";

/** What a page has made and not given back, and what it holds. */
export interface Holdings {
  /** After a collection of garbage; of the page, without its worker. */
  readonly heapBytes: number;
  /** ArrayBuffers of the page. */
  readonly arrayBufferBytes: number;
  readonly glBuffers: number;
  readonly glBufferBytes: number;
  readonly glTextures: number;
  readonly glVertexArrays: number;
  readonly bitmaps: number;
  readonly bitmapBytes: number;
  /** Resident set of the renderer process: page, worker, everything. */
  readonly residentBytes: number;
  /** Draw calls of WebGL since the page was opened. */
  readonly draws: number;
}

type Counts = Omit<Holdings, "heapBytes" | "arrayBufferBytes" | "residentBytes">;

/** An init script: counts what the page asks of WebGL and of image decoding, from outside of the product. */
export function countGraphics(): void {
  const counts = {
    glBuffers: 0,
    glBufferBytes: 0,
    glTextures: 0,
    glVertexArrays: 0,
    bitmaps: 0,
    bitmapBytes: 0,
    draws: 0,
  };
  Object.defineProperty(globalThis, "countedGraphics", { value: counts });
  const proto = WebGL2RenderingContext.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const around = (
    name: string,
    after: (args: unknown[], result: unknown, gl: WebGL2RenderingContext) => void,
  ): void => {
    const original = proto[name];
    proto[name] = function (this: WebGL2RenderingContext, ...args: unknown[]) {
      const result = original.apply(this, args);
      after(args, result, this);
      return result;
    };
  };
  const pairs = [
    ["Buffer", "glBuffers"],
    ["Texture", "glTextures"],
    ["VertexArray", "glVertexArrays"],
  ] as const;
  const sizes = new WeakMap<object, number>();
  for (const [kind, key] of pairs) {
    around(`create${kind}`, () => void counts[key]++);
    around(`delete${kind}`, ([object]) => {
      if (object === null || object === undefined) return;
      counts[key]--;
      counts.glBufferBytes -= sizes.get(object) ?? 0;
      sizes.delete(object);
    });
  }
  const bound = new Map<unknown, object | null>();
  around("bindBuffer", ([target, buffer]) => void bound.set(target, buffer as object | null));
  around("bufferData", ([target, data]) => {
    const buffer = bound.get(target);
    if (!buffer) return;
    const bytes = typeof data === "number" ? data : ((data as ArrayBufferView | null)?.byteLength ?? 0);
    counts.glBufferBytes += bytes - (sizes.get(buffer) ?? 0);
    sizes.set(buffer, bytes);
  });
  for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"])
    around(name, () => void counts.draws++);

  const decode = globalThis.createImageBitmap as (...args: unknown[]) => Promise<ImageBitmap>;
  globalThis.createImageBitmap = async (...args: unknown[]) => {
    const bitmap = await decode(...args);
    counts.bitmaps++;
    counts.bitmapBytes += 4 * bitmap.width * bitmap.height;
    return bitmap;
  };
  const close = ImageBitmap.prototype.close;
  ImageBitmap.prototype.close = function () {
    if (this.width > 0) {
      counts.bitmaps--;
      counts.bitmapBytes -= 4 * this.width * this.height;
    }
    close.call(this);
  };
}

/** An init script: the device says that it has so much memory, and the budget follows. */
export function smallDevice(): void {
  Object.defineProperty(navigator, "deviceMemory", { get: () => 1 });
}

export interface StepOptions {
  readonly steps: number;
  /** Each so many steps the page has time for two animation frames: that frame is drawn. */
  readonly drawEvery: number;
}

/** Steps by the arrow keys to the last frame and back to the first, and so on, each when the one before it is shown. */
export async function stepFrames(page: Page, options: StepOptions): Promise<void> {
  await page.evaluate(async ({ steps, drawEvery }) => {
    const view = document.querySelector<HTMLElement>('[data-testid="main-view"]');
    if (!view) throw new Error("there is no main view");
    const shown = (): number => Number(view.dataset.frame);
    const words = document.querySelector('[aria-label^="Timeline, frame"]')?.getAttribute("aria-label") ?? "";
    const last = Number(/of (\d+)/.exec(words)?.[1]);
    if (!(last > 0)) throw new Error(`how many frames are there: '${words}'`);
    const turn = (): Promise<void> =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener("message", () => {
          port1.close();
          resolve();
        });
        port1.start();
        port2.postMessage(null);
      });
    const drawn = (): Promise<number> =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    let code = shown() < last ? "ArrowRight" : "ArrowLeft";
    for (let step = 1; step <= steps; step++) {
      const before = shown();
      if (before === last) code = "ArrowLeft";
      if (before === 0) code = "ArrowRight";
      const wanted = before + (code === "ArrowRight" ? 1 : -1);
      dispatchEvent(new KeyboardEvent("keydown", { code, key: code, bubbles: true, cancelable: true }));
      const since = performance.now();
      while (shown() !== wanted || view.ariaBusy === "true") {
        if (performance.now() - since > 60_000) throw new Error(`frame ${wanted} does not come; ${shown()} is shown`);
        await turn();
      }
      if (step % drawEvery === 0) await drawn();
    }
    await drawn();
  }, options);
}

/** Reads what a page holds. Make one for a page: it keeps its connection to the browser. */
export async function holdingsOf(page: Page): Promise<() => Promise<Holdings>> {
  const session = await page.context().newCDPSession(page);
  return async () => {
    const { usedSize, backingStorageSize } = await collected(session);
    const counts = await page.evaluate(() => (globalThis as unknown as { countedGraphics: Counts }).countedGraphics);
    return {
      ...counts,
      heapBytes: usedSize,
      arrayBufferBytes: backingStorageSize,
      residentBytes: await residentBytes(page),
    };
  };
}

async function collected(
  session: CDPSession,
): Promise<{ readonly usedSize: number; readonly backingStorageSize: number }> {
  // Twice, with a pause between: finalizers of the first free what the second collects.
  for (let i = 0; i < 2; i++) {
    await session.send("HeapProfiler.collectGarbage");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const usage = (await session.send("Runtime.getHeapUsage")) as { usedSize: number; backingStorageSize?: number };
  if (usage.backingStorageSize === undefined) throw new Error("this Chromium does not say what ArrayBuffers hold");
  return { usedSize: usage.usedSize, backingStorageSize: usage.backingStorageSize };
}

/** The largest renderer: the page's. 0 where /proc is not there. */
async function residentBytes(page: Page): Promise<number> {
  const browser = page.context().browser();
  if (!browser) return 0;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => {
      try {
        return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0);
      } catch {
        return 0;
      }
    });
  return Math.max(0, ...sizes);
}
