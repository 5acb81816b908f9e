import { vec, type Cuboid } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import type { SessionState } from "./session-types.ts";

/** In focus mode what lies farther than this outside the selected cuboid is not shown, metres. */
export const focusM = 3;

type Seen = Pick<SessionState, "view" | "moment" | "selectedId" | "hiddenIds">;

/** What focus mode is about: the selected cuboid. Undefined: it is off, or there is none, and everything is shown. */
export function focusedCuboid({ view, moment, selectedId, hiddenIds }: Seen): Cuboid<"world"> | undefined {
  if (!view.focus || selectedId === undefined || hiddenIds.has(selectedId)) return undefined;
  return moment.tracks.find(({ track }) => track.id === selectedId)?.cuboid;
}

/** The records that are neither drawn nor hit: those that a person has hidden, and in focus mode all that is not near. */
export function hiddenNow(state: Seen): ReadonlySet<RecordId> {
  const focused = focusedCuboid(state);
  if (!focused) return state.hiddenIds;
  const { tracks, laneBoundaries } = state.moment;
  const reachM = (cuboid: Cuboid<"world">): number => vec.length(cuboid.size) / 2;
  const far = tracks.filter(
    ({ cuboid }) => vec.distance(cuboid.center, focused.center) > reachM(cuboid) + reachM(focused) + focusM,
  );
  return new Set([...state.hiddenIds, ...far.map(({ track }) => track.id), ...laneBoundaries.map(({ id }) => id)]);
}
