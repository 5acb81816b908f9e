import type { Point } from "@sweepmark/geometry";
import type { Lane, LaneBoundary } from "@sweepmark/schema";
import type { Ground } from "./ground.ts";
import { poseOnPath, type Path } from "./path.ts";
import type { Street } from "./streets.ts";

/** A leg: what a street has on one side of the crossing, from station to station. */
interface Leg {
  readonly street: Street;
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * True lanes of what the drive can see: painted lines from stop line to the end of each leg, kerbs through the
 * corners, and the lanes between the lines. Points are on the ground, every 2 m in bends and 5 m on straights.
 */
export function lanesOf(ground: Ground, crossTo: number): readonly (LaneBoundary | Lane)[] {
  const { main, cross } = ground.streets;
  const legs: readonly Leg[] = [
    { street: main, name: "main-south", from: 20, to: main.crossingS - main.stopLine[1] },
    { street: main, name: "main-north", from: main.crossingS + main.stopLine[1], to: 290 },
    { street: cross, name: "cross-west", from: cross.crossingS - 110, to: cross.crossingS - cross.stopLine[1] },
    {
      street: cross,
      name: "cross-east",
      from: cross.crossingS + cross.stopLine[1],
      to: Math.max(cross.crossingS + 110, crossTo),
    },
  ];
  const boundaries: LaneBoundary[] = [];
  const lanes: Lane[] = [];
  const boundary = (name: string, classId: string, points: readonly Point<"world">[]): string => {
    const id = `lane-boundary:synthetic-${name}`;
    boundaries.push({ id, kind: "lane-boundary", name, classId, points, attributes: {} });
    return id;
  };
  for (const { street, name, from, to } of legs) {
    const ids = new Map(
      street.stripes.map(({ d, classId }) => [
        d,
        boundary(`${name}-${nameOf(street, d)}`, classId, along(ground, street.path, from, to, d, 0)),
      ]),
    );
    for (const middle of street.laneOffsets) {
      const inner = ids.get(
        street.stripes.find(({ d }) => Math.abs(d - (middle - (Math.sign(middle) * street.laneWidthM) / 2)) < 0.01)!.d,
      )!;
      const outer = ids.get(
        street.stripes.find(({ d }) => Math.abs(d - (middle + (Math.sign(middle) * street.laneWidthM) / 2)) < 0.01)!.d,
      )!;
      // Right-hand traffic: the axis is on the left of every lane.
      lanes.push({
        id: laneId(name, street, middle),
        kind: "lane",
        leftId: inner,
        rightId: outer,
        successorIds: straightOn(name, street, middle),
        attributes: {},
      });
    }
  }
  for (const mainSide of [1, -1] as const)
    for (const crossSide of [1, -1] as const)
      boundary(
        `kerb-${mainSide > 0 ? "left" : "right"}-${crossSide > 0 ? "north" : "south"}`,
        "kerb",
        corner(ground, legs, mainSide, crossSide),
      );
  return [...boundaries, ...lanes];
}

const nameOf = ({ stripes }: Street, d: number): string =>
  d === 0 ? "centre" : `${d > 0 ? "left" : "right"}-${d === stripes[0].d || d === -stripes[0].d ? "edge" : "divider"}`;
const laneId = (leg: string, { laneOffsets }: Street, d: number): string =>
  `lane:synthetic-${leg}-${laneOffsets.indexOf(d) + 1}`;

/** The lane across the crossing in the driving direction; d < 0 drives along the axis. */
function straightOn(leg: string, street: Street, d: number): string[] {
  const next: Record<string, string> =
    d < 0
      ? { "main-south": "main-north", "cross-west": "cross-east" }
      : { "main-north": "main-south", "cross-east": "cross-west" };
  return leg in next ? [laneId(next[leg], street, d)] : [];
}

function along(ground: Ground, path: Path, from: number, to: number, d: number, liftM: number): Point<"world">[] {
  const points: Point<"world">[] = [];
  const put = (s: number) => {
    const { x, y, yawRad } = poseOnPath(path, s);
    const px = x - d * Math.sin(yawRad);
    const py = y + d * Math.cos(yawRad);
    points.push([px, py, ground.grade(px, py) + liftM]);
  };
  for (let s = from; s < to - 0.5;) {
    put(s);
    const bend = path.pieces.some(
      ({ curvature, lengthM }, i) => curvature !== 0 && s >= path.starts[i] - 5 && s < path.starts[i] + lengthM,
    );
    s += bend ? 2 : 5;
  }
  put(to);
  return points;
}

/** The kerb's foot from the outer end of a main leg, round the corner, to the outer end of a cross leg. */
function corner(ground: Ground, legs: readonly Leg[], mainSide: 1 | -1, crossSide: 1 | -1): Point<"world">[] {
  const { main, cross, cornerRadiusM: r } = ground.streets;
  // The cross street runs to the main street's right: its left side is the main street's north.
  const mainLeg = legs[crossSide > 0 ? 1 : 0];
  const crossLeg = legs[mainSide > 0 ? 2 : 3];
  const mainD = mainSide * main.halfWidthM;
  const crossD = crossSide * cross.halfWidthM;
  const mainEnd = main.crossingS + crossSide * (cross.halfWidthM + r);
  const crossEnd = cross.crossingS - mainSide * (main.halfWidthM + r);
  const first =
    crossSide > 0
      ? along(ground, main.path, mainEnd, mainLeg.to, mainD, 0).toReversed()
      : along(ground, main.path, mainLeg.from, mainEnd, mainD, 0);
  const last =
    mainSide > 0
      ? along(ground, cross.path, crossLeg.from, crossEnd, crossD, 0).toReversed()
      : along(ground, cross.path, crossEnd, crossLeg.to, crossD, 0);
  const middle = poseOnPath(main.path, main.crossingS);
  const c = Math.cos(middle.yawRad);
  const n = Math.sin(middle.yawRad);
  const arc = Array.from({ length: 5 }, (_, i): Point<"world"> => {
    const angle = ((i + 1) / 6) * (Math.PI / 2);
    const ahead = crossSide * (cross.halfWidthM + r - r * Math.sin(angle));
    const left = mainSide * (main.halfWidthM + r - r * Math.cos(angle));
    const x = middle.x + c * ahead - n * left;
    const y = middle.y + n * ahead + c * left;
    return [x, y, ground.grade(x, y)];
  });
  return [...first, ...arc, ...last];
}
