import { cuboidBottom, moveCuboid, type Cuboid } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { groundOf, groundUnder } from "./ground.ts";

/** The same cuboid moved up or down until it stands on the ground around it. */
export function setOnGround(frame: Frame, cuboid: Cuboid<"world">): Cuboid<"world"> {
  return moveCuboid(cuboid, [0, 0, groundUnder(groundOf(frame), cuboid) - cuboidBottom(cuboid)]);
}
