import { compose, invert, poseToMatrix, type Pose } from "@sweepmark/geometry";
import type { GroundHit, Surface } from "./ground.ts";
import type { Random } from "./random.ts";
import { createBeamTable, elevations, type Beams } from "./beams.ts";
import { meetPlanes, meetSphere, outline, planesOf, sphereOf } from "./lidar-targets.ts";
import type { Paint, Shape } from "./solids.ts";
import type { World } from "./world.ts";

/** One revolution, in firing order: column after column, in each from the lowest beam up. */
export interface SimulatedSweep {
  readonly count: number;
  /** [count × 3] metres, in `lidar`; multiples of {@link positionStepM}. */
  readonly positions: Float32Array;
  /** [count] 0–255. */
  readonly intensity: Uint8Array;
  /** [count] beam, 0 lowest. */
  readonly ring: Uint16Array;
  /** [count] nanoseconds after the sweep's stamp when the beam fired. */
  readonly timeOffsetNs: Uint32Array;
  /** [count] index of the actor that was hit; −1: ground or scenery. */
  readonly owners: Int16Array;
}

export interface LidarOptions {
  readonly beams: number;
  readonly columns: number;
  readonly periodNs: number;
}

export const maxRangeM = 90;
const minRangeM = 1.2;
/** A dyadic step: the low bits of the floats are zero, and a point takes 9 bytes in the log instead of 14. */
export const positionStepM = 1 / 256;
const noiseM = 0.012;

const groundReflectivity: Readonly<Record<Surface, number>> = {
  asphalt: 17,
  "white-paint": 165,
  "yellow-paint": 120,
  kerb: 62,
  sidewalk: 44,
  lawn: 70,
};

/** A solid of this sweep, its planes in `lidar`. Rays start at the origin. */
interface Target {
  /** [4 × faces] outward normal and offset: n · p ≤ c inside. */
  readonly planes: Float64Array;
  /** Ellipsoid: rows of the map to the unit sphere, and its centre there; else undefined. */
  readonly sphere: Float64Array | undefined;
  readonly paints: readonly Paint[];
  readonly owner: number;
  readonly lowBeam: number;
  readonly highBeam: number;
}

export interface Lidar {
  readonly beams: Beams;
  /** The sweep that is stamped `seconds`; everything is where it is at that time (see rule 3). */
  sweep(seconds: number, worldFromLidar: Pose<"world", "lidar">, random: Random): SimulatedSweep;
}

