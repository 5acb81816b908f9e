import { list, quote, type ProblemList } from "./problem.ts";
import { moves, type Edge, type TransformTree } from "./transform-tree.ts";

/** The log's names for the two spaces that everything is placed in. */
export interface Spaces {
  readonly egoName: string;
  /** undefined: nothing moves; world = ego. */
  readonly worldName: string | undefined;
  /** What can be the world, nearest to ego first; empty: nothing moves. */
  readonly worldNames: readonly string[];
}

/** What vehicles call themselves; asked where nothing in the log's motion tells, or more than one thing does. */
export const egoNames = ["base_link", "base_footprint", "ego_vehicle", "ego", "vehicle", "base"];
/** What fixed spaces are called (REP 105 and habits); asked where a transform is said from the vehicle to its world. */
const fixedNames = ["map", "odom", "world", "earth", "local", "local_map", "enu", "utm", "global", "city"];
/** Earth-centred axes: "up" is another direction at every place. Never the world unless it is chosen. */
const earthNames = ["earth", "ecef"];

/**
 * Which of the log's names is ego, which world. Ego is the child end of the moving transform nearest to the
 * reference sensor (of
 * several the one with a usual name); world is `wanted`, else the root above. Transforms that are sent again and again
 * with one value do not count as moving, unless nothing else does (a parked vehicle): then a usual name decides, else the
 * topmost. A cloud that is itself in the fixed space, and a world that is said as a child of the vehicle, are understood.
 */
export function findSpaces(
  tree: TransformTree,
  sensorFrameId: string,
  problems: ProblemList,
  wanted?: string,
  sensor: "lidar" | "camera" = "lidar",
): Spaces {
  tree.prefer(wanted);
  const path = tree.pathUp(sensorFrameId);
  const moving = egoMotion(path) ?? path.findLast((edge) => !edge.static) ?? motionBelow(tree, sensorFrameId);
  if (moving) {
    const worldNames = tree.ancestors(moving.child).filter((name) => !egoNames.includes(name));
    return chosenWorld({ egoName: moving.child, worldNames }, tree.rootOf(moving.child), problems, wanted);
  }
  const turned = [sensorFrameId, ...path.map(({ parent }) => parent)]
    .flatMap((name) => tree.below(name))
    .find((edge) => !edge.static && fixedNames.includes(edge.child));
  if (turned) {
    return chosenWorld({ egoName: turned.parent, worldNames: [turned.child] }, turned.child, problems, wanted);
  }
  if (wanted !== undefined) problems.add(noSuchWorld(wanted, []));
  if (path.length === 0) {
    problems.add({
      severity: "warning",
      code: "lidar-is-ego",
      message:
        `No transform leads from the ${sensor}'s space ${quote(sensorFrameId)} to another one; ` +
        `found: ${tree.names().length > 0 ? list(tree.names()) : "no transforms at all"}.`,
      hint: `The ${sensor}'s own axes stand for the vehicle's: labels are good within each frame, not over time.`,
      params: { [sensor]: sensorFrameId },
    });
    return { egoName: sensorFrameId, worldName: undefined, worldNames: [] };
  }
  const others = tree.edges().filter((edge) => !edge.static);
  problems.add({
    severity: "note",
    code: "no-ego-motion",
    message:
      `Nothing says how the vehicle moves: ${quote(path[path.length - 1].parent)} above the ${sensor} stands still` +
      (others.length > 0 ? `, and ${nameOf(others[0])} moves, but does not lead to it.` : "."),
    hint: "Labels are placed relative to the vehicle: a parked car then moves from frame to frame.",
    params: { ego: path[path.length - 1].parent },
  });
  return { egoName: path[path.length - 1].parent, worldName: undefined, worldNames: [] };
}

function chosenWorld(
  { egoName, worldNames }: Pick<Spaces, "egoName" | "worldNames">,
  root: string,
  problems: ProblemList,
  wanted: string | undefined,
): Spaces {
  const upright = worldNames.filter((name) => !earthNames.includes(name));
  const usual = worldNames.includes(root) && upright.includes(root) ? root : (upright.at(-1) ?? root);
  if (wanted !== undefined && !worldNames.includes(wanted)) problems.add(noSuchWorld(wanted, worldNames));
  const worldName = wanted !== undefined && worldNames.includes(wanted) ? wanted : usual;
  return { egoName, worldName, worldNames: worldNames.length > 0 ? worldNames : [worldName] };
}

const noSuchWorld = (wanted: string, found: readonly string[]) =>
  ({
    severity: "warning",
    code: "no-such-world",
    message: `The fixed space ${quote(wanted)} was chosen, but the vehicle does not move in it; found: ${list(found)}.`,
    hint: "The usual one is used. Choose another in the log's settings.",
    params: { wanted, found: found.join(" ") },
  }) as const;

/** The transform above the lidar that is known to be the vehicle's motion. */
export function egoMotion(path: readonly Edge[]): Edge | undefined {
  const sampled = path.filter((edge) => !edge.static);
  const isEgo = ({ child }: Edge): boolean => egoNames.includes(child);
  return sampled.find((edge) => moves(edge) && isEgo(edge)) ?? sampled.find(moves) ?? sampled.find(isEgo);
}

/** The vehicle's motion where the cloud is not in a space of the vehicle, but in one that it moves in. */
function motionBelow(tree: TransformTree, fixedName: string): Edge | undefined {
  const ego = egoNames.find((name) => tree.ancestors(name).includes(fixedName));
  return ego === undefined ? undefined : egoMotion(tree.pathUp(ego));
}

const nameOf = ({ parent, child }: Pick<Edge, "parent" | "child">): string => `${quote(parent)} → ${quote(child)}`;
