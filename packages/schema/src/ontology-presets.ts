import {
  defaultOntology,
  type AttributeDefinition,
  type ObjectClass,
  type Ontology,
  type ProjectRules,
} from "./ontology.ts";

/** The classes, attributes and rules of a public data set, by its own ids. */
export interface OntologyPreset {
  readonly id: "sweepmark" | "nuscenes" | "kitti" | "waymo" | "argoverse2";
  readonly title: string;
  readonly ontology: Ontology;
}

type Row = readonly [
  id: string,
  name: string,
  letter: string,
  length: number,
  width: number,
  height: number,
  color?: string,
];

/** Letters are those of the palette where a class has a colour there; the others bring their own. */
const classes = (
  rows: readonly Row[],
  attributesOf: (id: string) => readonly AttributeDefinition[],
  digits: readonly string[],
): ObjectClass[] =>
  rows.map(([id, name, letter, length, width, height, color]) => ({
    id,
    name,
    letter,
    usualSize: [length, width, height],
    ...(color === undefined ? {} : { color }),
    ...(digits.includes(id) ? { digit: digits.indexOf(id) + 1 } : {}),
    attributes: [...attributesOf(id)],
  }));

const choice = (
  id: string,
  name: string,
  values: readonly string[],
  more: Partial<AttributeDefinition> = {},
): AttributeDefinition => ({ id, name, scope: "keyframe", type: { kind: "choice", values: [...values] }, ...more });

const ontology = (objects: ObjectClass[], rules: ProjectRules): Ontology => ({
  objects,
  lanes: defaultOntology.lanes,
  rules,
});

/** nuScenes: the 23 categories of its schema; sizes are the mean ones of its detection classes. */
const nuscenesRows: readonly Row[] = [
  ["vehicle.car", "Car", "C", 4.62, 1.95, 1.73],
  ["vehicle.truck", "Truck", "T", 6.93, 2.51, 2.84],
  ["vehicle.trailer", "Trailer", "L", 12.29, 2.9, 3.87],
  ["vehicle.bus.rigid", "Bus", "B", 11.23, 2.93, 3.47],
  ["vehicle.bus.bendy", "Bendy bus", "N", 18.0, 2.95, 3.3],
  ["vehicle.construction", "Construction vehicle", "X", 6.37, 2.85, 3.19],
  ["vehicle.emergency.ambulance", "Ambulance", "A", 6.5, 2.4, 2.7, "#D2606C"],
  ["vehicle.emergency.police", "Police car", "E", 4.9, 2.0, 1.8],
  ["vehicle.motorcycle", "Motorcycle", "M", 2.11, 0.77, 1.47],
  ["vehicle.bicycle", "Bicycle", "Y", 1.7, 0.6, 1.28],
  ["human.pedestrian.adult", "Adult", "P", 0.73, 0.67, 1.77],
  ["human.pedestrian.child", "Child", "K", 0.5, 0.5, 1.3, "#B0699A"],
  ["human.pedestrian.construction_worker", "Construction worker", "H", 0.75, 0.7, 1.75, "#B7713A"],
  ["human.pedestrian.police_officer", "Police officer", "J", 0.75, 0.7, 1.8, "#5C7FC4"],
  ["human.pedestrian.personal_mobility", "Personal mobility", "S", 1.2, 0.65, 1.75],
  ["human.pedestrian.stroller", "Stroller", "Q", 0.95, 0.6, 1.15, "#A473A0"],
  ["human.pedestrian.wheelchair", "Wheelchair", "W", 1.1, 0.7, 1.35],
  ["animal", "Animal", "Z", 0.75, 0.35, 0.55],
  ["movable_object.barrier", "Barrier", "F", 0.5, 2.53, 0.98],
  ["movable_object.trafficcone", "Traffic cone", "O", 0.41, 0.41, 1.07],
  ["movable_object.debris", "Debris", "D", 0.6, 0.6, 0.5],
  ["movable_object.pushable_pullable", "Pushable or pullable", "U", 0.7, 0.6, 1.05],
  ["static_object.bicycle_rack", "Bicycle rack", "I", 2.8, 1.7, 1.3],
];

