import type { BufferPool } from "../buffer-pool.ts";
import { memoryOf, scratchBytes } from "../mcap/chunk-memory.ts";
import type { CloudSample } from "./decoder.ts";
import type { FloatFields, FloatPoints } from "./float-points.ts";
import { pointsModule } from "./points-module.ts";

/** `wasm/points.wat` says what it does. */
interface Kernel {
  readonly placed: WebAssembly.Global;
  readonly left: WebAssembly.Global;
  take(
    from: number,
    count: number,
    stride: number,
    extra: number,
    to: number,
    words: number,
    dropped: number,
    index: number,
    farthest: number,
    largest: number,
  ): number;
}

/** Points at a time: what is made of them stays in the processor's cache until it is copied to where it belongs. */
const blockPoints = 2048;
/** Reads and writes may go so far past their end. */
const slackBytes = 64;
/**
 * Offsets in the scratch of a memory, from the middle of a page on: large arrays begin at the start of one, and a copy from
 * about the same place of a page to another takes four times as long (AMD's `rep movsb`; glibc's bug 30994).
 */
const positionsAt = 2048;
const wordsAt = positionsAt + 28 * 1024;
const droppedAt = wordsAt + 12 * 1024;
/** Behind the scratch of a memory of our own: points from elsewhere. */
const blockBytes = 64 * 1024 - slackBytes;

let module: WebAssembly.Module | undefined | "none";
let ownMemory: WebAssembly.Memory | undefined;
const kernels = new WeakMap<WebAssembly.Memory, Kernel>();

/** In this memory. Undefined where WebAssembly is forbidden (a page's content security policy). */
function kernelIn(memory: WebAssembly.Memory): Kernel | undefined {
  const known = kernels.get(memory);
  if (known) return known;
  try {
    module ??= new WebAssembly.Module(Uint8Array.from(atob(pointsModule), (char) => char.charCodeAt(0)));
  } catch {
    module = "none";
  }
  if (module === "none") return undefined;
  const made = new WebAssembly.Instance(module, { heap: { memory } }).exports as unknown as Kernel;
  kernels.set(memory, made);
  return made;
}

/** Whether the points lie as {@link takePoints} wants them: x, y, z follow each other, in any stride, at any byte. */
const isPlain = ({ width, count, byteOrder, strideBytes }: CloudSample, { x, y, z, intensity = x }: FloatFields) =>
  width === count &&
  byteOrder === "little" &&
  strideBytes <= blockBytes &&
  [x, y, z, intensity].every(({ type }) => type === "f32") &&
  y.offset === x.offset + 4 &&
  z.offset === x.offset + 8;

/**
 * The same as `unpackFloatPoints`, in WebAssembly, four points at a time: 120 000 of them take 0.3 ms, a third of what it
 * takes there. undefined: not for these points, or not on this machine. Points with a coordinate farther than `farthestM`, or
 * not finite, are left out.
 */
export function takePoints(
  cloud: CloudSample,
  fields: FloatFields,
  farthestM: number,
  pool: BufferPool,
): FloatPoints | undefined {
  const { count, strideBytes, data } = cloud;
  const home = memoryOf(data);
  const memory = home ?? (ownMemory ??= new WebAssembly.Memory({ initial: 2 }));
  const kernel = isPlain(cloud, fields) ? kernelIn(memory) : undefined;
  if (!kernel) return undefined;
  const heap = new Uint8Array(memory.buffer);
  const positions = pool.floats(count * 3);
  const intensity = pool.floats(fields.intensity ? count : 0);
  const [toPositions, toIntensity] = [positions, intensity].map(
    ({ buffer, byteLength }) => new Uint8Array(buffer, 0, byteLength),
  );
  const [farthest] = new Int32Array(Float32Array.of(farthestM).buffer);
  const extra = (fields.intensity ?? fields.x).offset - fields.x.offset;
  const most = Math.min(blockPoints, Math.floor(blockBytes / strideBytes));
  const dropped: number[] = [];
  let largest = 0;
  let kept = 0;
  for (let i = 0; i < count; i += most) {
    const n = Math.min(most, count - i);
    if (!home) heap.set(data.subarray(i * strideBytes, (i + n) * strideBytes), scratchBytes);
    largest = kernel.take(
      (home ? data.byteOffset + i * strideBytes : scratchBytes) + fields.x.offset,
      n,
      strideBytes,
      extra,
      positionsAt,
      wordsAt,
      droppedAt,
      i,
      farthest,
      largest,
    );
    const placed = Number(kernel.placed.value);
    toPositions.set(heap.subarray(positionsAt, placed), 12 * kept);
    const points = (placed - positionsAt) / 12;
    if (fields.intensity) toIntensity.set(heap.subarray(wordsAt, wordsAt + 4 * points), 4 * kept);
    kept += points;
    if (points < n) {
      const left = Number(kernel.left.value);
      dropped.push(...new Uint32Array(heap.buffer, droppedAt, (left - droppedAt) >> 2));
    }
  }
  return {
    positions,
    intensity: fields.intensity && intensity,
    intensityMax: largest > 0 ? new Float32Array(Int32Array.of(largest).buffer)[0] : undefined,
    dropped,
  };
}
