import { compose, invert, transformPoint, vec, type Point, type Pose } from "@sweepmark/geometry";
import type { AccumulatedCloud, Frame } from "@sweepmark/log";
import { buildGround, groundCutM, nearestToRay, rangesNear, rangesNearRay, type Ground } from "@sweepmark/pointcloud";
import { rayGround, snapPixels, type PointerRay } from "./ground.ts";

/** The ground reaches so far from ego ({@link buildGround}). */
const groundRangeM = 125;
/** Where ego has moved farther, the ground is made anew around it. */
const keptM = 40;
/** A cell of the ground needs a few points: of a cloud of millions only a part is looked at (20 ms). */
const groundPoints = 300_000;
/** What of a cloud is near an object: the ground under it, and what it is fitted to. */
const nearM = 24;

const grounds = new WeakMap<AccumulatedCloud, { readonly ego: Point<"world">; readonly ground: Ground<"world"> }>();

/** The ground of an accumulated cloud around a frame's ego, in world. Remembered with the cloud. */
export function groundOfCloud(cloud: AccumulatedCloud, frame: Frame): Ground<"world"> {
  const ego = frame.worldFromEgo.translation;
  const known = grounds.get(cloud);
  if (known && vec.distance(known.ego, ego) < keptM) return known.ground;
  const positions = positionsNear(cloud, ego, groundRangeM, groundPoints);
  const ground = buildGround(
    [{ positions, spaceFromLidar: { translation: cloud.origin, rotation: [0, 0, 0, 1] } }],
    frame.worldFromEgo,
  );
  grounds.set(cloud, { ego, ground });
  return ground;
}

/** {@link groundUnderRay} of an accumulated cloud: reads only the blocks that the pointer is near. */
export function groundUnderCloud(
  cloud: AccumulatedCloud,
  frame: Frame,
  pointer: PointerRay,
): Point<"world"> | undefined {
  const ground = groundOfCloud(cloud, frame);
  const { positions, origin: o, blocks } = cloud;
  const { origin, direction } = pointer.ray;
  const ray = { origin: vec.subtract(origin, o), direction };
  const pointOf = (index: number): Point<"world"> => [
    o[0] + positions[3 * index],
    o[1] + positions[3 * index + 1],
    o[2] + positions[3 * index + 2],
  ];
  const isGround = (index: number): boolean => {
    const [x, y, z] = pointOf(index);
    return Math.abs(z - ground.heightAt(x, y)) < groundCutM;
  };
  const ranges = rangesNearRay(blocks, ray, pointer.pixelM, snapPixels);
  const hit = nearestToRay(positions, ray, pointer.pixelM, snapPixels, isGround, ranges);
  return hit ? pointOf(hit.index) : rayGround(ground, pointer.ray);
}

/**
 * The part of a cloud within 24 m of a place as a frame: for what works on the sweeps of one, to be used on things that
 * stand still. Its one sweep is seen from where the frame's ego is.
 */
export function frameNear(cloud: AccumulatedCloud, frame: Frame, place: Point<"world">): Frame {
  const positions = positionsNear(cloud, place, nearM, groundPoints);
  const [x, y, z] = vec.subtract(frame.worldFromEgo.translation, cloud.origin);
  for (let i = 0; i < positions.length; i += 3) {
    positions[i] -= x;
    positions[i + 1] -= y;
    positions[i + 2] -= z;
  }
  const worldFromLidar: Pose<"world", "lidar"> = {
    translation: frame.worldFromEgo.translation,
    rotation: [0, 0, 0, 1],
  };
  const sweep = {
    topic: "",
    at: frame.at,
    frameId: "",
    count: positions.length / 3,
    positions,
    dropped: 0,
    egoFromLidar: compose(invert(frame.worldFromEgo), worldFromLidar),
  };
  return { ...frame, sweeps: [sweep] };
}

/** [n × 3] from the cloud's origin: the points of the blocks within a range, every n-th where there are too many. */
function positionsNear(
  { positions, blocks, origin }: AccumulatedCloud,
  place: Point<"world">,
  rangeM: number,
  maxPoints: number,
): Float32Array {
  const [x, y] = transformPoint({ translation: vec.scale(origin, -1), rotation: [0, 0, 0, 1] }, place);
  const ranges = rangesNear(blocks, x, y, rangeM);
  const count = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  const step = Math.max(1, Math.ceil(count / maxPoints));
  const near = new Float32Array(3 * ranges.reduce((sum, [start, end]) => sum + Math.ceil((end - start) / step), 0));
  let at = 0;
  for (const [start, end] of ranges)
    for (let i = start; i < end; i += step) {
      near[at++] = positions[3 * i];
      near[at++] = positions[3 * i + 1];
      near[at++] = positions[3 * i + 2];
    }
  return near;
}
