import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correctedFromLogged, type EgoShift } from "./ego-shift.ts";
import { compose, invert, transformPoint, type Pose } from "./pose.ts";
import { fromYaw, yawOf } from "./quaternion.ts";
import { timestampNs, type Vec3 } from "./space.ts";
import { distance } from "./vector.ts";

fc.configureGlobal({ seed: 11 });
const at = (tick: number) => timestampNs(1_700_000_000_000_000_001n + BigInt(tick) * 100_000_000n);
const utm: Vec3 = [690_000.5, 5_336_000.25, 512];
const small = fc.double({ min: -3, max: 3, noNaN: true });
const shifts = fc.array(fc.tuple(small, small, small), { minLength: 1, maxLength: 6 }).map((list): EgoShift[] =>
  list.map(([x, y, turn], k) => ({
    at: at(10 * k),
    ego: [utm[0] + 9 * k, utm[1] + k, utm[2]],
    shift: [x, y, 0],
    yawRad: turn / 100,
  })),
);

describe("rule 10: a corrected world", () => {
  it("moves ego by the shift and turns it about itself, also far from the world's origin", () => {
    fc.assert(
      fc.property(shifts, (list) => {
        for (const { at: time, ego, shift, yawRad } of list) {
          const worldFromEgo: Pose<"world", "ego"> = { translation: ego, rotation: fromYaw(0.7) };
          const { translation, rotation } = compose(correctedFromLogged(list, time), worldFromEgo);
          expect(distance(translation, [ego[0] + shift[0], ego[1] + shift[1], ego[2]])).toBeLessThan(1e-6);
          expect(yawOf(rotation)).toBeCloseTo(0.7 + yawRad, 9);
        }
      }),
    );
  });

  it("is rigid, continuous in time, and has an inverse", () => {
    fc.assert(
      fc.property(shifts, fc.integer({ min: -20, max: 80 }), (list, tick) => {
        const here: Vec3 = [utm[0] + 30, utm[1] - 8, utm[2] + 2];
        const pose = correctedFromLogged(list, at(tick));
        const moved = transformPoint(pose, here);
        expect(distance(transformPoint(invert(pose), moved), here)).toBeLessThan(1e-6);
        const soon = correctedFromLogged(list, timestampNs(at(tick) + 1000n));
        expect(distance(transformPoint(soon, here), moved)).toBeLessThan(1e-3);
      }),
    );
  });

  it("holds past its ends, and is nothing where there is nothing", () => {
    const list: EgoShift[] = [0, 10].map((tick) => ({ at: at(tick), ego: utm, shift: [tick / 10, 0, 0], yawRad: 0 }));
    const xAt = (tick: number): number => transformPoint(correctedFromLogged(list, at(tick)), utm)[0] - utm[0];
    expect([-5, 0, 5, 10, 15].map(xAt)).toEqual([0, 0, 0.5, 1, 1].map((x) => expect.closeTo(x, 6)));
    expect(correctedFromLogged([], at(3))).toEqual({ translation: [0, 0, 0], rotation: [0, 0, 0, 1] });
  });
});
