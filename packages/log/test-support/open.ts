import { fromYaw, type Pose } from "@sweepmark/geometry";
import { expect } from "vitest";
import { openLog, type OpenOptions } from "../src/open-log.ts";
import { bytesSource } from "../src/sources/bytes.ts";
import type { LogReader } from "../src/types.ts";
import { writeLog, type TestMessage, type WriteOptions } from "./write-log.ts";

/** Writes the messages as an MCAP in memory and opens it. */
export async function open(
  messages: readonly TestMessage[],
  write: WriteOptions = {},
  options: OpenOptions = {},
): Promise<LogReader> {
  return await openLog(bytesSource(await writeLog(messages, write), "test.mcap"), options);
}

export const codes = (problems: readonly { readonly code: string }[]): string[] => problems.map(({ code }) => code);

/** The ego pose of `drive` at a time is at x, turned by yaw. */
export const expectPose = (found: Pose<"world", "ego"> | undefined, x: number, yaw: number): void => {
  found?.translation.forEach((v, i) => expect(v).toBeCloseTo([x, 0, 0][i], 6));
  found?.rotation.forEach((v, i) => expect(v).toBeCloseTo(fromYaw(yaw)[i], 6));
  expect(found).toBeDefined();
};
