import type { SessionState } from "@sweepmark/editor";

/** What of the session's state the 3D picture does not show. */
const unseen: ReadonlySet<string> = new Set<keyof SessionState>([
  "buffered",
  "frameIndex",
  "frameProblem",
  "frames",
  "jobs",
  "loading",
  "looping",
  "notice",
  "picturedFrame",
  "playing",
  "pointCounts",
  "pointer",
  "problemCount",
  "rate",
  "saveState",
]);

/**
 * What a change of the session means for the 3D picture: other sweeps are the most urgent. A frame whose images have come
 * after its sweeps is the same picture, unless points are coloured by them.
 */
export function sceneChange(state: SessionState, before: SessionState): "sweeps" | "something" | "nothing" {
  const { frame } = state;
  if (frame?.sweeps !== before.frame?.sweeps) return "sweeps";
  const isSameFrame =
    frame === before.frame ||
    (state.view.colorMode !== "camera" && frame?.labels.length === 0 && before.frame?.labels.length === 0);
  const keys = Object.keys(state) as (keyof SessionState)[];
  const seen = keys.some(
    (key) => !unseen.has(key) && !(key === "frame" && isSameFrame) && !Object.is(state[key], before[key]),
  );
  return seen ? "something" : "nothing";
}
