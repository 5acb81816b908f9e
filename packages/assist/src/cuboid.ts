import { cuboidBottom, moveCuboid, type Cuboid } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { groundOf } from "./ground.ts";

/** The same cuboid moved up or down until its bottom's centre is on the ground. */
export function setOnGround(frame: Frame, cuboid: Cuboid<"world">): Cuboid<"world"> {
  const [x, y] = cuboid.center;
  return moveCuboid(cuboid, [0, 0, groundOf(frame).heightAt(x, y) - cuboidBottom(cuboid)]);
}