export function createLidar(world: World, { beams: beamCount, columns, periodNs }: LidarOptions): Lidar {
  const beams = createBeamTable(elevations(beamCount));
  const capacity = beamCount * columns;
  const buffers = {
    positions: new Float32Array(capacity * 3),
    intensity: new Uint8Array(capacity),
    ring: new Uint16Array(capacity),
    timeOffsetNs: new Uint32Array(capacity),
    owners: new Int16Array(capacity),
  };
  const byColumn: Target[][] = Array.from({ length: columns }, () => []);
  const azimuthOf = (column: number) => Math.PI - ((column + 0.5) / columns) * 2 * Math.PI;
  const range = new Float64Array(beamCount);
  const cosine = new Float64Array(beamCount);
  const paintOf: (Paint | undefined)[] = Array.from({ length: beamCount });
  const ownerOf = new Int16Array(beamCount);
  const near = { enter: 0, face: 0, cosine: 0 };

  /** Puts a shape's solids into the columns they can be seen in. */
  function place(shape: Shape, lidarFromBox: Pose<"lidar", "box">, owner: number): void {
    const m = poseToMatrix(lidarFromBox);
    for (const solid of shape.solids) {
      const seen = outline(solid, m);
      if (seen.nearM > maxRangeM) continue;
      const lowBeam = beams.above(seen.lowRad);
      const highBeam = beams.below(seen.highRad);
      if (lowBeam > highBeam) continue;
      const target: Target = {
        planes: solid.kind === "convex" ? planesOf(solid, m) : new Float64Array(0),
        sphere: solid.kind === "ellipsoid" ? sphereOf(solid, m) : undefined,
        paints: solid.kind === "convex" ? solid.faces.map(({ paint }) => paint) : [solid.paint],
        owner,
        lowBeam,
        highBeam,
      };
      // Columns run clockwise: from the left end of the outline to the right one.
      const first = Math.floor(((Math.PI - seen.leftRad) / (2 * Math.PI)) * columns);
      const last = Math.ceil(((Math.PI - seen.rightRad) / (2 * Math.PI)) * columns);
      for (let column = first; column <= Math.min(last, first + columns - 1); column++)
        byColumn[((column % columns) + columns) % columns].push(target);
    }
  }

  return {
    beams,
    sweep(seconds, worldFromLidar, random) {
      for (const list of byColumn) list.length = 0;
      const lidarFromWorld = invert(worldFromLidar);
      const origin = worldFromLidar.translation;
      const isNear = ({ translation: [x, y] }: Pose<"world", "box">, radiusM: number) =>
        Math.hypot(x - origin[0], y - origin[1]) < maxRangeM + radiusM;
      for (const { worldFromBox, shape, radiusM } of world.props)
        if (isNear(worldFromBox, radiusM)) place(shape, compose(lidarFromWorld, worldFromBox), -1);
      world.actors.forEach((actor, index) => {
        const worldFromBox = actor.worldFromBox(seconds);
        if (isNear(worldFromBox, 6)) place(actor.shape(seconds), compose(lidarFromWorld, worldFromBox), index);
      });

      const m = poseToMatrix(worldFromLidar);
      const direction = new Float64Array(3);
      const hit: GroundHit = { distanceM: 0, surface: "asphalt", cosine: 1 };
      let count = 0;
      for (let column = 0; column < columns; column++) {
        const azimuth = azimuthOf(column);
        const cosA = Math.cos(azimuth);
        const sinA = Math.sin(azimuth);
        range.fill(maxRangeM);
        ownerOf.fill(-1);
        paintOf.fill(undefined);
        for (const target of byColumn[column]) {
          for (let beam = target.lowBeam; beam <= target.highBeam; beam++) {
            const x = beams.cos[beam] * cosA;
            const y = beams.cos[beam] * sinA;
            const z = beams.sin[beam];
            const meets = target.sphere
              ? meetSphere(target.sphere, x, y, z, near)
              : meetPlanes(target.planes, x, y, z, near);
            if (!meets || near.enter >= range[beam]) continue;
            const paint = target.paints[near.face];
            // A crown is not a wall: some beams go through.
            if (paint.kind === "foliage" && random.next() < 0.25) continue;
            range[beam] = near.enter;
            cosine[beam] = near.cosine;
            paintOf[beam] = paint;
            ownerOf[beam] = target.owner;
          }
        }
        for (let beam = 0; beam < beamCount; beam++) {
          const x = beams.cos[beam] * cosA;
          const y = beams.cos[beam] * sinA;
          const z = beams.sin[beam];
          let reflectivity = 0;
          let paint = paintOf[beam];
          if (z < 0.06) {
            direction[0] = m[0] * x + m[4] * y + m[8] * z;
            direction[1] = m[1] * x + m[5] * y + m[9] * z;
            direction[2] = m[2] * x + m[6] * y + m[10] * z;
            if (world.ground.cast(origin, direction, range[beam], hit)) {
              range[beam] = hit.distanceM;
              cosine[beam] = hit.cosine;
              ownerOf[beam] = -1;
              paint = undefined;
              reflectivity = groundReflectivity[hit.surface];
            }
          }
          if (paint) reflectivity = paint.reflectivity;
          const r = range[beam];
          if (reflectivity === 0 || r < minRangeM || r >= maxRangeM) continue;
          // Signal of a diffuse surface: falls with the square of the range and the slant; calibrated so that asphalt
          // is lost near 50 m and a white line near 85 m.
          const slant = 0.18 + 0.82 * cosine[beam];
          const signal = (reflectivity * slant) / (r * r);
          const lost = 0.015 + 0.985 / (1 + (signal / 0.0016) ** 2);
          if (random.next() < lost || (paint?.kind === "glass" && random.next() < 0.6)) continue;
          const scatter = paint?.kind === "foliage" ? random.next() * 0.5 : 0;
          const measured = r + scatter + noiseM * random.normal();
          const at = count * 3;
          buffers.positions[at] = Math.round((measured * x) / positionStepM) * positionStepM;
          buffers.positions[at + 1] = Math.round((measured * y) / positionStepM) * positionStepM;
          buffers.positions[at + 2] = Math.round((measured * z) / positionStepM) * positionStepM;
          const brightness = reflectivity * (0.45 + 0.55 * cosine[beam] ** 0.5) * (1 + 0.07 * random.normal());
          buffers.intensity[count] = Math.max(1, Math.min(255, Math.round(brightness)));
          buffers.ring[count] = beam;
          buffers.timeOffsetNs[count] = Math.floor((column / columns) * periodNs);
          buffers.owners[count] = ownerOf[beam];
          count++;
        }
      }
      return {
        count,
        positions: buffers.positions.slice(0, count * 3),
        intensity: buffers.intensity.slice(0, count),
        ring: buffers.ring.slice(0, count),
        timeOffsetNs: buffers.timeOffsetNs.slice(0, count),
        owners: buffers.owners.slice(0, count),
      };
    },
  };
}
