import type { DocumentReader } from "@sweepmark/document";
import type { Size } from "@sweepmark/geometry";
import type { ObjectClass } from "@sweepmark/schema";

/** So many tracks of a class count as much as what is usual in the world. */
const weightOfClass = 2;

/**
 * What is usual for a class in this scene: the median length, width and height of the tracks of the class that a person
 * has placed, and of the class's usual size, which counts as two tracks.
 */
export function usualSizeIn(document: DocumentReader, { id, usualSize }: ObjectClass): Size {
  const sizes: Size[] = Array.from({ length: weightOfClass }, () => usualSize);
  for (const track of document.tracks()) {
    if (track.classId !== id) continue;
    const said = document.keyframes(track.id).findLast(({ cuboid, source }) => cuboid && source !== "algorithm");
    if (said?.cuboid) sizes.push(said.cuboid.size);
  }
  const median = (axis: 0 | 1 | 2): number =>
    sizes.map((size) => size[axis]).toSorted((a, b) => a - b)[sizes.length >> 1];
  return [median(0), median(1), median(2)];
}
