import { timestampNs } from "@sweepmark/geometry";
import { isAbort, problemOf, type ProblemList } from "./problem.ts";
import type { Stream } from "./stream.ts";
import type { FixTopic, PositionFix } from "./types.ts";

/** So many topics are looked into: each may cost two chunks. */
const mostTopics = 8;

/** What the topics of position fixes say in their first and last message. What cannot be read is a problem. */
export async function readFixes(
  streams: readonly Stream[],
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<readonly FixTopic[]> {
  const found: FixTopic[] = [];
  for (const [i, stream] of streams.entries()) {
    const { topic, index } = stream;
    const read = async (at: number): Promise<PositionFix | undefined> => {
      try {
        const sample = await stream.sample(at, signal);
        if (sample.kind !== "fix" || !sample.place) return undefined;
        return { at: sample.at ?? timestampNs(index.times[at]), ...sample.place };
      } catch (error) {
        if (isAbort(error)) throw error;
        problems.add(problemOf(error));
        return undefined;
      }
    };
    const [first, last] = i < mostTopics ? [await read(0), await read(index.count - 1)] : [];
    found.push({ topic, count: index.count, ...(first && { first }), ...(last && { last }) });
  }
  return found;
}
