import type { TimestampNs } from "@sweepmark/geometry";
import { placesBack, type MessageIndex } from "./mcap/message-index.ts";
import { list, quote } from "./problem.ts";
import type { Problem } from "./types.ts";

/** Transport and buffering take seconds at most; a minute is another clock. */
const farthestApartNs = 60_000_000_000n;
/** What an int64 holds: the year 2262. */
const lastNs = (1n << 63n) - 1n;

const seconds = (ns: bigint): string => (Number(ns) / 1e9).toFixed(1);

/** Header stamps that are minutes away from the log's times: one of the clocks is not what it seems. */
export function clocksApart(topic: string, at: TimestampNs, logTime: bigint): Problem | undefined {
  const apart = at - logTime;
  if (apart <= farthestApartNs && apart >= -farthestApartNs) return undefined;
  const offset = `${seconds(apart < 0n ? -apart : apart)} s ${apart < 0n ? "before" : "after"}`;
  return {
    severity: "warning",
    code: "clocks-apart",
    message: `The header stamps of ${quote(topic)} are ${offset} the times at which the log recorded them.`,
    hint: "The stamps count, here and in exports. The log was perhaps recorded from a replay; if the stamps are wrong, correct them in the log.",
    params: { topic, seconds: Number(apart) / 1e9 },
    topic,
    at,
  };
}

/** Messages that do not lie in the file as they follow each other in time. */
export function notInOrder(
  streams: readonly { readonly topic: string; readonly index: MessageIndex }[],
): Problem | undefined {
  const counts = streams.map(({ topic, index }) => ({ topic, back: placesBack(index) })).filter(({ back }) => back > 0);
  if (counts.length === 0) return undefined;
  const places = counts.reduce((sum, { back }) => sum + back, 0);
  return {
    severity: "note",
    code: "not-in-order",
    message: `The messages of ${list(counts.map(({ topic }) => topic))} are not in order of time in the file, at ${places} places; they are read in order.`,
    hint: "`mcap sort` writes a file in order, which plays faster.",
    params: { topics: counts.length, places },
  };
}

/** Log times that no clock says. */
export function timesBeyond(endTime: bigint): Problem | undefined {
  if (endTime <= lastNs) return undefined;
  return {
    severity: "warning",
    code: "times-beyond",
    message: `The log has messages recorded at ${endTime} ns, after the year 2262; they are taken for the first ones.`,
    hint: "The recorder's clock was wrong, or the file is damaged. Header stamps are not affected.",
    params: { endTime: String(endTime) },
  };
}

/** An unsigned time of the file as a signed one, as far as there is one. */
export const signedTime = (time: bigint): bigint => (time > lastNs ? lastNs : time);
