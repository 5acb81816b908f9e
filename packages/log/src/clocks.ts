import { placesBack, type MessageIndex } from "./mcap/message-index.ts";
import { list } from "./problem.ts";
import { isSaidToBeStatic } from "./transform-feed.ts";
import type { LogClock, Problem } from "./types.ts";

/** Transport and buffering take seconds at most; a minute is another clock. */
const farthestApartNs = 60_000_000_000n;
/** What an int64 holds: the year 2262. */
const lastNs = (1n << 63n) - 1n;

const seconds = (ns: bigint): string => (Number(ns) / 1e9).toFixed(1);

/** A topic, and how far its stamps were from the log's times where it was read; undefined: not read, or no stamps. */
interface StampedTopic {
  readonly topic: string;
  readonly index: Pick<MessageIndex, "count" | "times">;
  readonly stampOffsetNs: bigint | undefined;
}

/**
 * Header stamps that are minutes away from the log's times: one of the clocks is not what it seems, and a person must say
 * which of them counts. Of a log that was read as far as its first frame; names each topic, those together that agree.
 * What is said once (a mounting) may be old. Nothing is asked (a note) where one of them was chosen, or the log has one time
 * for all its messages.
 */
export function clocksApart(streams: readonly StampedTopic[], clock: LogClock): Problem | undefined {
  const groups: { readonly offsetNs: bigint; readonly topics: string[] }[] = [];
  for (const { topic, index, stampOffsetNs } of streams.toSorted((a, b) => (a.topic < b.topic ? -1 : 1))) {
    if (stampOffsetNs === undefined || index.count === 1 || isSaidToBeStatic(topic)) continue;
    const group = groups.find(({ offsetNs }) => !areApart(offsetNs, stampOffsetNs));
    if (group) group.topics.push(topic);
    else groups.push({ offsetNs: stampOffsetNs, topics: [topic] });
  }
  const apart = groups.filter(({ offsetNs }) => areApart(offsetNs, 0n));
  if (apart.length === 0) return undefined;
  const [{ offsetNs, topics }, ...others] = [...apart, ...groups.filter((group) => !apart.includes(group))];
  const rest = others.map((group) => `those of ${list(group.topics)} ${offsetWords(group.offsetNs)}`);
  const isStopped = streams.every(({ index: { count, times } }) => count === 0 || times[0] === times[count - 1]);
  return {
    severity: isStopped === (clock === "stamps") ? "note" : "warning",
    code: "clocks-apart",
    message:
      `The header stamps of ${list(topics)} are ${offsetWords(offsetNs)} the times at which the log recorded them` +
      `${rest.length > 0 ? `; ${rest.join(", ")}` : ""}.`,
    hint: clockHint(clock, isStopped, others.length > 0),
    params: { topics: groups.flatMap((group) => group.topics).join(" "), seconds: Number(offsetNs) / 1e9, clock },
    ...(topics.length === 1 && { topic: topics[0] }),
  };
}

function clockHint(clock: LogClock, isStopped: boolean, areSeveral: boolean): string {
  if (isStopped)
    return clock === "stamps"
      ? "The stamps count: the log has one time for all its messages, and tells none of them apart."
      : "The log's times count, as was chosen, but it has one for all its messages: let the stamps count instead.";
  if (clock === "log-times") return "The log's times count, as was chosen.";
  return areSeveral
    ? "The stamps count, but are of several clocks, by which sensors do not meet: let the log's times count instead (clock: log times)."
    : "The stamps count, here and in exports: right for a log recorded from a replay. If a sensor's clock was wrong, let the log's times count instead (clock: log times).";
}

const areApart = (a: bigint, b: bigint): boolean => a - b > farthestApartNs || b - a > farthestApartNs;

const offsetWords = (ns: bigint): string => `${seconds(ns < 0n ? -ns : ns)} s ${ns < 0n ? "before" : "after"}`;

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
