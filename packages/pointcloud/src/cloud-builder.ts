import { compose, poseToMatrix, type Pose, type Space } from "@sweepmark/geometry";
import { blocksOf, type CloudBlocks } from "./blocks.ts";

/** One lidar's points to be added to a cloud. Borrowed. */
export interface CloudPart<S extends Space> {
  /** At most this many points. */
  readonly count: number;
  /** [≥ count × 3] metres, in `lidar`. */
  readonly positions: Float32Array;
  /** [≥ count] */
  readonly intensity?: Float32Array | undefined;
  readonly spaceFromEgo: Pose<S, "ego">;
  readonly egoFromLidar: Pose<"ego", "lidar">;
  /** [≥ count] not 0: left out. */
  readonly leftOut?: Uint8Array | undefined;
  /** Points farther from the lidar are left out. */
  readonly rangeM?: number | undefined;
  /** What the points come from, 0–65535: the number of the sweep. */
  readonly source: number;
}

/** Points in space `S`, in blocks; every array has a buffer of its own and no more than it needs. */
export interface BuiltCloud {
  readonly count: number;
  /** [count × 3] metres, in `S`. */
  readonly positions: Float32Array;
  /** [count] as given, 0 for points of parts without; undefined where no part had any. */
  readonly intensity: Float32Array | undefined;
  /** [count] centimetres over the x–y plane of the ego that the point was seen from, at most ±327 m. */
  readonly heightsCm: Int16Array;
  /** [count] */
  readonly sources: Uint16Array;
  readonly blocks: CloudBlocks;
  /** Side of the voxels that the points were thinned by; 0: none. */
  readonly voxelM: number;
}

export interface CloudOptions {
  /** Side of a voxel, metres; 0: no thinning until the budget asks for it. */
  readonly voxelM: number;
  /** Budget, at least 8 (the voxels around the origin never become one). */
  readonly maxPoints: number;
}

/** Where thinning that was not asked for begins. */
const firstVoxelM = 0.01;
const firstCapacity = 1 << 12;

/**
 * A cloud put together from sweeps under a budget of points. Of each voxel one point is kept: the one seen from
 * nearest, since errors of range and of angle both grow with the distance; ties go by the coordinates. That order does
 * not ask how large voxels are, and voxels only ever double, so a point that was dropped would have been dropped from
 * every larger voxel too: the points kept, and the size of the voxels (the smallest doubling of the one asked for that
 * fits the budget), do not depend on the order of the parts. Takes 0.5 µs a point, most of it waiting for memory.
 */
export class CloudBuilder<S extends Space> {
  readonly #maxPoints: number;
  #voxelM: number;
  #count = 0;
  #hasIntensity = false;
  #positions = new Float32Array(3 * firstCapacity);
  #intensity = new Float32Array(firstCapacity);
  #ranges = new Float32Array(firstCapacity);
  #heightsCm = new Int16Array(firstCapacity);
  #sources = new Uint16Array(firstCapacity);
  /** Open addressing: 1 + index of a voxel's point, 0: free. At most half full. */
  #table = new Int32Array(2 * firstCapacity);

  constructor({ voxelM, maxPoints }: CloudOptions) {
    this.#voxelM = voxelM;
    this.#maxPoints = Math.max(8, Math.floor(maxPoints));
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a part; the numbers are of its points. How many are kept, {@link build} knows: a later part may see better. */
  add(part: CloudPart<S>): { readonly added: number; readonly leftOut: number; readonly tooFar: number } {
    const { positions, intensity, leftOut, source } = part;
    const m = poseToMatrix(compose(part.spaceFromEgo, part.egoFromLidar));
    const e = poseToMatrix(part.egoFromLidar);
    const rangeM = part.rangeM ?? Infinity;
    if (intensity) this.#hasIntensity = true;
    let out = 0;
    let far = 0;
    for (let i = 0; i < part.count; i++) {
      if (leftOut && leftOut[i] !== 0) {
        out++;
        continue;
      }
      const x = positions[3 * i];
      const y = positions[3 * i + 1];
      const z = positions[3 * i + 2];
      const range = Math.sqrt(x * x + y * y + z * z);
      if (range > rangeM) {
        far++;
        continue;
      }
      const heightCm = 100 * (e[2] * x + e[6] * y + e[10] * z + e[14]);
      this.#put(
        Math.fround(m[0] * x + m[4] * y + m[8] * z + m[12]),
        Math.fround(m[1] * x + m[5] * y + m[9] * z + m[13]),
        Math.fround(m[2] * x + m[6] * y + m[10] * z + m[14]),
        Math.fround(range),
        intensity ? intensity[i] : 0,
        Math.max(-32767, Math.min(32767, Math.round(heightCm))),
        source,
      );
    }
    return { added: part.count - out - far, leftOut: out, tooFar: far };
  }

