import { expect } from "vitest";
import { openLog, type OpenOptions } from "../src/open-log.ts";
import { LogError, type ByteSource, type Frame, type LogReader, type Problem } from "../src/types.ts";
import { allocations } from "./fuzz/trial.ts";

/** Opening faulty logs of a few hundred KB makes no array larger than this, whatever they declare. */
const mostBytes = 8 * 1024 * 1024;

export interface Opened {
  readonly log: LogReader;
  /** The problem of that code, of the log or of a frame that was read; fails where there is none. */
  said(code: string): Problem;
  readonly reads: readonly { readonly from: number; readonly to: number }[];
  /** Frames that could be read. */
  readonly frames: readonly Frame[];
}

/** A source that notes what is read and refuses what is not there. `sizeBytes`: what it claims to be. */
export function spied(bytes: Uint8Array, reads: { from: number; to: number }[]): ByteSource {
  return {
    name: "log.mcap",
    size: () => Promise.resolve(BigInt(bytes.length)),
    read(offset, length) {
      const [from, to] = [Number(offset), Number(offset + length)];
      reads.push({ from, to });
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(bytes.length);
      return Promise.resolve(bytes.slice(from, to));
    },
  };
}

/** Opens, reads every frame, scans. All that is wrong must be a problem, and no array may be larger than the log warrants. */
export async function openFaulty(bytes: Uint8Array, options: OpenOptions = {}): Promise<Opened> {
  const reads: { from: number; to: number }[] = [];
  return await allocations.watched(async () => {
    const log = await openLog(spied(bytes, reads), options);
    const frames: Frame[] = [];
    const problems: Problem[] = [];
    for (const { index } of log.info.frames) {
      try {
        const frame = await log.frame(index);
        frames.push(frame);
        problems.push(...frame.problems);
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        problems.push(error.problem);
      }
    }
    await log.scan();
    problems.push(...log.info.problems);
    return {
      log,
      frames,
      reads,
      said(code) {
        const found = problems.find((problem) => problem.code === code);
        if (!found)
          throw new Error(`no problem ${code}; found: ${problems.map((p) => `${p.code}: ${p.message}`).join("\n")}`);
        return found;
      },
    };
  }, mostBytes);
}

/** Why a log could not be opened at all. */
export async function refusal(bytes: Uint8Array, options: OpenOptions = {}): Promise<Problem> {
  try {
    await allocations.watched(() => openLog(spied(bytes, []), options), mostBytes);
  } catch (error) {
    expect(error).toBeInstanceOf(LogError);
    return (error as LogError).problem;
  }
  throw new Error("the log was opened");
}
