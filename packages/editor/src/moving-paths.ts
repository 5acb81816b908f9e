import { extrapolationNs, trackAt, type DocumentReader } from "@sweepmark/document";
import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import type { ExcludedPath } from "@sweepmark/log";
import type { Keyframe, Track } from "@sweepmark/schema";

type Sample = ExcludedPath["samples"][number];

/** Keyframes hold to the end of the log; a sweep may lie a little past the last frame's stamp. */
const pastEndNs = 1_000_000_000n;

/** Curves are cut into straight pieces this long: at 10 m/s² they are at most 3 mm off. */
const pieceNs = 50_000_000n;

/**
 * The paths of all tracks that are not static, as far as they matter between two times (inclusive): interpolated
 * between their samples they are where `momentAt` has them, at every time.
 */
export function movingPaths(reader: DocumentReader, from: TimestampNs, to: TimestampNs): readonly ExcludedPath[] {
  return reader.tracks().flatMap((track) => {
    if (track.static) return [];
    const keyframes = reader.keyframes(track.id);
    const curved = track.interpolation === "smooth" || (track.beyond !== undefined && track.beyond !== "held");
    const all = curved ? curveOf(reader, track, keyframes, from, to) : samplesOf(keyframes, to);
    const samples = all.filter(
      (sample, i, all) => (all[i + 1] ?? sample).at >= from && (all[i - 1] ?? sample).at <= to,
    );
    return samples.some(({ cuboid }) => cuboid) ? [{ samples }] : [];
  });
}

/** What the paths are made of: while these are the same objects, so are the paths. */
export const movingSources = (reader: DocumentReader): readonly unknown[] =>
  reader
    .tracks()
    .flatMap((track) =>
      track.static ? [] : [track.id, track.interpolation, track.beyond, reader.keyframes(track.id)],
    );

/** Where the track is at its keyframes, and in small steps between and past them, as far as `from` and `to` need it. */
function curveOf(
  reader: DocumentReader,
  track: Track,
  keyframes: readonly Keyframe[],
  from: TimestampNs,
  to: TimestampNs,
): readonly Sample[] {
  const first = keyframes.at(0)?.at;
  if (first === undefined) return [];
  const start = first - extrapolationNs > from ? first - extrapolationNs : from - pieceNs;
  const end = to + pastEndNs;
  const times = new Set<bigint>();
  for (const { at } of keyframes)
    if (at > start && at <= end) {
      times.add(at - 1n);
      times.add(at);
    }
  if (start === first - extrapolationNs) times.add(start - 1n);
  for (let at = start; at < end; at += pieceNs) times.add(at);
  times.add(end);
  return [...times]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((at) => ({ at: timestampNs(at), cuboid: trackAt(reader, track.id, timestampNs(at))?.cuboid ?? null }));
}

function samplesOf(keyframes: readonly Keyframe[], end: TimestampNs): readonly Sample[] {
  const samples: Sample[] = [];
  keyframes.forEach(({ at, cuboid }, i) => {
    // Appearing and disappearing are steps: the time before belongs to what was.
    const before = i === 0 ? null : keyframes[i - 1].cuboid;
    if (i === 0 || (before === null) !== (cuboid === null)) samples.push({ at: timestampNs(at - 1n), cuboid: before });
    samples.push({ at, cuboid });
  });
  const last = keyframes.at(-1);
  if (last?.cuboid && last.at < end + pastEndNs)
    samples.push({ at: timestampNs(end + pastEndNs), cuboid: last.cuboid });
  return samples;
}
