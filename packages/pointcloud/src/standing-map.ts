const cellM = 0.5;
const layerM = 0.6;
const fewestPoints = 4;
/** Fewer points close together may be a bit of a wall. */
const fewestOfPole = 8;
/** Of points on a surface, range noise and roughness together: standard deviation. */
const noiseM = 0.04;
/** A cell holds a line where it is so many times longer than thick. */
const lineRatio = 3;
/** Thicker cells hold bushes, or what has moved: they say nothing. */
const thickestM = 0.12;

/** Places in the table: 128 m by 128 m by 4.8 m, then it begins anew. What is older there gives way. */
const sideBits = 8;
const layerBits = 3;
const sideMask = 2 ** sideBits - 1;
const layerMask = 2 ** layerBits - 1;

/** Sums of a cell: count, x, y, xx, xy, yy, from its corner. */
const sumsWidth = 6;
/** A shape: mean x, y; weights xx, xy, yy. */
export const shapeWidth = 5;
const toBeMade = 0;
const shapeless = 1;
const shaped = 2;

interface MapSweep {
  /** [count] cell of each point. */
  readonly cells: Int32Array;
  /** [count × 3] metres. */
  readonly points: Float64Array;
}

/**
 * What stood around the last sweeps, seen from above: cells of half a metre in layers of 0.6 m, each with the mean and the
 * covariance of its points (normal distributions transform: Biber, Straßer 2003). A wall counts across only, so that it
 * says nothing of how far along it one is.
 */
export class StandingMap {
  /** Cell at each place; −1: none. */
  readonly #cellAt = new Int32Array(2 ** (2 * sideBits + layerBits)).fill(-1);
  readonly #sweeps: MapSweep[] = [];
  readonly #mostSweeps: number;
  readonly #free: number[] = [];
  #count = 0;
  /** [cells × 3] column, row and layer. */
  #where = new Int32Array(3 * 4096);
  #sums = new Float64Array(sumsWidth * 4096);
  #states = new Uint8Array(4096);
  #shapes = new Float64Array(shapeWidth * 4096);

  /** With more than `mostSweeps` the oldest is forgotten. */
  constructor(mostSweeps: number) {
    this.#mostSweeps = mostSweeps;
  }

  get isEmpty(): boolean {
    return this.#sweeps.length === 0;
  }

  /**
   * [cells × 5] mean x and y of each cell's points, and what a distance from there weighs, xx, xy, yy in 1/m²: across the line that
   * they lie on, or to all sides of a pole. Good until the next `add`.
   */
  get shapes(): Float64Array {
    return this.#shapes;
  }

