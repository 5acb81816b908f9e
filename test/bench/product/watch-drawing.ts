/** What the page's drawing looks like from outside. Times are the page's `performance.now()`. */
export interface DrawWatch {
  /** Starts a measurement at the next event of this type, in the capture phase: before anybody else hears it. */
  arm(event: "click" | "keydown"): void;
  /** Resolves when everything of the armed measurement is drawn. */
  drawn(): Promise<Drawn>;
}

/** Milliseconds after the event. */
export interface Drawn {
  /** The draw call that draws the new frame's points, ≥ 50 000 of them. */
  readonly points: number;
  /** The last of the new frame's pictures drawn; undefined where fewer than wanted are waited for. */
  readonly pictures: number | undefined;
}

declare global {
  var drawWatch: DrawWatch;
}

/**
 * Runs in the page before its own code. A new frame shows itself by an upload of ≥ 50 000 positions into a vertex buffer:
 * the first draw call of ≥ 50 000 vertices after it draws that frame. A new picture is an ImageBitmap of at least
 * `pictureWidth` pixels that was never drawn before. Waits for `pictures` of these.
 */
export function watchDrawing({
  pictures,
  pictureWidth,
}: {
  readonly pictures: number;
  readonly pictureWidth: number;
}): void {
  const many = 50_000;
  let from: number | undefined;
  let uploaded = false;
  let points: number | undefined;
  let pictureTimes: number[] = [];
  let finish: ((drawn: Drawn) => void) | undefined;
  let done: Drawn | undefined;
  const seen = new WeakSet();

  const check = (): void => {
    if (from === undefined || points === undefined || pictureTimes.length < pictures) return;
    const last = pictureTimes[pictures - 1];
    done = { points: points - from, pictures: pictures > 0 ? last - from : undefined };
    from = undefined;
    finish?.(done);
  };
  const drawing = (count: number): void => {
    if (from === undefined || !uploaded || points !== undefined || count < many) return;
    points = performance.now();
    check();
  };
  const wrap = <T extends object, K extends keyof T>(target: T, name: K, before: (...args: never[]) => void): void => {
    const original = target[name] as (...args: unknown[]) => unknown;
    target[name] = function wrapped(this: unknown, ...args: unknown[]) {
      before(...(args as never[]));
      return original.apply(this, args);
    } as T[K];
  };
  const gl = WebGL2RenderingContext.prototype;
  const upload = (_target: number, _offset: number, data: ArrayBufferView): void => {
    if (data.byteLength >= many * 12) uploaded = true;
  };
  wrap(gl, "bufferSubData", upload);
  wrap(gl, "bufferData", (_target: number, data: ArrayBufferView | number) => {
    if (typeof data === "object" && data?.byteLength >= many * 12) uploaded = true;
  });
  wrap(gl, "drawArrays", (_mode: number, _first: number, count: number) => drawing(count));
  wrap(gl, "drawElements", (_mode: number, count: number) => drawing(count));
  wrap(gl, "drawArraysInstanced", (_mode: number, _first: number, count: number, instances: number) =>
    drawing(count * instances),
  );
  wrap(CanvasRenderingContext2D.prototype, "drawImage", (image: unknown) => {
    if (!(image instanceof ImageBitmap) || image.width < pictureWidth || seen.has(image)) return;
    seen.add(image);
    if (from === undefined) return;
    pictureTimes.push(performance.now());
    check();
  });
  globalThis.drawWatch = {
    arm(event) {
      done = points = undefined;
      pictureTimes = [];
      addEventListener(
        event,
        () => {
          uploaded = false;
          from = performance.now();
        },
        { capture: true, once: true },
      );
    },
    drawn: () => new Promise((resolve) => (done ? resolve(done) : (finish = resolve))),
  };
}
