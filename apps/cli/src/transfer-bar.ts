import type { Io } from "./io.ts";

const cells = 24;
/** Often enough to look alive, rarely enough not to be what the time goes to. */
const redrawMs = 100;

export interface TransferBar {
  report(done: number, total: number): void;
  /** Clears the line. Call it before anything else is printed. */
  end(): void;
}

/** Progress of a copy of bytes with its speed and the time that is left, redrawn in place; on a terminal only. */
export function transferBar(io: Io, title: string, now: () => number = () => performance.now()): TransferBar {
  if (io.watched === "pipe") return { report: () => undefined, end: () => undefined };
  const start = now();
  let drawn = -redrawMs;
  let width = 0;
  return {
    report(done, total) {
      const elapsedMs = now() - start;
      if (elapsedMs - drawn < redrawMs && done < total) return;
      drawn = elapsedMs;
      const share = total > 0 ? Math.min(1, done / total) : 1;
      const full = Math.round(share * cells);
      const bar = "━".repeat(full) + "─".repeat(cells - full);
      const speed = elapsedMs > 0 ? done / 1e3 / elapsedMs : 0;
      const leftS = done > 0 ? Math.ceil(((elapsedMs / 1000) * (total - done)) / done) : undefined;
      const percent = String(Math.floor(100 * share)).padStart(3);
      const left = leftS === undefined ? "" : `, ${clock(leftS)} left`;
      const line = `${title} ${bar} ${percent} %  ${speed.toFixed(0)} MB/s${left}`;
      io.err(`\r${line.padEnd(width)}`);
      width = line.length;
    },
    end() {
      if (width > 0) io.err(`\r${" ".repeat(width)}\r`);
      width = 0;
    },
  };
}

/** 7 s → 0:07, 3725 s → 1:02:05. */
function clock(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
