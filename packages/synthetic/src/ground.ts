import { fromMatrix3, type Pose } from "@sweepmark/geometry";
import type { PlanPose } from "./path.ts";
import {
  createMapStation,
  dashM,
  kerbHeightM,
  sidewalkWidthM,
  stripeWidthM,
  type MapStation,
  type Street,
  type StreetMap,
} from "./streets.ts";

export type Surface = "asphalt" | "white-paint" | "yellow-paint" | "kerb" | "sidewalk" | "lawn";

export interface GroundHit {
  distanceM: number;
  /** Upward normal is close to z; the kerb's face is steep. */
  surface: Surface;
  /** Cosine of the angle between the ray and the surface's normal. */
  cosine: number;
}

export interface Ground {
  readonly streets: StreetMap;
  /** Height of the road's plane (no kerb), metres, in `world`. */
  grade(x: number, y: number): number;
  /** Height of what one stands on. */
  height(x: number, y: number): number;
  surface(x: number, y: number): Surface;
  /** Distance to the nearest kerb; negative on the road. */
  edge(x: number, y: number): number;
  /** Pose of something that stands at a plan pose, tilted with the grade; origin on the ground. */
  stand(plan: PlanPose): Pose<"world", "box">;
  /** First hit of a ray (unit direction, in `world`) nearer than `limitM`, written into `out`. */
  cast(origin: readonly number[], direction: ArrayLike<number>, limitM: number, out: GroundHit): boolean;
}

/** The kerb's face leans over this much, so that it is a surface and not a jump. */
const kerbDepthM = 0.05;
const kerbTopM = 0.22;
const raise = (edgeM: number) => kerbHeightM * Math.min(1, Math.max(0, edgeM / kerbDepthM));

/** A plane of 1.4 % with two long waves: the road climbs and dips by a few decimetres over the drive. */
export function createGround(streets: StreetMap): Ground {
  const x0 = streets.main.path.pieces[0].x;
  const y0 = streets.main.path.pieces[0].y;
  const grade = (x: number, y: number) =>
    23.4 +
    0.011 * (x - x0) -
    0.008 * (y - y0) +
    0.35 * Math.sin((x - x0) * 0.021 + 0.4) +
    0.25 * Math.sin((y - y0) * 0.026);
  const slopeX = (x: number) => 0.011 + 0.35 * 0.021 * Math.cos((x - x0) * 0.021 + 0.4);
  const slopeY = (y: number) => -0.008 + 0.25 * 0.026 * Math.cos((y - y0) * 0.026);

  const station = createMapStation();
  const edge = (x: number, y: number) => {
    streets.locate(x, y, station);
    return station.edge;
  };

  /**
   * Distance along the ray to the plane of the road lifted by `lift`, from a guess on. The waves are 250 m long, so the
   * slope at the guess is good for the whole search; it ends within 0.1 mm.
   */
  function reach(o: readonly number[], d: ArrayLike<number>, lift: number, guess: number): number {
    const x = o[0] + guess * d[0];
    const y = o[1] + guess * d[1];
    const fall = d[2] - slopeX(x) * d[0] - slopeY(y) * d[1];
    if (fall > -0.004) return Infinity;
    let t = guess;
    for (let i = 0; i < 8; i++) {
      const step = (o[2] + t * d[2] - grade(o[0] + t * d[0], o[1] + t * d[1]) - lift) / fall;
      t -= step;
      if (t > 400 || t < 0) return Infinity;
      if (Math.abs(step) < 1e-4) break;
    }
    return t;
  }

  return {
    streets,
    grade,
    edge,
    height: (x, y) => grade(x, y) + raise(edge(x, y)),
    surface: (x, y) => {
      streets.locate(x, y, station);
      return surfaceAt(streets, station);
    },
    stand({ x, y, yawRad }) {
      const gx = slopeX(x);
      const gy = slopeY(y);
      const c = Math.cos(yawRad);
      const s = Math.sin(yawRad);
      const up = 1 / Math.hypot(gx, gy, 1);
      const n = [-gx * up, -gy * up, up];
      const climb = gx * c + gy * s;
      const f = 1 / Math.hypot(1, climb);
      const forward = [c * f, s * f, climb * f];
      const left = [
        n[1] * forward[2] - n[2] * forward[1],
        n[2] * forward[0] - n[0] * forward[2],
        n[0] * forward[1] - n[1] * forward[0],
      ];
      // A foot on the kerb is lifted over 40 cm, so that nobody jumps.
      const lift = kerbHeightM * Math.min(1, Math.max(0, edge(x, y) / 0.4 + 0.5));
      const rotation = fromMatrix3([0, 1, 2].flatMap((row) => [forward[row], left[row], n[row]]));
      return { translation: [x, y, grade(x, y) + lift], rotation };
    },
    cast(o, d, limitM, out) {
      const level = (grade(o[0], o[1]) + kerbHeightM - o[2]) / Math.min(-0.02, d[2]);
      const high = reach(o, d, kerbHeightM, Math.min(150, level));
      if (high > limitM) return false;
      let x = o[0] + high * d[0];
      let y = o[1] + high * d[1];
      streets.locate(x, y, station);
      let t = high;
      let steep = false;
      if (station.edge < kerbDepthM) {
        t = reach(o, d, 0, high);
        x = o[0] + t * d[0];
        y = o[1] + t * d[1];
        streets.locate(x, y, station);
        if (station.edge > 0 && t < Infinity) {
          // Between the two the ray meets the kerb's face.
          let above = high;
          let below = t;
          for (let i = 0; i < 12; i++) {
            t = (above + below) / 2;
            x = o[0] + t * d[0];
            y = o[1] + t * d[1];
            if (o[2] + t * d[2] > grade(x, y) + raise(edge(x, y))) above = t;
            else below = t;
          }
          steep = true;
        }
        if (t > limitM) return false;
      }
      out.distanceM = t;
      out.surface = steep ? "kerb" : surfaceAt(streets, station);
      out.cosine = steep ? 0.6 : Math.min(1, Math.abs(d[2] - slopeX(x) * d[0] - slopeY(y) * d[1]));
      return true;
    },
  };
}

