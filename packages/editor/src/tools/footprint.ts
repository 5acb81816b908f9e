import type { Footprint } from "@sweepmark/assist";
import { cuboidYaw, fromYaw, yawOf, type Cuboid } from "@sweepmark/geometry";
import type { ObjectClass } from "@sweepmark/schema";
import type { ToolContext } from "../types.ts";

/** The class of what is drawn. */
export const drawnClass = ({ document, classId }: ToolContext): ObjectClass | undefined =>
  document.ontology.objects.find(({ id }) => id === classId);

/** Of the two senses of an axis the one along ego's heading; across it, the one given. */
export function withEgoYaw(yawRad: number, { frame }: ToolContext): number {
  const along = Math.cos(yawRad - yawOf(frame.worldFromEgo.rotation));
  return along < -1e-6 ? yawRad + Math.PI : yawRad;
}

export function withEgo(cuboid: Cuboid<"world">, context: ToolContext): Cuboid<"world"> {
  const yawRad = cuboidYaw(cuboid);
  const better = withEgoYaw(yawRad, context);
  return better === yawRad ? cuboid : { ...cuboid, rotation: fromYaw(better) };
}

/** A rectangle as a box of the class's height that stands on the ground. */
export function standing(footprint: Footprint, objectClass: ObjectClass, context: ToolContext): Cuboid<"world"> {
  const { center, lengthM, widthM, yawRad } = footprint;
  const height = objectClass.usualSize[2];
  return {
    center: [center[0], center[1], context.groundAt(center[0], center[1]) + height / 2],
    size: [Math.max(0.05, lengthM), Math.max(0.05, widthM), height],
    rotation: fromYaw(yawRad),
  };
}