  /** The cloud so far, in arrays of its own. */
  build(): BuiltCloud {
    const count = this.#count;
    const { order, blocks } = blocksOf(this.#positions, count);
    const positions = new Float32Array(3 * count);
    const intensity = this.#hasIntensity ? new Float32Array(count) : undefined;
    const heightsCm = new Int16Array(count);
    const sources = new Uint16Array(count);
    for (let k = 0; k < count; k++) {
      const i = order[k];
      positions[3 * k] = this.#positions[3 * i];
      positions[3 * k + 1] = this.#positions[3 * i + 1];
      positions[3 * k + 2] = this.#positions[3 * i + 2];
      if (intensity) intensity[k] = this.#intensity[i];
      heightsCm[k] = this.#heightsCm[i];
      sources[k] = this.#sources[i];
    }
    return { count, positions, intensity, heightsCm, sources, blocks, voxelM: this.#voxelM };
  }

  #put(x: number, y: number, z: number, range: number, intensity: number, heightCm: number, source: number): void {
    for (;;) {
      const slot = this.#voxelM > 0 ? this.#slotOf(x, y, z) : -1;
      const held = slot < 0 ? -1 : this.#table[slot] - 1;
      if (held >= 0) {
        if (this.#isNearer(x, y, z, range, intensity, source, held))
          this.#write(held, x, y, z, range, intensity, heightCm, source);
        return;
      }
      if (this.#count < this.#maxPoints) {
        if (this.#count === this.#ranges.length) {
          this.#enlarge();
          continue;
        }
        if (slot >= 0) this.#table[slot] = this.#count + 1;
        this.#write(this.#count++, x, y, z, range, intensity, heightCm, source);
        return;
      }
      this.#coarsen();
    }
  }

  /** Where the voxel of a position is in the table, or the free slot where it would be. */
  #slotOf(x: number, y: number, z: number): number {
    const table = this.#table;
    const positions = this.#positions;
    // Halves exactly when the side doubles, so that every voxel lies in one of twice the side.
    const perM = 1 / this.#voxelM;
    const vx = Math.floor(x * perM);
    const vy = Math.floor(y * perM);
    const vz = Math.floor(z * perM);
    let hash = Math.imul(vx, 0x9e3779b1) ^ Math.imul(vy, 0x85ebca77) ^ Math.imul(vz, 0xc2b2ae3d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const mask = table.length - 1;
    let slot = hash & mask;
    for (;;) {
      const at = 3 * (table[slot] - 1);
      if (
        at < 0 ||
        (Math.floor(positions[at] * perM) === vx &&
          Math.floor(positions[at + 1] * perM) === vy &&
          Math.floor(positions[at + 2] * perM) === vz)
      )
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isNearer(x: number, y: number, z: number, range: number, intensity: number, source: number, held: number): boolean {
    const positions = this.#positions;
    if (range !== this.#ranges[held]) return range < this.#ranges[held];
    if (x !== positions[3 * held]) return x < positions[3 * held];
    if (y !== positions[3 * held + 1]) return y < positions[3 * held + 1];
    if (z !== positions[3 * held + 2]) return z < positions[3 * held + 2];
    if (intensity !== this.#intensity[held]) return intensity < this.#intensity[held];
    return source < this.#sources[held];
  }

  #write(
    at: number,
    x: number,
    y: number,
    z: number,
    range: number,
    intensity: number,
    heightCm: number,
    source: number,
  ): void {
    this.#positions[3 * at] = x;
    this.#positions[3 * at + 1] = y;
    this.#positions[3 * at + 2] = z;
    this.#ranges[at] = range;
    this.#intensity[at] = intensity;
    this.#heightsCm[at] = heightCm;
    this.#sources[at] = source;
  }

  /** Voxels twice as large (or the first ones), until fewer points are left than the budget has. */
  #coarsen(): void {
    this.#voxelM = this.#voxelM > 0 ? 2 * this.#voxelM : firstVoxelM;
    this.#table.fill(0);
    const before = this.#count;
    this.#count = 0;
    const positions = this.#positions;
    for (let i = 0; i < before; i++) {
      const x = positions[3 * i];
      const y = positions[3 * i + 1];
      const z = positions[3 * i + 2];
      const slot = this.#slotOf(x, y, z);
      const held = this.#table[slot] - 1;
      const [range, intensity, source] = [this.#ranges[i], this.#intensity[i], this.#sources[i]];
      // What is written lies before what is read.
      if (held < 0) {
        this.#table[slot] = this.#count + 1;
        this.#write(this.#count++, x, y, z, range, intensity, this.#heightsCm[i], source);
      } else if (this.#isNearer(x, y, z, range, intensity, source, held)) {
        this.#write(held, x, y, z, range, intensity, this.#heightsCm[i], source);
      }
    }
  }

  #enlarge(): void {
    const capacity = Math.min(2 * this.#ranges.length, Math.max(this.#maxPoints, firstCapacity));
    this.#positions = enlarged(this.#positions, new Float32Array(3 * capacity));
    this.#intensity = enlarged(this.#intensity, new Float32Array(capacity));
    this.#ranges = enlarged(this.#ranges, new Float32Array(capacity));
    this.#heightsCm = enlarged(this.#heightsCm, new Int16Array(capacity));
    this.#sources = enlarged(this.#sources, new Uint16Array(capacity));
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity)));
    if (this.#voxelM === 0) return;
    for (let i = 0; i < this.#count; i++)
      this.#table[this.#slotOf(this.#positions[3 * i], this.#positions[3 * i + 1], this.#positions[3 * i + 2])] = i + 1;
  }
}

function enlarged<T extends Float32Array | Int16Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
