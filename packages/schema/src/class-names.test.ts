import { describe, expect, it } from "vitest";
import { classNamed, defaultOntology } from "./index.ts";

const idOf = (name: string): string | undefined => classNamed(defaultOntology, name)?.id;

describe("classNamed", () => {
  it("finds every class by its id and its name, whatever the case and separators", () => {
    for (const { id, name } of defaultOntology.objects) {
      for (const said of [id, name, id.toUpperCase(), id.replaceAll("-", "_"), ` ${name} `])
        expect(idOf(said)).toBe(id);
    }
  });

  it.each([
    ["vehicle.car", "car"],
    ["vehicle.bus.rigid", "bus"],
    ["vehicle.construction", "construction-vehicle"],
    ["vehicle.emergency.police", "emergency-vehicle"],
    ["human.pedestrian.adult", "pedestrian"],
    ["human.pedestrian.construction_worker", "pedestrian"],
    ["human.pedestrian.stroller", "wheelchair"],
    ["movable_object.trafficcone", "cone"],
    ["movable_object.barrier", "barrier"],
    ["REGULAR_VEHICLE", "car"],
    ["TYPE_CYCLIST", "rider"],
    ["Person_sitting", "pedestrian"],
  ])("knows %s", (name, id) => expect(idOf(name)).toBe(id));

  it.each(["", "vehicle", "static_object.bicycle_rack", "DontCare", "...", "constructor"])(
    "does not guess %j",
    (name) => expect(idOf(name)).toBeUndefined(),
  );
});
