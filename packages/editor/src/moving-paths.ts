import type { DocumentReader } from "@sweepmark/document";
import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import type { ExcludedPath } from "@sweepmark/log";
import type { Keyframe } from "@sweepmark/schema";

type Sample = ExcludedPath["samples"][number];

/** Keyframes hold to the end of the log; a sweep may lie a little past the last frame's stamp. */
const pastEndNs = 1_000_000_000n;

/**
 * The paths of all tracks that are not static, as far as they matter between two times (inclusive): interpolated
 * between their samples they are where `momentAt` has them, at every time.
 */
export function movingPaths(reader: DocumentReader, from: TimestampNs, to: TimestampNs): readonly ExcludedPath[] {
  return reader.tracks().flatMap((track) => {
    if (track.static) return [];
    const samples = samplesOf(reader.keyframes(track.id), to).filter(
      (sample, i, all) => (all[i + 1] ?? sample).at >= from && (all[i - 1] ?? sample).at <= to,
    );
    return samples.some(({ cuboid }) => cuboid) ? [{ samples }] : [];
  });
}

/** What the paths are made of: while these are the same objects, so are the paths. */
export const movingSources = (reader: DocumentReader): readonly unknown[] =>
  reader.tracks().flatMap((track) => (track.static ? [] : [track.id, reader.keyframes(track.id)]));

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
