import { cuboidBottom, fromYaw, moveCuboid, type Cuboid, type Point } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import type { ObjectClass } from "@sweepmark/schema";
import { groundOf } from "./ground.ts";

/** A cuboid of the class's usual size that stands on the ground at a point. Its heading is `headingYawRad` in world. */
export function cuboidFromClick(
  frame: Frame,
  pointInWorld: Point<"world">,
  objectClass: ObjectClass,
  headingYawRad: number,
): Cuboid<"world"> {
  const [x, y] = pointInWorld;
  const [length, width, height] = objectClass.usualSize;
  return {
    center: [x, y, groundOf(frame).heightAt(x, y) + height / 2],
    size: [length, width, height],
    rotation: fromYaw(headingYawRad),
  };
}

/** The same cuboid moved up or down until its bottom's centre is on the ground. */
export function setOnGround(frame: Frame, cuboid: Cuboid<"world">): Cuboid<"world"> {
  const [x, y] = cuboid.center;
  return moveCuboid(cuboid, [0, 0, groundOf(frame).heightAt(x, y) - cuboidBottom(cuboid)]);
}
