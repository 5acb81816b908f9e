import {
  clipPolyline,
  invert,
  transformPoint,
  vec,
  type Point,
  type Pose,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { LaneBoundary } from "@sweepmark/schema";
import { columnsOf, frameColumns, type Table } from "./columns.ts";
import { framesOf } from "./frames.ts";
import { compareText, plainZero } from "./numbers.ts";
import type { Scene, WriteOptions } from "./types.ts";

export const defaultLaneRangeM = 100;

/** One vertex of one visible part of one boundary at one frame. */
export interface LaneRow {
  readonly frameIndex: number;
  readonly at: TimestampNs;
  readonly boundaryId: string;
  readonly boundaryName: string;
  readonly classId: string;
  /** From 0: a boundary that leaves the range and comes back has several parts. */
  readonly part: number;
  /** From 0 in its part. */
  readonly vertex: number;
  readonly inWorld: Point<"world">;
  readonly inEgo: Point<"ego">;
}

/**
 * The lane vertices of one frame after another, clipped to `laneRangeM` horizontally around ego; in the order of frames,
 * then of boundary name, id, part and vertex. Holds one frame's rows at a time.
 */
export async function* perFrameLaneRows(scene: Scene, options: WriteOptions = {}): AsyncGenerator<readonly LaneRow[]> {
  const { laneRangeM = defaultLaneRangeM } = options;
  const boundaries = scene.document
    .laneBoundaries()
    .toSorted((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id))
    .map((boundary) => ({ boundary, ball: ballAround(boundary.points) }));
  for await (const { index: frameIndex, at, worldFromEgo } of framesOf(scene, options)) {
    const egoFromWorld = invert(worldFromEgo);
    const rows: LaneRow[] = [];
    for (const { boundary, ball } of boundaries) {
      if (horizontalDistance(egoFromWorld, ball.center) - ball.radiusM > laneRangeM) continue;
      const { id: boundaryId, name: boundaryName, classId } = boundary;
      const parts = clipPolyline(boundary.points, (point) => laneRangeM - horizontalDistance(egoFromWorld, point));
      for (const [part, points] of parts.entries())
        for (const [vertex, point] of points.entries()) {
          const inWorld = written(point);
          const inEgo = written(transformPoint(egoFromWorld, point));
          rows.push({ frameIndex, at, boundaryId, boundaryName, classId, part, vertex, inWorld, inEgo });
        }
    }
    yield rows;
  }
}

function horizontalDistance(egoFromWorld: Pose<"ego", "world">, point: Point<"world">): number {
  const [x, y] = transformPoint(egoFromWorld, point);
  return Math.hypot(x, y);
}

/** A ball that holds all points: around the middle of their extent. */
function ballAround(points: LaneBoundary["points"]): { readonly center: Point<"world">; readonly radiusM: number } {
  const middle = (axis: 0 | 1 | 2): number => {
    let [low, high] = [Infinity, -Infinity];
    for (const point of points) [low, high] = [Math.min(low, point[axis]), Math.max(high, point[axis])];
    return (low + high) / 2;
  };
  const center: Point<"world"> = [middle(0), middle(1), middle(2)];
  let radiusM = 0;
  for (const point of points) radiusM = Math.max(radiusM, vec.distance(center, point));
  return { center, radiusM };
}

const written = <S extends "world" | "ego">([x, y, z]: Point<S>): Point<S> => [
  plainZero(x),
  plainZero(y),
  plainZero(z),
];

const pointColumns = <S extends "world" | "ego">(space: S, pointOf: (row: LaneRow) => Point<S>) =>
  columnsOf<LaneRow>(
    [`${space}_x`, `${space}_y`, `${space}_z`],
    { type: "metres", unit: "m", space, description: "the vertex" },
    pointOf,
  );

export const lanesTable: Table<LaneRow> = {
  name: "lanes",
  format: "sweepmark-lanes",
  version: 1,
  columns: [
    ...frameColumns,
    { name: "boundary_id", type: "text", description: "identity of the lane boundary", value: (row) => row.boundaryId },
    { name: "boundary_name", type: "text", description: "what people call it", value: (row) => row.boundaryName },
    { name: "class", type: "text", description: "lane class id of the ontology", value: (row) => row.classId },
    {
      name: "part",
      type: "int32",
      description: "from 0; a boundary that leaves the range and comes back has several",
      value: (row) => row.part,
    },
    { name: "vertex", type: "int32", description: "from 0, in order along the part", value: (row) => row.vertex },
    ...pointColumns("world", (row) => row.inWorld),
    ...pointColumns("ego", (row) => row.inEgo),
  ],
};