const visibility = choice("visibility", "Visibility", ["0-40", "40-60", "60-80", "80-100"]);
const nuscenesAttributes = (id: string): readonly AttributeDefinition[] => {
  if (id === "vehicle.motorcycle" || id === "vehicle.bicycle")
    return [choice("cycle", "Rider", ["with_rider", "without_rider"], { required: true }), visibility];
  if (id.startsWith("vehicle."))
    return [choice("vehicle", "Motion", ["moving", "stopped", "parked"], { required: true }), visibility];
  if (id.startsWith("human."))
    return [
      choice("pedestrian", "Posture", ["moving", "standing", "sitting_lying_down"], { required: true }),
      visibility,
    ];
  return [visibility];
};

/** KITTI: the types of its object and tracking labels but DontCare, which is a region of an image. */
const kittiRows: readonly Row[] = [
  ["Car", "Car", "C", 3.9, 1.6, 1.55],
  ["Van", "Van", "V", 5.1, 1.9, 2.2],
  ["Truck", "Truck", "T", 10.1, 2.6, 3.25],
  ["Pedestrian", "Pedestrian", "P", 0.85, 0.65, 1.75],
  ["Person_sitting", "Person sitting", "S", 0.8, 0.6, 1.25],
  ["Cyclist", "Cyclist", "R", 1.75, 0.6, 1.75],
  ["Tram", "Tram", "N", 16.1, 2.55, 3.55],
  ["Misc", "Misc", "?", 3.6, 1.5, 1.9],
];
const kittiAttributes: readonly AttributeDefinition[] = [
  { id: "truncated", name: "Truncation", scope: "keyframe", type: { kind: "number", min: 0, max: 1 } },
  choice("occluded", "Occlusion", ["0", "1", "2", "3"]),
];

/** Waymo Open Dataset: `Label.Type` of its label.proto; difficulty levels of its detection labels. */
const waymoRows: readonly Row[] = [
  ["TYPE_VEHICLE", "Vehicle", "C", 4.7, 2.1, 1.75],
  ["TYPE_PEDESTRIAN", "Pedestrian", "P", 0.9, 0.85, 1.75],
  ["TYPE_CYCLIST", "Cyclist", "R", 1.8, 0.85, 1.75],
  ["TYPE_SIGN", "Sign", "G", 0.2, 0.7, 0.7],
];
const waymoAttributes: readonly AttributeDefinition[] = [choice("difficulty", "Difficulty", ["LEVEL_1", "LEVEL_2"])];

