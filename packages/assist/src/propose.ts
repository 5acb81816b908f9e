import { invert, overlap, transformCuboid, yawOf, type Cuboid, type Point, type Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { clustersOf, maskInside, overviewCellM, overviewOf, type Cluster, type Overview } from "@sweepmark/pointcloud";
import { quickClassIds, type ObjectClass, type Ontology } from "@sweepmark/schema";
import { cuboidFromClick } from "./click.ts";
import { groundOf } from "./ground.ts";
import { placedSweeps } from "./points.ts";
import { probabilityOf, type Family } from "./propose-evidence.ts";
import { shapeOf, type Shape } from "./propose-shape.ts";

export interface ProposeOptions {
  readonly ontology: Ontology;
  /** What is labeled already: its points are left out, and nothing is proposed in its place. */
  readonly labels: readonly Cuboid<"world">[];
  /** What is usual for a class in this scene; by default the class's own. */
  readonly usualSize?: (objectClass: ObjectClass) => Size;
  /** The least confidence that is worth a proposal. */
  readonly least?: number;
}

export interface ProposedCuboid {
  readonly classId: string;
  readonly cuboid: Cuboid<"world">;
  /** (0, 1): how probably it is a thing of its kind (vehicle, cycle, person), from its points alone. */
  readonly confidence: number;
  readonly pointCount: number;
}

/** At this confidence most of what is proposed is there; below, "what did I miss?" looks on. */
export const sureEnough = 0.5;
export const barelyLikely = 0.2;

const rangeM = 75;
const topM = 5;
const bandM = [0.35, 0.9] as const;
const clusterOptions = { gapsM: [0.29, 0.41, 0.6, 0.9, 1.3], gapPerM: 0.006, lowM: 1.2, maxExtentM: 14 };
const minPoints = 5;
/** Labels are drawn a little too small or beside their points. */
const labelMarginM = 0.2;
/** Ego itself is seen by its lidars. */
const egoM = 1.5;
/** Shares of the smaller footprint: with less in common two things stand beside each other. */
const sharedMost = 0.25;
/** The longer side in sight is the length of a vehicle if it covers this much of it; else it may be the width. */
const lengthShare = 0.62;
const families: readonly Family[] = ["vehicle", "cycle", "person"];

/**
 * Cuboids for what stands in a frame, is not labeled, and looks like a vehicle, a cycle or a person, the surest first. In
 * steps, so that others get their turn between two; yields the share that is done, [0, 1]. README rules 24 to 27.
 */
export function* proposeCuboids(
  frame: Frame,
  { ontology, labels, usualSize = (objectClass) => objectClass.usualSize, least = sureEnough }: ProposeOptions,
): Generator<number, readonly ProposedCuboid[]> {
  const overview = overviewWithout(frame, labels);
  yield 0.2;
  const candidates = likelyIn(overview, least);
  yield 0.3;
  const found: ProposedCuboid[] = [];
  for (const [done, candidate] of candidates.entries()) {
    const objectClass = classOf(ontology, candidate);
    if (!objectClass) continue;
    const cuboid = fitted(frame, overview, candidate, objectClass, usualSize(objectClass));
    const taken = [...labels, ...found.map((each) => each.cuboid)];
    if (!taken.some((other) => sharedFootprint(other, cuboid) > sharedMost))
      found.push({
        classId: objectClass.id,
        cuboid,
        confidence: candidate.confidence,
        pointCount: candidate.shape.pointCount,
      });
    yield 0.3 + (0.7 * (done + 1)) / candidates.length;
  }
  return found;
}

function overviewWithout(frame: Frame, labels: readonly Cuboid<"world">[]): Overview {
  const grown = labels.map((label) => ({
    ...label,
    size: [label.size[0] + 2 * labelMarginM, label.size[1] + 2 * labelMarginM, label.size[2] + 1] as const,
  }));
  const clouds = placedSweeps(frame).map(({ sweep, worldFromLidar }) => {
    const lidarFromWorld = invert(worldFromLidar);
    const inLidar = grown.map((label) => transformCuboid(lidarFromWorld, label));
    return {
      positions: sweep.positions,
      spaceFromLidar: worldFromLidar,
      taken: maskInside(sweep.positions, inLidar),
    };
  });
  return overviewOf(clouds, groundOf(frame), frame.worldFromEgo, { rangeM, topM, bandM });
}

interface Likely {
  readonly family: Family;
  readonly confidence: number;
  readonly cluster: Cluster;
  readonly shape: Shape;
}

/** The likeliest clusters, none within another, the surest first. */
function likelyIn(overview: Overview, least: number): readonly Likely[] {
  const likely = clustersOf(overview, clusterOptions).flatMap((cluster): Likely[] => {
    if (cluster.pointCount < minPoints || holdsEgo(overview, cluster)) return [];
    const shape = shapeOf(overview, cluster);
    const [best] = families
      .map((family) => ({ family, confidence: probabilityOf(family, shape), cluster, shape }))
      .toSorted((a, b) => b.confidence - a.confidence);
    return best.confidence >= least ? [best] : [];
  });
  const taken = new Set<number>();
  return likely
    .toSorted((a, b) => b.confidence - a.confidence)
    .filter(({ cluster: { cells } }) => {
      if (cells.some((cell) => taken.has(cell))) return false;
      cells.forEach((cell) => taken.add(cell));
      return true;
    });
}

const holdsEgo = ({ sensors }: Overview, { bounds: [minX, minY, maxX, maxY] }: Cluster): boolean =>
  sensors.some(([x, y]) => x > minX - egoM && x < maxX + egoM && y > minY - egoM && y < maxY + egoM);

/** The class of the family whose usual size is nearest to what is seen; among equals those of the number keys, in order. */
function classOf(ontology: Ontology, { family, shape }: Likely): ObjectClass | undefined {
  const quick = quickClassIds.flatMap((id) => ontology.objects.filter((objectClass) => objectClass.id === id));
  const inFamily = (each: ObjectClass): boolean => familyOf(each.usualSize) === family;
  const known = quick.some(inFamily) ? quick.filter(inFamily) : ontology.objects.filter(inFamily);
  const seenTopM = shape.heights[Math.floor(0.98 * (shape.heights.length - 1))];
  const costOf = ({ usualSize: [length, width, height] }: ObjectClass, order: number): number =>
    // A part of the length is often all that is in sight: only what is longer tells something.
    (Math.max(0, Math.log(shape.lengthM / length)) / 0.2) ** 2 +
    (Math.max(0, Math.log(shape.widthM / width)) / 0.3) ** 2 +
    (Math.log(seenTopM / height) / 0.25) ** 2 +
    0.5 * order;
  return known
    .map((objectClass, order) => ({ objectClass, cost: costOf(objectClass, order) }))
    .toSorted((a, b) => a.cost - b.cost)[0]?.objectClass;
}

function familyOf([length, width, height]: Size): Family | undefined {
  if (length >= 3 && length < 20 && width >= 1.4) return "vehicle";
  if (length >= 1.4 && length < 2.6 && width < 1.1) return "cycle";
  return length < 1.1 && width < 1.1 && height >= 1.4 ? "person" : undefined;
}

/** As one click on the middle of the cluster would have it, along the side in sight that says how it heads. */
function fitted(
  frame: Frame,
  overview: Overview,
  { cluster, shape, family }: Likely,
  objectClass: ObjectClass,
  usualSize: Size,
): Cuboid<"world"> {
  const egoYawRad = yawOf(frame.worldFromEgo.rotation);
  const c = Math.cos(egoYawRad);
  const s = Math.sin(egoYawRad);
  const [x, y] = middleOf(overview, cluster, shape);
  const [ox, oy, oz] = frame.worldFromEgo.translation;
  const place: Point<"world"> = [ox + c * x - s * y, oy + s * x + c * y, oz];
  const isLong = family !== "vehicle" || shape.lengthM > lengthShare * usualSize[0];
  return cuboidFromClick(frame, place, objectClass, {
    usualSize,
    // Along ego's heading rather than against it, as a click without a heading would have it.
    ...(isLong && { headingYawRad: egoYawRad + (shape.yawRad > Math.PI / 2 ? shape.yawRad - Math.PI : shape.yawRad) }),
  });
}

/** The middle of the cell of the cluster that is nearest to the middle of its rectangle. */
function middleOf({ side, halfM }: Overview, { cells }: Cluster, { center }: Shape): readonly [x: number, y: number] {
  let best: readonly [number, number] = center;
  let nearest = Infinity;
  for (const cell of cells) {
    const x = ((cell % side) + 0.5) * overviewCellM - halfM;
    const y = (Math.floor(cell / side) + 0.5) * overviewCellM - halfM;
    const off = Math.hypot(x - center[0], y - center[1]);
    if (off < nearest) [best, nearest] = [[x, y], off];
  }
  return best;
}

/** Of the smaller footprint: two that share more stand in the same place. */
const samePlace = 0.4;

/** Whether two are one thing that was said or found twice. */
export const isSamePlace = (a: Cuboid<"world">, b: Cuboid<"world">): boolean => sharedFootprint(a, b) > samePlace;

/** The area that both footprints cover, of the smaller one. */
export function sharedFootprint(a: Cuboid<"world">, b: Cuboid<"world">): number {
  const areaA = a.size[0] * a.size[1];
  const areaB = b.size[0] * b.size[1];
  const { bev } = overlap(a, b);
  return (bev * (areaA + areaB)) / (1 + bev) / Math.min(areaA, areaB);
}
