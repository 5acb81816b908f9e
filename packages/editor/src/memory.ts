import type { LogReader } from "@sweepmark/log";

/** What memory is used for: decoded frames; decoded images; points on the GPU; the accumulated cloud. */
export type MemoryUse = "frames" | "images" | "points" | "cloud";

/**
 * One budget in bytes for everything that a log makes a page hold. Frames have what the others leave of it, so that
 * nothing lies idle; each of the others keeps to its share by itself and says what it holds.
 */
export interface Memory {
  readonly budgetBytes: number;
  /** Bytes that a use may take; of frames: what the others leave now. */
  shareOf(use: MemoryUse): number;
  /** What a use holds now, all its holders together, bytes. */
  held(): Readonly<Record<MemoryUse, number>>;
  /** A holder says how much it holds for a use; 0: it is gone. */
  report(use: Exclude<MemoryUse, "frames">, holder: object, bytes: number): void;
  setBudget(budgetBytes: number): void;
  /** Tells that the budget has become another one; shares are 0 after closing. Returns how to end it. */
  onBudget(listener: () => void): () => void;
  close(): void;
}

/** Parts of the budget for what is not frames: at least a quarter is left to them. */
const shares = { images: 1 / 4, points: 1 / 4, cloud: 1 / 4 } as const;

const MiB = 1024 * 1024;
/** So many frames should fit: ten that are read ahead, the shown one, and some to step back to. */
const leastFrames = 16;
const leastBytes = 64 * MiB;
const mostBytes = 512 * MiB;
/** Where a browser does not say how much memory there is. */
const unknownBytes = 128 * MiB;

/**
 * 1/256 of the device's memory, within 64 and 512 MiB, and up to 1/16 where the frames of the log are large; undefined: not
 * known. 64 MiB are 20 frames of 120 000 points and six cameras: what is read ahead, and some to step back to. A frame that
 * is not held is on the screen in a tenth of a second: more serves those who play the same minute again and again, and is theirs
 * to set.
 */
export function usualMemoryBytes(deviceBytes: number | undefined, frameBytes = 0): number {
  const usual = deviceBytes === undefined ? unknownBytes : deviceBytes / 256;
  const wanted = Math.min(leastFrames * frameBytes, (deviceBytes ?? Infinity) / 16);
  return Math.max(leastBytes, Math.min(mostBytes, Math.max(usual, wanted)));
}

export function createMemory(log: LogReader, initialBytes: number): Memory {
  let budgetBytes = initialBytes;
  const holders = {
    images: new Map<object, number>(),
    points: new Map<object, number>(),
    cloud: new Map<object, number>(),
  };
  const listeners = new Set<() => void>();
  const sum = (use: Exclude<MemoryUse, "frames">): number =>
    [...holders[use].values()].reduce((all, one) => all + one, 0);
  const forFrames = (): number => Math.max(budgetBytes / 4, budgetBytes - sum("images") - sum("points") - sum("cloud"));
  log.setBudget(forFrames());
  return {
    get budgetBytes() {
      return budgetBytes;
    },
    shareOf: (use) => (use === "frames" ? forFrames() : budgetBytes * shares[use]),
    held: () => ({ frames: log.memory.heldBytes, images: sum("images"), points: sum("points"), cloud: sum("cloud") }),
    report(use, holder, bytes) {
      if ((holders[use].get(holder) ?? 0) === bytes) return;
      if (bytes === 0) holders[use].delete(holder);
      else holders[use].set(holder, bytes);
      log.setBudget(forFrames());
    },
    setBudget(bytes) {
      budgetBytes = bytes;
      log.setBudget(forFrames());
      for (const listener of listeners) listener();
    },
    onBudget(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      budgetBytes = 0;
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
}