/** Argoverse 2 sensor data set: the 30 annotation categories of av2's `constants.py`. */
const argoverseRows: readonly Row[] = [
  ["REGULAR_VEHICLE", "Regular vehicle", "C", 4.6, 1.95, 1.7],
  ["LARGE_VEHICLE", "Large vehicle", "U", 7.0, 2.5, 2.7],
  ["BOX_TRUCK", "Box truck", "V", 7.9, 2.6, 3.2],
  ["TRUCK", "Truck", "T", 9.0, 2.7, 3.1],
  ["TRUCK_CAB", "Truck cab", "H", 6.4, 2.7, 3.2, "#158A7B"],
  ["VEHICULAR_TRAILER", "Trailer", "L", 10.0, 2.6, 3.2],
  ["BUS", "Bus", "B", 11.8, 2.9, 3.3],
  ["ARTICULATED_BUS", "Articulated bus", "A", 18.0, 2.9, 3.2, "#96790A"],
  ["SCHOOL_BUS", "School bus", "K", 10.5, 2.6, 3.1, "#9E7620"],
  ["RAILED_VEHICLE", "Railed vehicle", "N", 16.0, 2.6, 3.5],
  ["MESSAGE_BOARD_TRAILER", "Message board trailer", "J", 2.7, 1.9, 2.6, "#7B8A6A"],
  ["TRAFFIC_LIGHT_TRAILER", "Traffic light trailer", "Q", 2.8, 1.9, 2.8, "#78875B"],
  ["BICYCLE", "Bicycle", "Y", 1.75, 0.55, 1.15],
  ["BICYCLIST", "Bicyclist", "R", 1.75, 0.65, 1.75],
  ["MOTORCYCLE", "Motorcycle", "M", 2.1, 0.8, 1.35],
  ["MOTORCYCLIST", "Motorcyclist", "1", 2.1, 0.85, 1.75, "#C2663A"],
  ["WHEELED_DEVICE", "Wheeled device", "S", 1.1, 0.6, 1.15],
  ["WHEELED_RIDER", "Wheeled rider", "E", 1.0, 0.65, 1.75],
  ["PEDESTRIAN", "Pedestrian", "P", 0.75, 0.7, 1.75],
  ["OFFICIAL_SIGNALER", "Official signaler", "X", 0.8, 0.75, 1.75],
  ["STROLLER", "Stroller", "2", 1.0, 0.6, 1.1, "#A473A0"],
  ["WHEELCHAIR", "Wheelchair", "W", 1.1, 0.7, 1.35],
  ["DOG", "Dog", "Z", 0.95, 0.35, 0.65],
  ["ANIMAL", "Animal", "3", 0.9, 0.4, 0.7, "#8E6BB8"],
  ["BOLLARD", "Bollard", "I", 0.3, 0.3, 1.0],
  ["CONSTRUCTION_CONE", "Construction cone", "O", 0.4, 0.4, 0.8],
  ["CONSTRUCTION_BARREL", "Construction barrel", "F", 0.6, 0.6, 1.0],
  ["SIGN", "Sign", "G", 0.2, 0.75, 1.1],
  ["STOP_SIGN", "Stop sign", "D", 0.25, 0.75, 0.75],
  ["MOBILE_PEDESTRIAN_CROSSING_SIGN", "Mobile crossing sign", "4", 0.3, 0.35, 1.1, "#8C7B6B"],
];

/** Rules are those that the data set's own instructions state; others are left open. */
export const ontologyPresets: readonly OntologyPreset[] = [
  { id: "sweepmark", title: "Sweepmark", ontology: defaultOntology },
  {
    id: "nuscenes",
    title: "nuScenes",
    ontology: ontology(
      classes(nuscenesRows, nuscenesAttributes, [
        "vehicle.car",
        "vehicle.truck",
        "vehicle.trailer",
        "vehicle.bus.rigid",
        "human.pedestrian.adult",
        "vehicle.bicycle",
        "vehicle.motorcycle",
        "movable_object.barrier",
        "movable_object.trafficcone",
      ]),
      { mirrors: "excluded", standing: "per-frame", minPoints: 1 },
    ),
  },
  {
    id: "kitti",
    title: "KITTI",
    ontology: ontology(
      classes(
        kittiRows,
        () => kittiAttributes,
        kittiRows.map(([id]) => id),
      ),
      {},
    ),
  },
  {
    id: "waymo",
    title: "Waymo",
    ontology: ontology(
      classes(
        waymoRows,
        () => waymoAttributes,
        waymoRows.map(([id]) => id),
      ),
      { mirrors: "included" },
    ),
  },
  {
    id: "argoverse2",
    title: "Argoverse 2",
    ontology: ontology(
      classes(argoverseRows, () => [], [
        "REGULAR_VEHICLE",
        "LARGE_VEHICLE",
        "BOX_TRUCK",
        "BUS",
        "PEDESTRIAN",
        "BICYCLE",
        "BICYCLIST",
        "MOTORCYCLE",
        "CONSTRUCTION_CONE",
      ]),
      { minPoints: 1, rangeM: 150 },
    ),
  },
];
