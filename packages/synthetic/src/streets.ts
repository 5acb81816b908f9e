import { createLocator, createPath, placePath, poseOnPath, type Path, type PlanPose, type Station } from "./path.ts";

/** One painted line that runs along a street. */
export interface Stripe {
  /** Offset of its middle from the street's axis, metres to the left. */
  readonly d: number;
  readonly classId: "solid-yellow" | "dashed-white" | "solid-white";
}

export interface Street {
  readonly name: "main" | "cross";
  /** The street's axis, in `world`. */
  readonly path: Path;
  /** Arc length at which the axes of the two streets meet. */
  readonly crossingS: number;
  /** From the axis to the kerb's foot. */
  readonly halfWidthM: number;
  readonly stripes: readonly Stripe[];
  /** Middles of the lanes; right-hand traffic: d < 0 runs along the axis, d > 0 against it. */
  readonly laneOffsets: readonly number[];
  readonly laneWidthM: number;
  /** Middle of the parking strip. */
  readonly parkingD: number;
  /** Near and far edge of the crosswalk, and of the stop line, from the crossing's middle along the axis. */
  readonly crosswalk: readonly [number, number];
  readonly stopLine: readonly [number, number];
}

export interface StreetMap {
  readonly main: Street;
  readonly cross: Street;
  /** Radius of the kerb at the corners. */
  readonly cornerRadiusM: number;
  /** Stations on both streets, and the signed distance to the kerb (negative: on the road), written into `out`. */
  locate(x: number, y: number, out: MapStation): void;
}

export interface MapStation {
  main: Station;
  cross: Station;
  edge: number;
}

export const createMapStation = (): MapStation => ({ main: { s: 0, d: 0 }, cross: { s: 0, d: 0 }, edge: 0 });

export const stripeWidthM = 0.15;
/** Painted and unpainted length of a dashed line. */
export const dashM: readonly [number, number] = [3, 4.5];
export const sidewalkWidthM = 3.2;
export const kerbHeightM = 0.12;

/** Where the main street begins: far from the world's origin and turned, so that a wrong space shows. */
const origin: PlanPose = { x: 431.5, y: -268.25, yawRad: 0.62 };

/** A main street of two lanes each way with two bends, met at a right angle by a cross street of one lane each way. */
export function createStreets(): StreetMap {
  const mainPath = createPath(origin, [
    [60, 0],
    [52, 1 / 95],
    [118, 0],
    [70, -1 / 120],
    [260, 0],
  ]);
  const crossingS = 165;
  const at = poseOnPath(mainPath, crossingS);
  const crossPath = placePath(
    createPath({ x: 0, y: 0, yawRad: 0 }, [
      [240, 0],
      [60, -1 / 90],
      [150, 0],
      [75, 1 / 110],
      [400, 0],
    ]),
    372,
    { ...at, yawRad: at.yawRad - Math.PI / 2 },
  );
  const main: Street = {
    name: "main",
    path: mainPath,
    crossingS,
    halfWidthM: 8.9,
    stripes: [
      { d: 6.6, classId: "solid-white" },
      { d: 3.3, classId: "dashed-white" },
      { d: 0, classId: "solid-yellow" },
      { d: -3.3, classId: "dashed-white" },
      { d: -6.6, classId: "solid-white" },
    ],
    laneOffsets: [4.95, 1.65, -1.65, -4.95],
    laneWidthM: 3.3,
    parkingD: 7.75,
    crosswalk: [7.4, 10.4],
    stopLine: [11.8, 12.2],
  };
  const cross: Street = {
    name: "cross",
    path: crossPath,
    crossingS: 372,
    halfWidthM: 5.8,
    stripes: [
      { d: 3.5, classId: "solid-white" },
      { d: 0, classId: "solid-yellow" },
      { d: -3.5, classId: "solid-white" },
    ],
    laneOffsets: [1.75, -1.75],
    laneWidthM: 3.5,
    parkingD: 4.65,
    crosswalk: [10.8, 13.8],
    stopLine: [15.2, 15.6],
  };
  const cornerRadiusM = 5;
  const locateMain = createLocator(mainPath);
  const locateCross = createLocator(crossPath);
  return {
    main,
    cross,
    cornerRadiusM,
    locate(x, y, out) {
      locateMain(x, y, out.main);
      locateCross(x, y, out.cross);
      const beyondMain = Math.abs(out.main.d) - main.halfWidthM;
      const beyondCross = Math.abs(out.cross.d) - cross.halfWidthM;
      out.edge = Math.min(beyondMain, beyondCross);
      if (beyondMain > 0 && beyondCross > 0 && beyondMain < cornerRadiusM && beyondCross < cornerRadiusM)
        out.edge = cornerRadiusM - Math.hypot(beyondMain - cornerRadiusM, beyondCross - cornerRadiusM);
    },
  };
}
