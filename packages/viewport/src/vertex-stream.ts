import {
  BufferGeometry,
  DynamicDrawUsage,
  InterleavedBuffer,
  InterleavedBufferAttribute,
  Uint32BufferAttribute,
} from "three";

/** An attribute of each vertex and its number of floats. */
export type VertexPart = readonly [name: string, floats: number];

/**
 * A buffer of equal vertices that grows and is refilled for every picture. With `quads` four vertices are two triangles
 * (0 1 2, 0 2 3). As instances they would be a quarter of the bytes, but SwiftShader draws instances one after the other:
 * 31 µs for each of 20 000 quads instead of 7.
 */
export class VertexStream {
  /** Another object after the buffer had to grow. */
  geometry: BufferGeometry;
  /** Interleaved, [capacity × floats of a vertex]. */
  data: Float32Array;
  private buffer: InterleavedBuffer;
  private readonly parts: readonly VertexPart[];
  private readonly stride: number;
  private readonly shape: "vertices" | "quads";
  private count = 0;

  constructor(parts: readonly VertexPart[], vertices: number, shape: "vertices" | "quads" = "vertices") {
    this.parts = parts;
    this.shape = shape;
    this.stride = parts.reduce((sum, [, floats]) => sum + floats, 0);
    this.data = new Float32Array(this.stride * vertices);
    [this.buffer, this.geometry] = this.allocate();
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  begin(): void {
    this.count = 0;
  }

  /** Room for so many vertices more: where in `data` they begin. */
  add(vertices: number): number {
    const start = this.count * this.stride;
    this.count += vertices;
    if (this.count * this.stride > this.data.length) {
      const data = new Float32Array(Math.max(this.data.length * 2, this.count * this.stride));
      data.set(this.data);
      this.data = data;
      // A GPU buffer cannot change its size in three: the old one goes with its geometry.
      this.geometry.dispose();
      [this.buffer, this.geometry] = this.allocate();
    }
    return start;
  }

  end(): void {
    this.geometry.setDrawRange(0, this.shape === "quads" ? (this.count / 4) * 6 : this.count);
    this.buffer.clearUpdateRanges();
    this.buffer.addUpdateRange(0, this.count * this.stride);
    this.buffer.needsUpdate = true;
  }

  dispose(): void {
    this.geometry.dispose();
  }

  private allocate(): [InterleavedBuffer, BufferGeometry] {
    const buffer = new InterleavedBuffer(this.data, this.stride);
    buffer.setUsage(DynamicDrawUsage);
    const geometry = new BufferGeometry();
    let offset = 0;
    for (const [name, floats] of this.parts) {
      geometry.setAttribute(name, new InterleavedBufferAttribute(buffer, floats, offset));
      offset += floats;
    }
    if (this.shape === "quads") geometry.setIndex(new Uint32BufferAttribute(quadIndex(buffer.count / 4), 1));
    return [buffer, geometry];
  }
}

function quadIndex(quads: number): Uint32Array {
  const index = new Uint32Array(6 * quads);
  for (let i = 0; i < quads; i++) index.set([4 * i, 4 * i + 1, 4 * i + 2, 4 * i, 4 * i + 2, 4 * i + 3], 6 * i);
  return index;
}
