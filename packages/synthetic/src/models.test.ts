import type { Vec3 } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { faceNormal, type Ellipsoid } from "./solids.ts";
import { bicycle, cone, pedestrian, rider } from "./people.ts";
import { bus, car, clearanceM, marginM, truck, van } from "./vehicles.ts";

const clothes = { coat: [100, 20, 20], trousers: [20, 20, 20], hair: [40, 30, 20] } as const;
const models = {
  saloon: car([200, 0, 0], "saloon"),
  hatchback: car([200, 0, 0], "hatchback"),
  estate: car([200, 0, 0], "estate"),
  van: van([200, 200, 200]),
  truck: truck([40, 80, 150], [220, 220, 220]),
  bus: bus([200, 160, 40]),
  pedestrian: pedestrian(1.6, clothes),
  rider: rider([40, 40, 40], clothes),
  bicycle: bicycle([40, 40, 40]),
  cone: cone(),
};
const extreme = ({ center, radii }: Ellipsoid, axis: number, sign: number): Vec3 => {
  const [x, y, z] = center.map((c, i) => (i === axis ? c + sign * radii[i] : c));
  return [x, y, z];
};
const phases = Array.from({ length: 12 }, (_, i) => (i / 12) * 2 * Math.PI);

describe.each(Object.entries(models))("the shape of a %s", (_, model) => {
  it("keeps the margin of rule 4 on every side, in every phase", () => {
    const [l, w, h] = model.size;
    const reach = [0, 0, 0];
    let lowest = Infinity;
    for (const { solids } of phases.map(model.shape)) {
      for (const solid of solids) {
        const corners: readonly Vec3[] =
          solid.kind === "ellipsoid"
            ? [0, 1, 2].flatMap((axis) => [-1, 1].map((sign) => extreme(solid, axis, sign)))
            : solid.faces.flatMap((face) => face.corners);
        for (const [x, y, z] of corners) {
          reach[0] = Math.max(reach[0], Math.abs(x));
          reach[1] = Math.max(reach[1], Math.abs(y));
          reach[2] = Math.max(reach[2], z);
          lowest = Math.min(lowest, z);
        }
      }
    }
    expect(reach[0]).toBeLessThanOrEqual(l / 2 - marginM + 1e-9);
    expect(reach[1]).toBeLessThanOrEqual(w / 2 - marginM + 1e-9);
    expect(reach[2]).toBeLessThanOrEqual(clearanceM + h - marginM + 1e-9);
    expect(lowest).toBeGreaterThanOrEqual(0.045);
    // Nor is the cuboid loose: some phase reaches within 12 cm of it ahead, aside and above.
    expect(reach[0]).toBeGreaterThan(l / 2 - 0.12);
    expect(reach[1]).toBeGreaterThan(w / 2 - 0.12);
    expect(reach[2]).toBeGreaterThan(clearanceM + h - 0.08);
  });

  it("is made of convex solids whose faces look outwards", () => {
    for (const solid of model.shape(0).solids) {
      if (solid.kind !== "convex") continue;
      const corners = solid.faces.flatMap((face) => face.corners);
      for (const face of solid.faces) {
        const n = faceNormal(face.corners);
        const offset = n[0] * face.corners[0][0] + n[1] * face.corners[0][1] + n[2] * face.corners[0][2];
        const farthest = Math.max(...corners.map((c) => n[0] * c[0] + n[1] * c[1] + n[2] * c[2]));
        expect(farthest).toBeLessThanOrEqual(offset + 1e-6);
      }
    }
  });
});
