import { expect } from "vitest";

/** `expect.poll` with the patience that a busy machine needs; a test that passes never waits for it. */
export const eventually = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: 60_000, interval: 100 });
