import { fromYaw, identityPose, type Vec3 } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { standingPoints } from "./standing-points.ts";
import { SweepMatcher, type PlaneShift, type SweepMatch } from "./sweep-matcher.ts";

fc.configureGlobal({ seed: 5, numRuns: 5, endOnFailure: true });

/** Where ego truly is, and where its pose has it. */
interface Step {
  readonly truth: readonly [x: number, y: number, yawRad: number];
  readonly error: readonly [x: number, y: number, yawRad: number];
}
type Segment = readonly [ax: number, ay: number, bx: number, by: number];

/** A street with house fronts, gaps between them, and poles. */
const street: readonly Segment[] = [
  ...[-1, 1].flatMap((side): Segment[] =>
    Array.from({ length: 8 }, (_, k) => [16 * k - 30, side * (9 + (k % 3)), 16 * k - 18, side * (9 + (k % 3))]),
  ),
  ...[-1, 1].flatMap((side): Segment[] =>
    Array.from({ length: 8 }, (_, k) => [16 * k - 18, side * 9, 16 * k - 18, side * 20]),
  ),
  ...Array.from({ length: 9 }, (_, k): Segment => [11 * k - 25, 6, 11 * k - 24.9, 6.1]),
];
const corridor: readonly Segment[] = [-4, 4].map((y) => [-200, y, 300, y]);

/** 9 m/s at 10 Hz on a gentle bend. */
const truthAt = (k: number): Step["truth"] => [0.9 * k, 0.002 * k * k, 0.004 * k];

/** What ego sees of the walls in sweep `k`, in its own axes turned as its pose has them: other points each time. */
function seen(walls: readonly Segment[], { truth, error }: Step, k: number): Float32Array {
  const out: number[] = [];
  let state = 7919 * (k + 1);
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const [cos, sin] = [Math.cos(error[2]), Math.sin(error[2])];
  for (const [ax, ay, bx, by] of walls) {
    const count = Math.min(2000, Math.ceil(Math.hypot(bx - ax, by - ay) * 40));
    for (let i = 0; i < count; i++) {
      const t = random();
      const x = ax + t * (bx - ax) + 0.03 * (random() - 0.5) - truth[0];
      const y = ay + t * (by - ay) + 0.03 * (random() - 0.5) - truth[1];
      // The error of yaw turns what is seen about ego.
      if (Math.hypot(x, y) < 45) out.push(cos * x - sin * y, sin * x + cos * y, 2 * random() - 1);
    }
  }
  return Float32Array.from(out);
}

function drive(
  walls: readonly Segment[] | ((k: number) => readonly Segment[]),
  errors: readonly Step["error"][],
  steps = errors.map((_, k) => k),
  matcher = new SweepMatcher(),
): SweepMatch[] {
  return steps.map((step, k) => {
    const error = errors[k];
    const truth = truthAt(step);
    const ego: Vec3 = [truth[0] + error[0], truth[1] + error[1], 0];
    const there = typeof walls === "function" ? walls(k) : walls;
    return matcher.match(seen(there, { truth, error }, step), ego, truth[2] + error[2], step / 10);
  });
}

const noError = (count: number): Step["error"][] => Array.from({ length: count }, () => [0, 0, 0]);
const wandering = ([x, y, yaw]: readonly number[], count: number): Step["error"][] =>
  Array.from({ length: count }, (_, k) => [x * Math.sin(k / 9), y * (1 - Math.cos(k / 7)), yaw * Math.sin(k / 11)]);
const farthest = (matches: readonly SweepMatch[], errors: readonly Step["error"][]): readonly [number, number] => [
  Math.max(...matches.map(({ shift }, k) => Math.hypot(shift.x + errors[k][0], shift.y + errors[k][1]))),
  Math.max(...matches.map(({ shift }, k) => Math.abs(shift.yawRad + errors[k][2]))),
];

describe("rule 14: sweeps are laid onto what stood around the ones before; the first stays", () => {
  it("finds no shift where poses are right", () => {
    const matches = drive(street, noError(40));
    expect(matches.every(({ determined }) => determined)).toBe(true);
    const [offM, offRad] = farthest(matches, noError(40));
    expect(offM).toBeLessThan(0.03);
    expect(offRad).toBeLessThan(0.002);
  });

  it("takes back a drift of the poses within centimetres", () => {
    const drift = fc.tuple(
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: -0.4, max: 0.4, noNaN: true }),
      fc.double({ min: -0.02, max: 0.02, noNaN: true }),
    );
    fc.assert(
      fc.property(drift, (size) => {
        const errors = wandering(size, 25);
        const matches = drive(street, errors);
        const [offM, offRad] = farthest(matches, errors);
        expect(offM).toBeLessThan(0.05);
        expect(offRad).toBeLessThan(0.003);
      }),
    );
  });

  it("tells how far apart things lay before and after", () => {
    const matches = drive(street, wandering([0.8, 0.6, 0.02], 25));
    const median = (values: readonly (number | undefined)[]): number =>
      values.filter((value) => value !== undefined).toSorted((a, b) => a - b)[values.length >> 1];
    expect(median(matches.map(({ afterM }) => afterM))).toBeLessThan(0.02);
    expect(median(matches.map(({ beforeM }) => beforeM))).toBeGreaterThan(0.03);
    expect(matches[0].beforeM).toBeUndefined();
  });

  it("finds the same drift in a world that is turned and moved", () => {
    const errors = wandering([0.5, 0.4, 0.01], 20);
    const matches = drive(street, errors);
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (angle) => {
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        const matcher = new SweepMatcher();
        errors.forEach((error, k) => {
          const truth = truthAt(k);
          const points = seen(street, { truth, error }, k);
          for (let i = 0; i < points.length; i += 3) {
            const [x, y] = [points[i], points[i + 1]];
            points[i] = cos * x - sin * y;
            points[i + 1] = sin * x + cos * y;
          }
          const [x, y] = [truth[0] + error[0], truth[1] + error[1]];
          const ego: Vec3 = [cos * x - sin * y + 37.3, sin * x + cos * y - 81.2, 5];
          const { shift } = matcher.match(points, ego, truth[2] + error[2] + angle);
          const expected = matches[k].shift;
          expect(Math.abs(shift.x - (cos * expected.x - sin * expected.y))).toBeLessThan(0.03);
          expect(Math.abs(shift.y - (sin * expected.x + cos * expected.y))).toBeLessThan(0.03);
          expect(Math.abs(shift.yawRad - expected.yawRad)).toBeLessThan(0.003);
        });
      }),
      { numRuns: 3 },
    );
  });
});