  /** @param points [count × 3] metres; kept. */
  add(points: Float64Array): void {
    const cells = new Int32Array(points.length / 3);
    for (let i = 0; i < cells.length; i++) cells[i] = this.#cellOf(points[3 * i], points[3 * i + 1], points[3 * i + 2]);
    const sweep = { cells, points };
    this.#sweeps.push(sweep);
    this.#sum(sweep, 1);
    if (this.#sweeps.length <= this.#mostSweeps) return;
    const oldest = this.#sweeps.shift()!;
    this.#sum(oldest, -1);
    for (const cell of oldest.cells) if (this.#sums[sumsWidth * cell] === 0) this.#drop(cell);
  }

  /** The cell with the shape nearest to a place in its layer, among its own and the eight around it; −1: none. */
  nearest(x: number, y: number, z: number): number {
    const column = Math.floor(x / cellM);
    const row = Math.floor(y / cellM);
    const layer = Math.floor(z / layerM);
    let best = -1;
    let bestSquare = Infinity;
    for (let r = row - 1; r <= row + 1; r++)
      for (let c = column - 1; c <= column + 1; c++) {
        const cell = this.#cellAt[placeOf(c, r, layer)];
        if (cell < 0 || !this.#isAt(cell, c, r, layer) || !this.#hasShape(cell)) continue;
        const dx = x - this.#shapes[shapeWidth * cell];
        const dy = y - this.#shapes[shapeWidth * cell + 1];
        const square = dx * dx + dy * dy;
        if (square < bestSquare) [best, bestSquare] = [cell, square];
      }
    return best;
  }

  #isAt(cell: number, column: number, row: number, layer: number): boolean {
    const where = this.#where;
    return where[3 * cell] === column && where[3 * cell + 1] === row && where[3 * cell + 2] === layer;
  }

  #cellOf(x: number, y: number, z: number): number {
    const column = Math.floor(x / cellM);
    const row = Math.floor(y / cellM);
    const layer = Math.floor(z / layerM);
    const place = placeOf(column, row, layer);
    const known = this.#cellAt[place];
    if (known >= 0 && this.#isAt(known, column, row, layer)) return known;
    const cell = this.#free.pop() ?? this.#count++;
    if (cell === this.#states.length) this.#enlarge();
    this.#sums.fill(0, sumsWidth * cell, sumsWidth * (cell + 1));
    this.#cellAt[place] = cell;
    this.#where[3 * cell] = column;
    this.#where[3 * cell + 1] = row;
    this.#where[3 * cell + 2] = layer;
    return cell;
  }

  #drop(cell: number): void {
    const place = placeOf(this.#where[3 * cell], this.#where[3 * cell + 1], this.#where[3 * cell + 2]);
    if (this.#cellAt[place] === cell) this.#cellAt[place] = -1;
    // Many points of a sweep lie in one cell: it becomes free once.
    this.#sums[sumsWidth * cell] = NaN;
    this.#free.push(cell);
  }

  #enlarge(): void {
    const enlarged = <A extends Int32Array | Float64Array | Uint8Array>(old: A, larger: A): A => {
      larger.set(old);
      return larger;
    };
    this.#where = enlarged(this.#where, new Int32Array(2 * this.#where.length));
    this.#sums = enlarged(this.#sums, new Float64Array(2 * this.#sums.length));
    this.#states = enlarged(this.#states, new Uint8Array(2 * this.#states.length));
    this.#shapes = enlarged(this.#shapes, new Float64Array(2 * this.#shapes.length));
  }

  #sum({ cells, points }: MapSweep, sign: 1 | -1): void {
    const sums = this.#sums;
    for (let i = 0; i < cells.length; i++) {
      const at = sumsWidth * cells[i];
      const x = points[3 * i] - cellM * Math.floor(points[3 * i] / cellM);
      const y = points[3 * i + 1] - cellM * Math.floor(points[3 * i + 1] / cellM);
      sums[at] += sign;
      sums[at + 1] += sign * x;
      sums[at + 2] += sign * y;
      sums[at + 3] += sign * x * x;
      sums[at + 4] += sign * x * y;
      sums[at + 5] += sign * y * y;
      this.#states[cells[i]] = toBeMade;
    }
  }

  #hasShape(cell: number): boolean {
    if (this.#states[cell] === toBeMade) this.#states[cell] = this.#makeShape(cell) ? shaped : shapeless;
    return this.#states[cell] === shaped;
  }

  #makeShape(cell: number): boolean {
    const sums = this.#sums;
    const from = sumsWidth * cell;
    const n = sums[from];
    if (n < fewestPoints) return false;
    const x = sums[from + 1] / n;
    const y = sums[from + 2] / n;
    const xx = sums[from + 3] / n - x * x;
    const xy = sums[from + 4] / n - x * y;
    const yy = sums[from + 5] / n - y * y;
    const half = (xx + yy) / 2;
    const root = Math.sqrt(Math.max(0, half * half - (xx * yy - xy * xy)));
    const longM = Math.sqrt(half + root);
    const thickM = Math.sqrt(Math.max(0, half - root));
    const isLine = longM > lineRatio * thickM + noiseM;
    if ((isLine ? thickM : longM) > thickestM || (!isLine && n < fewestOfPole)) return false;
    const weight = 1 / ((isLine ? thickM : longM) ** 2 + noiseM ** 2);
    const along = 0.5 * Math.atan2(2 * xy, xx - yy);
    const acrossX = -Math.sin(along);
    const acrossY = Math.cos(along);
    const at = shapeWidth * cell;
    this.#shapes[at] = cellM * this.#where[3 * cell] + x;
    this.#shapes[at + 1] = cellM * this.#where[3 * cell + 1] + y;
    this.#shapes[at + 2] = isLine ? weight * acrossX * acrossX : weight;
    this.#shapes[at + 3] = isLine ? weight * acrossX * acrossY : 0;
    this.#shapes[at + 4] = isLine ? weight * acrossY * acrossY : weight;
    return true;
  }
}

const placeOf = (column: number, row: number, layer: number): number =>
  ((((layer & layerMask) << sideBits) | (row & sideMask)) << sideBits) | (column & sideMask);
