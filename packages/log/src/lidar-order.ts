import type { CloudSample, Sample } from "./decoders/decoder.ts";
import { isAbort, problemOf } from "./problem.ts";
import type { Stream } from "./stream.ts";

/** What radars say of a point and lidars do not, but those that measure speed, which have many more points. */
const radarFields = /^(doppler\w*|velocity|radial_(velocity|speed)|range_rate|rcs|v[xyr](_comp)?)$/i;
/** Imaging radars have up to some thousand points in a message, lidars that measure speed a hundred thousand. */
const mostRadarPoints = 20_000;

/**
 * Lidars, likeliest the reference first. `better` before `fallback`; a radar is a fallback, whatever its message type:
 * by its topic's name, or by the fields of its first message. Of those by their fields only as many are looked at as would
 * come first. Most messages first; where several have as many, most points in the first message.
 */
export async function inOrder(
  better: readonly Stream[],
  fallback: readonly Stream[],
  signal?: AbortSignal,
): Promise<readonly Stream[]> {
  const named = better.filter(({ topic }) => /radar/i.test(topic));
  const radars = new Set(named);
  const sorted = await byWeight(
    better.filter((stream) => !radars.has(stream)),
    signal,
  );
  for (const stream of better.length + fallback.length > 1 ? sorted : []) {
    const sample = await firstOf(stream, signal);
    if (sample?.kind !== "cloud" || !isRadar(sample)) break;
    radars.add(stream);
  }
  return [
    ...sorted.filter((stream) => !radars.has(stream)),
    ...(await byWeight([...fallback, ...better.filter((stream) => radars.has(stream))], signal)),
  ];
}

const isRadar = ({ fields, count }: CloudSample): boolean =>
  count <= mostRadarPoints && fields.some(({ name }) => radarFields.test(name));

async function byWeight(lidars: readonly Stream[], signal?: AbortSignal): Promise<readonly Stream[]> {
  const most = Math.max(0, ...lidars.map(({ index }) => index.count));
  const tied = lidars.filter(({ index }) => index.count === most);
  const points = new Map<Stream, number>();
  for (const stream of tied.length > 1 ? tied : []) {
    const sample = await firstOf(stream, signal);
    points.set(stream, sample?.kind === "cloud" ? sample.count : 0);
  }
  const weight = (stream: Stream): number => points.get(stream) ?? 0;
  return lidars.toSorted(
    (a, b) => b.index.count - a.index.count || weight(b) - weight(a) || (a.topic < b.topic ? -1 : 1),
  );
}

/** undefined: it cannot be read. */
async function firstOf(stream: Stream, signal?: AbortSignal): Promise<Sample | undefined> {
  try {
    return await stream.sample(0, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    problemOf(error);
    return undefined;
  }
}