describe("rule 19: without poses ego is found, from sweep to sweep", () => {
  it.each([
    ["ten times a second", Array.from({ length: 30 }, (_, k) => k)],
    ["every 1.5 s, then every 0.5 s", [0, 15, 20, 25, 30, 35]],
  ])("%s", (_, steps) => {
    // The pose that is given is always the same: all of the way is what it is off by.
    const errors = steps.map((step): Step["error"] => truthAt(step).map((each) => -each) as unknown as Step["error"]);
    const matches = drive(street, errors, steps, new SweepMatcher("unknown"));
    expect(matches.every(({ determined }) => determined)).toBe(true);
    const [offM, offRad] = farthest(matches, errors);
    expect(offM).toBeLessThan(0.1);
    expect(offRad).toBeLessThan(0.005);
  });

  it("where the surroundings say nothing goes on as it went", () => {
    const steps = Array.from({ length: 12 }, (_, k) => k);
    const errors = steps.map((step): Step["error"] => [-truthAt(step)[0], -truthAt(step)[1], -truthAt(step)[2]]);
    const matches = drive((k) => (k < 8 ? street : []), errors, steps, new SweepMatcher("unknown"));
    expect(matches.map(({ determined }) => determined)).toEqual(steps.map((k) => k < 8));
    expect(farthest(matches, errors)[0]).toBeLessThan(0.3);
  });
});

describe("rule 15: what the surroundings do not say is not determined, and stays as it was", () => {
  const nothing: PlaneShift = { x: 0, y: 0, yawRad: 0 };

  it("along a corridor", () => {
    const matches = drive(corridor, wandering([0.5, 0.3, 0], 20));
    expect(matches.slice(1).some(({ determined }) => determined)).toBe(false);
    expect(matches.map(({ shift }) => shift)).toEqual(matches.map(() => nothing));
  });

  it("in the open", () => {
    const matches = drive([], wandering([0.5, 0.3, 0], 5));
    expect(matches.map(({ determined, shift, afterM }) => ({ determined, shift, afterM }))).toEqual(
      matches.map(() => ({ determined: false, shift: nothing, afterM: undefined })),
    );
  });

  it("where everything is elsewhere at once, and goes on from there", () => {
    const errors: Step["error"][] = Array.from({ length: 30 }, (_, k) => (k < 15 ? [0, 0, 0] : [2.2, 1.6, 0]));
    const matches = drive(street, errors);
    expect(matches[15].determined).toBe(false);
    expect(Math.hypot(matches[29].shift.x, matches[29].shift.y)).toBeLessThan(0.1);
  });

  it("holds what was known through a stretch without anything", () => {
    const errors = wandering([0.4, 0.3, 0], 30);
    const matches = drive((k) => (k >= 10 && k < 13 ? [] : street), errors);
    expect(matches.slice(10, 13).map(({ shift }) => shift)).toEqual([9, 9, 9].map((k) => matches[k].shift));
    expect(matches[13].determined).toBe(true);
    expect(farthest(matches.slice(13), errors.slice(13))[0]).toBeLessThan(0.06);
  });
});

describe("rule 16: what stands tells where ego is", () => {
  const ground = (): number[] => {
    const points: number[] = [];
    for (let x = -30; x <= 30; x += 0.5) for (let y = -30; y <= 30; y += 0.5) points.push(x, y, 0);
    return points;
  };
  const wall = Array.from({ length: 60 }, (_, k) => [10 + (k % 10) / 2, 8, 0.2 + 0.15 * Math.floor(k / 10) * 3.5]);

  it("keeps points between 0.4 m and 3 m over the ground, one in 15 cm, from ego", () => {
    const positions = Float32Array.from([...ground(), ...wall.flat(), ...wall.flat(), 12, 8, 5, 60, 0, 1]);
    const spaceFromEgo = { translation: [5, 1, 0] as const, rotation: fromYaw(0) };
    const points = standingPoints([{ positions, spaceFromLidar: identityPose }], spaceFromEgo);
    const over = wall.filter(([, , z]) => z >= 0.4);
    expect(points.length / 3).toBe(over.length);
    for (let i = 0; i < points.length; i += 3) {
      expect(points[i]).toBeGreaterThan(4.9);
      expect(points[i + 1]).toBeCloseTo(7, 5);
    }
  });

  it("leaves out what it is told to", () => {
    const positions = Float32Array.from([...ground(), ...wall.flat()]);
    const leftOut = Uint8Array.from({ length: positions.length / 3 }, (_, i) => (positions[3 * i + 2] > 0 ? 1 : 0));
    expect(standingPoints([{ positions, spaceFromLidar: identityPose, leftOut }], identityPose)).toHaveLength(0);
  });
});
