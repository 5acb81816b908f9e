import { cuboidYaw, fromYaw, turnCuboid, type Cuboid, type Vec2 } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { fitFootprint, groundCutM, type Footprint } from "@sweepmark/pointcloud";
import type { ObjectClass } from "@sweepmark/schema";
import { groundOf } from "./ground.ts";
import { pointsIn } from "./points.ts";

/** A drawn rectangle may be this much too small on each side. */
const marginM = 0.3;
/** Fewer points than this say nothing about a shape. */
const minPoints = 8;
/** How far the points may turn a drawn rectangle. */
const drawnToleranceRad = (15 * Math.PI) / 180;

/**
 * The cuboid of a class that a person means who drew `footprint` (in world, `yawRad` as drawn): fitted to the points
 * over the ground inside it, completed to the class's usual size away from the sensor where they cover less, standing
 * on the ground. With fewer than 8 points: the class's usual size at the rectangle's centre. The length lies along the
 * rectangle's long side (its short side for classes that are wider than long).
 */
export function cuboidFromFootprint(frame: Frame, footprint: Footprint, objectClass: ObjectClass): Cuboid<"world"> {
  const along = alongClass(footprint, objectClass);
  const [length, width, height] = objectClass.usualSize;
  const ground = groundOf(frame);
  const [x, y] = along.center;
  const bottom = ground.heightAt(x, y);
  const usual: Cuboid<"world"> = {
    center: [x, y, bottom + height / 2],
    size: [length, width, height],
    rotation: fromYaw(along.yawRad),
  };
  return fitted(frame, usual, [along.lengthM, along.widthM], objectClass) ?? usual;
}

/**
 * The cuboid refitted to the points in and around it, heading kept within 15°. Returned as it is where fewer than 8
 * points over the ground are near.
 */
export function fitCuboid(frame: Frame, cuboid: Cuboid<"world">, objectClass: ObjectClass): Cuboid<"world"> {
  return fitted(frame, cuboid, [cuboid.size[0], cuboid.size[1]], objectClass) ?? cuboid;
}

function alongClass(footprint: Footprint, { usualSize: [length, width] }: ObjectClass): Footprint {
  const { center, lengthM, widthM, yawRad } = footprint;
  if (lengthM >= widthM === length >= width) return footprint;
  return { center, lengthM: widthM, widthM: lengthM, yawRad: yawRad + Math.PI / 2 };
}

function fitted(
  frame: Frame,
  seed: Cuboid<"world">,
  drawn: Vec2,
  objectClass: ObjectClass,
): Cuboid<"world"> | undefined {
  const [usualLength, usualWidth, usualHeight] = objectClass.usualSize;
  const ground = groundOf(frame);
  const yawRad = cuboidYaw(seed);
  const [cx, cy] = seed.center;
  const bottom = ground.heightAt(cx, cy);
  const columnM = 1.5 * usualHeight + 1;
  const region: Cuboid<"world"> = {
    center: [cx, cy, bottom + columnM / 2 - 0.5],
    size: [drawn[0] + 2 * marginM, drawn[1] + 2 * marginM, columnM],
    rotation: fromYaw(yawRad),
  };
  const { points, sensorInBox } = pointsIn(frame, region);
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const xy: number[] = [];
  const tops: number[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const over =
      region.center[2] +
      points[i + 2] -
      ground.heightAt(cx + c * points[i] - s * points[i + 1], cy + s * points[i] + c * points[i + 1]);
    if (over < groundCutM) continue;
    xy.push(points[i], points[i + 1]);
    tops.push(points[i + 2]);
  }
  if (tops.length < minPoints || !sensorInBox) return undefined;
  const fit = fitFootprint(xy, { headingRad: 0, toleranceRad: drawnToleranceRad });
  if (!fit) return undefined;
  const turn = [Math.cos(fit.yawRad), Math.sin(fit.yawRad)] as const;
  const centre = [turn[0] * fit.center[0] + turn[1] * fit.center[1], turn[0] * fit.center[1] - turn[1] * fit.center[0]];
  const sensor = [
    turn[0] * sensorInBox[0] + turn[1] * sensorInBox[1],
    turn[0] * sensorInBox[1] - turn[1] * sensorInBox[0],
  ];
  const along = completed(centre[0], fit.lengthM, usualLength, sensor[0]);
  const across = completed(centre[1], fit.widthM, usualWidth, sensor[1]);
  const bx = turn[0] * along.center - turn[1] * across.center;
  const by = turn[1] * along.center + turn[0] * across.center;
  const x = cx + c * bx - s * by;
  const y = cy + s * bx + c * by;
  const stand = ground.heightAt(x, y);
  tops.sort((a, b) => a - b);
  const top = region.center[2] + tops[Math.floor(0.98 * (tops.length - 1))];
  const height = Math.max(0.75 * usualHeight, top - stand);
  return turnCuboid(
    { center: [x, y, stand + height / 2], size: [along.sizeM, across.sizeM, height], rotation: fromYaw(yawRad) },
    fit.yawRad,
  );
}

/** One axis: where the points cover less than usual, the far end moves away from the sensor. */
function completed(center: number, sizeM: number, usualM: number, sensor: number): { center: number; sizeM: number } {
  if (sizeM >= usualM) return { center, sizeM };
  const grow = (usualM - sizeM) / 2;
  const side = sensor > center + sizeM / 2 ? -1 : sensor < center - sizeM / 2 ? 1 : 0;
  return { center: center + side * grow, sizeM: usualM };
}
