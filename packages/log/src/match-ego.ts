import {
  compose,
  correctedFromLogged,
  identityPose,
  secondsBetween,
  vec,
  yawOf,
  type Point,
} from "@sweepmark/geometry";
import { buildGround, climbM, standingPoints, SweepMatcher, type Ground, type PlaneShift } from "@sweepmark/pointcloud";
import { maskOf, usualMarginM, type SweepSource } from "./accumulate.ts";
import type { EgoMatch, EgoMatches, MatchEgoRequest } from "./ego-matches.ts";
import { isAbort, logError, problemOf, throwIfAborted } from "./problem.ts";
import { LogError, type LogInfo, type Problem, type ReadOptions } from "./types.ts";

/**
 * Lays every frame's sweeps onto what stood around the frames before, from the first on, which stays (`SweepMatcher`). A
 * sweep at a time needs memory beside the local map. Where the log has no ego motion, all of it is found. Rejects with
 * LogError where there are no frames, with AbortError.
 */
export async function matchEgo(
  info: LogInfo,
  source: SweepSource,
  { exclude = [], marginM = usualMarginM, correction = [] }: MatchEgoRequest,
  { signal, onProgress }: ReadOptions = {},
): Promise<EgoMatches> {
  const total = info.frames.length;
  if (total === 0) throw logError("no-frame", "The log has no frames.");
  const poses = info.worldName === undefined ? "unknown" : "known";
  const matcher = new SweepMatcher(poses);
  const matches: EgoMatch[] = [];
  const skipped: { readonly index: number; readonly problem: Problem }[] = [];
  let origin: Point<"world"> | undefined;
  let last: { readonly ground: Ground<"ego">; readonly shift: PlaneShift; readonly z: number } | undefined;
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
      const clouds = frame.sweeps.flatMap((sweep) => {
        const { positions, egoFromLidar } = sweep;
        if (!egoFromLidar) return [];
        const leftOut = maskOf(sweep, compose(corrected, egoFromLidar), exclude, marginM);
        return [{ positions, egoFromLidar, spaceFromLidar: compose(worldFromEgo, egoFromLidar), leftOut }];
      });
      const points = standingPoints(clouds, worldFromEgo);
      const inEgo = clouds.map((each) => ({ ...each, spaceFromLidar: each.egoFromLidar }));
      const ground = poses === "unknown" ? buildGround<"ego">(inEgo, identityPose) : undefined;
      source.recycle(frame);
      const ego = worldFromEgo.translation;
      const [x, y, z] = vec.subtract(ego, origin);
      const seconds = secondsBetween(info.frames[0].at, at);
      const { shift, ...match } = matcher.match(
        points,
        [x, y, z + (last?.z ?? 0)],
        yawOf(worldFromEgo.rotation),
        seconds,
      );
      if (ground) {
        const climbed = last && match.determined ? (climbM(last.ground, ground, since(last.shift, shift)) ?? 0) : 0;
        last = { ground, shift, z: (last?.z ?? 0) + climbed };
      }
      const found = { at, ego, shift: [shift.x, shift.y, last?.z ?? 0] as const, yawRad: shift.yawRad };
      matches.push({ index, at, shift: found, ...match });
    } catch (error) {
      if (isAbort(error)) throw error;
      skipped.push({ index, problem: problemOf(error) });
    }
    onProgress?.({ done: index + 1, total, unit: "frames" });
  }
  return { matches, skipped };
}

/** The way from one shift to another, along the axes of the first. */
function since(first: PlaneShift, { x, y, yawRad }: PlaneShift): PlaneShift {
  const [cos, sin] = [Math.cos(first.yawRad), Math.sin(first.yawRad)];
  const [dx, dy] = [x - first.x, y - first.y];
  return { x: cos * dx + sin * dy, y: cos * dy - sin * dx, yawRad: yawRad - first.yawRad };
}
