import { defaultLimits, type Limits } from "../../src/limits.ts";
import { openLog } from "../../src/open-log.ts";
import { isAbort } from "../../src/problem.ts";
import { LogError, type ByteSource, type Frame, type Problem } from "../../src/types.ts";

/** So small that a size out of a mutated log is over them at once. */
export const smallLimits: Limits = {
  ...defaultLimits,
  maxRecordBytes: 65_536,
  maxSummaryBytes: 65_536,
  maxChunkBytes: 65_536,
  ratioFreeBytes: 16_384,
  maxRatio: 100,
  maxSchemaBytes: 16_384,
  maxSchemas: 64,
  maxChannels: 64,
  maxMessages: 2000,
  maxPoints: 4000,
  maxValues: 2000,
  maxSchemasBytes: 65_536,
  maxJsonBytes: 16_384,
  maxImageBytes: 16_384,
  maxImagePixels: 16_384,
  maxDepth: 16,
};

/** Nothing that the limits allow is larger (16 384 pixels × 4, or 65 536 bytes of a chunk). */
const mostBytes = 70_000;
/** An opening, three frames and a scan of these logs took 60 reads at most; a mutation may send them astray, not round. */
const mostReads = 400;

/** Whatever is made by a declared size. `limit`: of one array, bytes; beyond it the making throws. */
class AllocationSpy {
  largest = 0;
  #originals: [string, unknown][] = [];

  install(limit: number): void {
    const names = ["ArrayBuffer", "Uint8Array", "Int8Array", "Uint8ClampedArray", "Uint16Array", "Int16Array"];
    names.push("Uint32Array", "Int32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array");
    const world = globalThis as unknown as Record<string, new (...args: never[]) => { byteLength: number }>;
    for (const name of names) {
      const original = world[name];
      this.#originals.push([name, original]);
      const width = (original as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
      const construct = (target: typeof original, args: never[], made: unknown): { byteLength: number } => {
        const [size] = args as unknown[];
        if (typeof size === "number") {
          this.largest = Math.max(this.largest, size * width);
          if (size * width > limit)
            throw new AllocationError(`${name} of ${size} elements; the limit is ${limit} bytes`);
        }
        return Reflect.construct(target, args, made === spied ? target : (made as never)) as { byteLength: number };
      };
      const spied: typeof original = new Proxy(original, { construct });
      world[name] = spied;
    }
  }

  remove(): void {
    for (const [name, original] of this.#originals) (globalThis as Record<string, unknown>)[name] = original;
    this.#originals = [];
  }
}

class AllocationError extends Error {
  override readonly name = "AllocationError";
}

export const allocations = {
  /** Runs with every array that is made by a number watched. */
  async watched<T>(run: () => Promise<T>, limit = mostBytes): Promise<T> {
    const spy = new AllocationSpy();
    spy.install(limit);
    try {
      return await run();
    } finally {
      spy.remove();
    }
  },
};

export interface Outcome {
  /** What of the log could be read. */
  readonly kind: "refused" | "opened";
  readonly frames: number;
  readonly reads: number;
}

/** Opens a log, reads up to three frames, scans, closes. Throws where anything else happens than LogError or success. */
export async function trial(bytes: Uint8Array, limits: Partial<Limits> = smallLimits): Promise<Outcome> {
  const counted = { reads: 0 };
  const source = spySource(bytes, counted);
  let frames = 0;
  try {
    const log = await openLog(source, { limits });
    const { length } = log.info.frames;
    for (const index of new Set([0, length >> 1, length - 1].filter((i) => i >= 0 && i < length))) {
      const frame = await tolerated(() => log.frame(index));
      if (frame) checkFrame(frame);
      if (frame) frames++;
    }
    await tolerated(() => log.scan());
    checkProblems(log.info.problems);
    await log.close();
    return { kind: "opened", frames, reads: counted.reads };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    checkProblems([error.problem]);
    return { kind: "refused", frames, reads: counted.reads };
  }
}

function spySource(bytes: Uint8Array, counted: { reads: number }): ByteSource {
  return {
    name: "fuzz.mcap",
    size: () => Promise.resolve(BigInt(bytes.length)),
    read(offset, length) {
      if (offset < 0n || length < 0n || offset + length > BigInt(bytes.length)) {
        throw new RangeError(`bytes ${offset} to ${offset + length} were asked for; the file has ${bytes.length}`);
      }
      if (++counted.reads > mostReads)
        throw new RangeError(`more than ${mostReads} reads of a file of ${bytes.length} bytes`);
      return Promise.resolve(bytes.slice(Number(offset), Number(offset + length)));
    },
  };
}

async function tolerated<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LogError) checkProblems([error.problem]);
    else if (!isAbort(error)) throw error;
    return undefined;
  }
}

function checkFrame({ sweeps, images, worldFromEgo, at, problems }: Frame): void {
  checkProblems(problems);
  const must = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`a frame has ${what}`);
  };
  must(BigInt.asIntN(64, at) === at, `the time ${at}`);
  must(
    [...worldFromEgo.translation, ...worldFromEgo.rotation].every(Number.isFinite),
    "an ego pose that is not finite",
  );
  for (const { count, positions, intensity, ring, timeOffsetNs } of sweeps) {
    must(positions.length === 3 * count && positions.every(Number.isFinite), `${count} points, not all finite`);
    for (const column of [intensity, ring, timeOffsetNs])
      must(column === undefined || column.length === count, `a column of ${column?.length} for ${count} points`);
  }
  for (const { width, height, content } of images) {
    must(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0, `${width} × ${height} pixels`);
    must(
      content.kind !== "pixels" || content.rgba.length === width * height * 4,
      `${width} × ${height} pixels, not all there`,
    );
  }
}

/** Every problem must be fit to be shown: short, in words, without control characters. */
function checkProblems(problems: readonly Problem[]): void {
  for (const { code, message, hint = "" } of problems) {
    const words = `${message} ${hint}`;
    if (code === "read-failed") throw new Error(`a read failed: ${message}`);
    if (message === "" || words.length > 4000) throw new Error(`the problem ${code} has ${words.length} characters`);
    if (/[\p{Cc}\p{Bidi_Control}]/u.test(words)) throw new Error(`the problem ${code} says ${JSON.stringify(words)}`);
    if (/undefined|\[object \w/.test(words)) throw new Error(`the problem ${code} says ${JSON.stringify(words)}`);
  }
}
