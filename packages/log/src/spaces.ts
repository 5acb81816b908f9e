import { list, quote, type ProblemList } from "./problem.ts";
import { moves, type Edge, type TransformTree } from "./transform-tree.ts";

/** The log's names for the two spaces that everything is placed in. */
export interface Spaces {
  readonly egoName: string;
  /** undefined: nothing moves; world = ego. */
  readonly worldName: string | undefined;
}

/** What vehicles call themselves; only asked where nothing in the log's motion tells. */
export const egoNames = ["base_link", "base_footprint", "ego_vehicle", "ego", "vehicle", "base"];

/**
 * Which of the log's names is ego, which world. Ego is the child end of the moving transform nearest to the lidar, world
 * the root above it. Transforms that are sent again and again with one value do not count as moving, unless nothing
 * else does (a parked vehicle): then a usual name decides, else the topmost.
 */
export function findSpaces(tree: TransformTree, lidarFrameId: string, problems: ProblemList): Spaces {
  const path = tree.pathUp(lidarFrameId);
  const moving = egoMotion(path) ?? path.findLast((edge) => !edge.static);
  if (moving) return { egoName: moving.child, worldName: tree.rootOf(moving.child) };
  if (path.length === 0) {
    problems.add({
      severity: "warning",
      code: "lidar-is-ego",
      message:
        `No transform leads from the lidar's space ${quote(lidarFrameId)} to another one; ` +
        `found: ${tree.names().length > 0 ? list(tree.names()) : "no transforms at all"}.`,
      hint: "The lidar's own axes stand for the vehicle's: labels are good within each frame, not over time.",
      params: { lidar: lidarFrameId },
    });
    return { egoName: lidarFrameId, worldName: undefined };
  }
  const others = tree.edges().filter((edge) => !edge.static);
  problems.add({
    severity: "note",
    code: "no-ego-motion",
    message:
      `Nothing says how the vehicle moves: ${quote(path[path.length - 1].parent)} above the lidar stands still` +
      (others.length > 0 ? `, and ${nameOf(others[0])} moves, but does not lead to it.` : "."),
    hint: "Labels are placed relative to the vehicle: a parked car then moves from frame to frame.",
    params: { ego: path[path.length - 1].parent },
  });
  return { egoName: path[path.length - 1].parent, worldName: undefined };
}

/** The transform above the lidar that is known to be the vehicle's motion. */
export function egoMotion(path: readonly Edge[]): Edge | undefined {
  const sampled = path.filter((edge) => !edge.static);
  return sampled.find(moves) ?? sampled.find(({ child }) => egoNames.includes(child));
}

const nameOf = ({ parent, child }: Pick<Edge, "parent" | "child">): string => `${quote(parent)} → ${quote(child)}`;
