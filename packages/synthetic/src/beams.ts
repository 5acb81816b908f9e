/** Elevations of a lidar's beams, lowest first, with their sines and cosines. */
export interface Beams {
  readonly elevationRad: Float64Array;
  readonly sin: Float64Array;
  readonly cos: Float64Array;
  /** First beam at or above an elevation (may be one past the last). */
  above(elevationRad: number): number;
  /** Last beam at or below an elevation (may be −1). */
  below(elevationRad: number): number;
}

/**
 * From −24° to +11°, densest just below the horizon, where the far objects are: as in the 64-beam lidars of the
 * published data sets.
 */
export function elevations(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, beam) => {
    const v = count === 1 ? 0 : (2 * beam) / (count - 1) - 1;
    const degrees = -1.5 + (v < 0 ? -22.5 : 12.5) * (0.32 * Math.abs(v) + 0.68 * v * v);
    return (degrees * Math.PI) / 180;
  });
}

export function createBeamTable(elevationRad: Float64Array): Beams {
  const above = (limit: number) => {
    let beam = 0;
    while (beam < elevationRad.length && elevationRad[beam] < limit) beam++;
    return beam;
  };
  return {
    elevationRad,
    sin: elevationRad.map(Math.sin),
    cos: elevationRad.map(Math.cos),
    above,
    below(limit) {
      const beam = above(limit);
      return beam < elevationRad.length && elevationRad[beam] === limit ? beam : beam - 1;
    },
  };
}
