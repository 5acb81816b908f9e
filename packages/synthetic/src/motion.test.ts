import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stopAfter, travel } from "./motion.ts";

describe("speed profiles", () => {
  it("a stop comes to rest where it was told, and stays", () => {
    const speed = fc.double({ min: 3, max: 14, noNaN: true });
    fc.assert(
      fc.property(
        speed,
        fc.double({ min: 60, max: 200, noNaN: true }),
        fc.double({ min: 1.7, max: 3, noNaN: true }),
        (v, distance, braking) => {
          const profile = stopAfter(v, distance, braking);
          const end = travel(profile, 1000);
          expect(end.distanceM).toBeCloseTo(distance, 6);
          expect(end.speedMps).toBe(0);
        },
      ),
    );
  });

  it("distance never falls, and its slope is the speed", () => {
    const phases = fc.array(
      fc.tuple(fc.double({ min: 0.1, max: 4, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(phases, fc.double({ min: 0, max: 15, noNaN: true }), (list, t) => {
        const profile = { speedMps: 13, phases: list };
        const a = travel(profile, t);
        const b = travel(profile, t + 1e-4);
        expect(b.distanceM).toBeGreaterThanOrEqual(a.distanceM);
        expect((b.distanceM - a.distanceM) / 1e-4).toBeCloseTo(a.speedMps, 2);
      }),
    );
  });
});
