import type { ObjectClass, Ontology } from "./ontology.ts";

/**
 * What public data sets and stacks (nuScenes, KITTI, Argoverse 2, Waymo, Autoware) call classes of the usual ontology.
 * A name for several of them ("vehicle", "static_object") is not here: nobody can say which one is meant.
 */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  car: ["passenger car", "sedan", "suv", "automobile", "regular vehicle"],
  van: ["minivan"],
  pickup: ["pickup truck"],
  truck: ["lorry", "box truck", "truck cab"],
  trailer: ["vehicular trailer"],
  bus: ["school bus", "articulated bus", "minibus", "coach"],
  tram: ["streetcar", "light rail"],
  "construction-vehicle": ["vehicle construction", "excavator"],
  "emergency-vehicle": ["vehicle emergency", "emergency", "ambulance", "fire truck", "police car"],
  motorcycle: ["motorbike", "motor"],
  bicycle: ["bike"],
  rider: ["cyclist", "bicyclist", "motorcyclist"],
  pedestrian: ["person", "human", "people", "walker", "adult", "child", "person sitting"],
  wheelchair: ["stroller"],
  scooter: ["personal mobility", "kick scooter", "e scooter"],
  animal: ["dog", "cat", "deer"],
  cone: ["traffic cone", "construction cone"],
  pole: ["bollard"],
  sign: ["stop sign", "road sign"],
};

/** "Traffic-Cone", "traffic cone" and "TRAFFICCONE" are one name. */
const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}?]/gu, "");

/**
 * The object class that somebody else's name means, whatever its case and separators: by id, name or a usual synonym. Of
 * "human.pedestrian.adult" the whole is tried first, then its parts from the last. undefined: none.
 */
export function classNamed({ objects }: Ontology, name: string): ObjectClass | undefined {
  const parts = name.replace(/^type[_-]/i, "").split(/[./:]+/);
  for (const tried of [parts.join(" "), ...parts.toReversed()].map(bare)) {
    if (tried === "") continue;
    const found =
      objects.find((each) => bare(each.id) === tried || bare(each.name) === tried) ??
      objects.find(({ id }) => synonyms[id]?.some((synonym) => bare(synonym) === tried));
    if (found) return found;
  }
  return undefined;
}
