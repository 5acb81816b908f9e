import { compose, correctedFromLogged, vec, yawOf, type Point } from "@sweepmark/geometry";
import { standingPoints, SweepMatcher } from "@sweepmark/pointcloud";
import { maskOf, noMotion, usualMarginM, type SweepSource } from "./accumulate.ts";
import type { EgoMatch, EgoMatches, MatchEgoRequest } from "./ego-matches.ts";
import { isAbort, logError, problemOf, throwIfAborted } from "./problem.ts";
import { LogError, type LogInfo, type Problem, type ReadOptions } from "./types.ts";

/**
 * Lays every frame's sweeps onto what stood around the frames before, from the first on, which stays (`SweepMatcher`). A
 * sweep at a time needs memory beside the local map. Rejects with LogError where there are no frames or no ego motion
 * (`no-ego-motion`), with AbortError.
 */
export async function matchEgo(
  info: LogInfo,
  source: SweepSource,
  { exclude = [], marginM = usualMarginM, correction = [] }: MatchEgoRequest,
  { signal, onProgress }: ReadOptions = {},
): Promise<EgoMatches> {
  const total = info.frames.length;
  if (total === 0) throw logError("no-frame", "The log has no frames.");
  if (info.worldName === undefined) throw noMotion(info);
  const matcher = new SweepMatcher();
  const matches: EgoMatch[] = [];
  const skipped: { readonly index: number; readonly problem: Problem }[] = [];
  let origin: Point<"world"> | undefined;
  for (let index = 0; index < total; index++) {
    throwIfAborted(signal);
    // A source in memory never waits: without a breath no abort and no other request would be heard.
    await new Promise((resolve) => setTimeout(resolve, 0));
    try {
      const frame = await source.sweeps(index, undefined, signal);
      const gap = frame.problems.find(({ code, topic }) => code === "transform-gap" && topic === undefined);
      if (gap) throw new LogError(gap);
      const { at, worldFromEgo } = frame;
      origin ??= worldFromEgo.translation;
      const corrected = compose(correctedFromLogged(correction, at), worldFromEgo);
      const points = standingPoints(
        frame.sweeps.flatMap((sweep) => {
          const { positions, egoFromLidar } = sweep;
          if (!egoFromLidar) return [];
          const leftOut = maskOf(sweep, compose(corrected, egoFromLidar), exclude, marginM);
          return [{ positions, spaceFromLidar: compose(worldFromEgo, egoFromLidar), leftOut }];
        }),
        worldFromEgo,
      );
      source.recycle(frame);
      const ego = worldFromEgo.translation;
      const { shift, ...match } = matcher.match(points, vec.subtract(ego, origin), yawOf(worldFromEgo.rotation));
      const found = { at, ego, shift: [shift.x, shift.y, 0] as const, yawRad: shift.yawRad };
      matches.push({ index, at, shift: found, ...match });
    } catch (error) {
      if (isAbort(error)) throw error;
      skipped.push({ index, problem: problemOf(error) });
    }
    onProgress?.({ done: index + 1, total, unit: "frames" });
  }
  return { matches, skipped };
}