function surfaceAt(streets: StreetMap, { main, cross, edge }: MapStation): Surface {
  if (edge > 0) return edge < kerbTopM ? "kerb" : edge < sidewalkWidthM ? "sidewalk" : "lawn";
  const mainAhead = main.s - streets.main.crossingS;
  const crossAhead = cross.s - streets.cross.crossingS;
  if (Math.abs(main.d) < streets.main.halfWidthM) {
    const paint = paintOn(streets.main, main.s, main.d, mainAhead);
    if (paint) return paint;
  }
  if (Math.abs(cross.d) < streets.cross.halfWidthM)
    return paintOn(streets.cross, cross.s, cross.d, crossAhead) ?? "asphalt";
  return "asphalt";
}

/** Whether a dashed line is painted at `s`. */
export const inDash = (s: number): boolean =>
  s - Math.floor(s / (dashM[0] + dashM[1])) * (dashM[0] + dashM[1]) < dashM[0];

function paintOn(street: Street, s: number, d: number, ahead: number): Surface | undefined {
  const distance = Math.abs(ahead);
  if (distance < street.stopLine[1]) {
    if (distance > street.stopLine[0]) {
      // Only across the lanes that come towards the crossing.
      const incoming = ahead < 0 ? d < -0.1 : d > 0.1;
      const lanes = street.stripes[0].d;
      return incoming && Math.abs(d) < lanes ? "white-paint" : undefined;
    }
    const [near, far] = street.crosswalk;
    if (distance > near && distance < far && Math.abs(d) < street.halfWidthM - 0.6)
      return Math.abs(d) % 1 < 0.5 ? "white-paint" : undefined;
    return undefined;
  }
  for (const { d: middle, classId } of street.stripes) {
    if (Math.abs(d - middle) > stripeWidthM / 2) continue;
    if (classId === "solid-yellow") return "yellow-paint";
    if (classId === "solid-white" || inDash(s)) return "white-paint";
  }
  return undefined;
}
