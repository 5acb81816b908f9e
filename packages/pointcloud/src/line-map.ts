/** What stands in a cell of the map: where its points lie, and what they say about a point beside them. */
export interface CellShape {
  /** Mean, metres. */
  readonly x: number;
  readonly y: number;
  /** Weight of a distance from the mean [xx, xy, yy], 1/m²: across a line only, to all sides of a pole. */
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

export const cellM = 0.5;
export const layerM = 0.6;
const fewestPoints = 4;
/** Of a measurement on a surface, range noise and roughness together. */
const noiseM = 0.04;
/** A cell is a line where it is this much longer than thick (standard deviations). */
const lineRatio = 3;
const thickestM = 0.12;

/** Sums of the points of a cell, from its corner; 6 a cell: n, x, y, xx, xy, yy. */
const width = 6;

/**
 * What stood around the last sweeps, in cells of half a metre and layers of 0.6 m, as normal distributions (Biber, Straßer
 * 2003). Sweeps are added and forgotten one by one.
 */
export class LineMap {
  readonly #index = new Map<number, number>();
  #sums = new Float64Array(width * 4096);
  #keys: number[] = [];
  #shapes: (CellShape | null | undefined)[] = [];
  readonly #sweeps: { readonly cells: Int32Array; readonly points: Float64Array }[] = [];

  get sweepCount(): number {
    return this.#sweeps.length;
  }

  /** @param points [count × 3] metres. */
  add(points: Float64Array): void {
    const cells = new Int32Array(points.length / 3);
    for (let i = 0; i < cells.length; i++) {
      const key = keyOf(points[3 * i], points[3 * i + 1], points[3 * i + 2]);
      let cell = this.#index.get(key);
      if (cell === undefined) {
        cell = this.#keys.length;
        this.#index.set(key, cell);
        this.#keys.push(key);
        if (width * (cell + 1) > this.#sums.length) {
          const larger = new Float64Array(2 * this.#sums.length);
          larger.set(this.#sums);
          this.#sums = larger;
        }
      }
      cells[i] = cell;
    }
    this.#sweeps.push({ cells, points });
    this.#count(cells, points, 1);
  }

  forgetOldest(): void {
    const oldest = this.#sweeps.shift();
    if (oldest) this.#count(oldest.cells, oldest.points, -1);
  }

  #count(cells: Int32Array, points: Float64Array, sign: 1 | -1): void {
    const sums = this.#sums;
    for (let i = 0; i < cells.length; i++) {
      const at = width * cells[i];
      const x = points[3 * i] - cellM * Math.floor(points[3 * i] / cellM);
      const y = points[3 * i + 1] - cellM * Math.floor(points[3 * i + 1] / cellM);
      sums[at] += sign;
      sums[at + 1] += sign * x;
      sums[at + 2] += sign * y;
      sums[at + 3] += sign * x * x;
      sums[at + 4] += sign * x * y;
      sums[at + 5] += sign * y * y;
      this.#shapes[cells[i]] = undefined;
    }
  }

  /** The shape in the cell of a position, moved by whole cells; undefined where too little stands. */
  shapeAt(x: number, y: number, z: number, right: number, up: number): CellShape | undefined {
    const cell = this.#index.get(keyOf(x + right * cellM, y + up * cellM, z));
    if (cell === undefined) return undefined;
    let shape = this.#shapes[cell];
    if (shape === undefined) {
      shape = this.#shapeOf(cell, Math.floor(x / cellM + right) * cellM, Math.floor(y / cellM + up) * cellM);
      this.#shapes[cell] = shape;
    }
    return shape ?? undefined;
  }

  #shapeOf(cell: number, cornerX: number, cornerY: number): CellShape | null {
    const at = width * cell;
    const n = this.#sums[at];
    if (n < fewestPoints) return null;
    const [mx, my] = [this.#sums[at + 1] / n, this.#sums[at + 2] / n];
    const a = this.#sums[at + 3] / n - mx * mx;
    const b = this.#sums[at + 4] / n - mx * my;
    const c = this.#sums[at + 5] / n - my * my;
    const half = (a + c) / 2;
    const root = Math.sqrt(Math.max(0, half * half - (a * c - b * b)));
    const [long, thick] = [Math.max(0, half + root), Math.max(0, half - root)];
    if (thick > thickestM ** 2) return null;
    const weight = 1 / (thick + noiseM ** 2);
    const x = cornerX + mx;
    const y = cornerY + my;
    if (long > (lineRatio * Math.sqrt(thick) + 0.05) ** 2) {
      const angle = 0.5 * Math.atan2(2 * b, a - c);
      const [nx, ny] = [-Math.sin(angle), Math.cos(angle)];
      return { x, y, xx: weight * nx * nx, xy: weight * nx * ny, yy: weight * ny * ny };
    }
    if (long > thickestM ** 2) return null;
    const all = 1 / (long + noiseM ** 2);
    return { x, y, xx: all, xy: 0, yy: all };
  }
}

const keyOf = (x: number, y: number, z: number): number =>
  (Math.floor(x / cellM) + 2 ** 20) * 2 ** 29 +
  (Math.floor(y / cellM) + 2 ** 20) * 2 ** 8 +
  (Math.floor(z / layerM) & 255);
