import { compose, cuboidPose, invert, poseToMatrix, transformPoint, type Cuboid, type Pose } from "@sweepmark/geometry";
import type { PlacedSweep } from "@sweepmark/log";
import { BufferGeometry, GLBufferAttribute, Points, Sphere, Vector3, type Object3D, type WebGLRenderer } from "three";
import { intensityPower, quantile } from "./color-maps.ts";
import { planeInLidar, type EgoPlane } from "./ground-plane.ts";
import { pointMaterial, type PointMaterial } from "./point-material.ts";
import { poseToScene, type SceneOrigin } from "./scene-space.ts";

/** A buffer of more than this many times what is in it was made for a log of larger sweeps. */
const wasteAtMost = 4;

/** A WebGL buffer that is used again for each sweep: the sweep's array goes up as it is, without a copy on this side. */
export class GrowingBuffer {
  readonly attribute: GLBufferAttribute;
  capacityBytes = 0;
  private readonly gl: WebGL2RenderingContext;
  private readonly buffer: WebGLBuffer;

  constructor(gl: WebGL2RenderingContext, type: number, itemSize: number, elementSize: 1 | 2 | 4) {
    this.gl = gl;
    this.buffer = gl.createBuffer();
    this.attribute = new GLBufferAttribute(this.buffer, type, itemSize, elementSize, 0, type === gl.UNSIGNED_BYTE);
  }

  upload(data: Float32Array | Uint8Array | Int16Array | Uint16Array, count: number): void {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    const wasted = this.capacityBytes > wasteAtMost * Math.max(data.byteLength, 1 << 20);
    if (data.byteLength > this.capacityBytes || wasted) {
      // A quarter more, so that sweeps of slowly varying size do not reallocate.
      this.capacityBytes = Math.ceil((data.byteLength * 1.25) / 16) * 16;
      gl.bufferData(gl.ARRAY_BUFFER, this.capacityBytes, gl.DYNAMIC_DRAW);
    }
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, data);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
    this.attribute.count = count;
  }

  dispose(): void {
    this.gl.deleteBuffer(this.buffer);
  }
}

const intensityCaps = new WeakMap<PlacedSweep, number>();

/** 98 % of the sweep's intensities lie below this: the top of the intensity map. */
export function intensityCap(sweep: PlacedSweep): number {
  const known = intensityCaps.get(sweep);
  if (known !== undefined) return known;
  const cap = sweep.intensity ? quantile(sweep.intensity, sweep.count, sweep.intensityMax ?? 255, 0.98) : 1;
  intensityCaps.set(sweep, cap);
  return cap;
}

/** One lidar's points on the GPU. Reused from frame to frame: `show` replaces what is in it. */
export class SweepPoints {
  readonly object: Points;
  readonly material: PointMaterial;
  private readonly geometry = new BufferGeometry();
  private readonly positions: GrowingBuffer;
  private readonly intensity: GrowingBuffer;
  private readonly colors: GrowingBuffer;
  private shown: PlacedSweep | undefined;
  private blank = new Uint8Array(0);
  /** Whether the colour buffer holds anything but nothing. */
  private colorful = false;
  private lidarFromWorld: Pose<"lidar", "world"> | undefined;

  constructor(renderer: WebGLRenderer, parent: Object3D) {
    const gl = renderer.getContext() as WebGL2RenderingContext;
    this.positions = new GrowingBuffer(gl, gl.FLOAT, 3, 4);
    this.intensity = new GrowingBuffer(gl, gl.FLOAT, 1, 4);
    this.colors = new GrowingBuffer(gl, gl.UNSIGNED_BYTE, 4, 1);
    // three's types know only its own attributes here; the renderer takes both.
    const attach = (name: string, buffer: GrowingBuffer) =>
      this.geometry.setAttribute(name, buffer.attribute as unknown as Parameters<BufferGeometry["setAttribute"]>[1]);
    attach("position", this.positions);
    // Preset, since computing it reads every point.
    this.geometry.boundingSphere = new Sphere(new Vector3(), 1e6);
    attach("intensity", this.intensity);
    attach("rgba", this.colors);
    this.material = pointMaterial();
    this.object = new Points(this.geometry, this.material);
    this.object.frustumCulled = false;
    this.object.matrixAutoUpdate = false;
    this.object.renderOrder = 0;
    parent.add(this.object);
  }

  /** Shows a sweep with a known place. Uploads only when it is another one than before. */
  show(sweep: PlacedSweep, worldFromEgo: Pose<"world", "ego">, origin: SceneOrigin, plane: EgoPlane): void {
    if (!sweep.egoFromLidar) throw new Error(`sweep of ${sweep.topic} has no place`);
    const worldFromLidar = compose(worldFromEgo, sweep.egoFromLidar);
    this.lidarFromWorld = invert(worldFromLidar);
    this.object.matrix.fromArray(poseToMatrix(poseToScene(origin, worldFromLidar)));
    this.object.matrixWorldNeedsUpdate = true;
    this.object.visible = true;
    const { uniforms } = this.material;
    uniforms.plane.value.fromArray(planeInLidar(plane, sweep.egoFromLidar));
    const ego = transformPoint(invert(sweep.egoFromLidar), [0, 0, 0]);
    uniforms.ego.value.set(ego[0], ego[1], ego[2]);
    if (this.shown === sweep) return;
    this.shown = sweep;
    this.positions.upload(sweep.positions, sweep.count);
    this.geometry.setDrawRange(0, sweep.count);
    uniforms.hasIntensity.value = sweep.intensity ? 1 : 0;
    if (sweep.intensity) this.intensity.upload(sweep.intensity, sweep.count);
    else if (this.intensity.attribute.count < sweep.count)
      this.intensity.upload(new Float32Array(sweep.count), sweep.count);
    // Attributes that a mode does not read must still be long enough to be bound.
    if (this.colorful || this.colors.attribute.count < sweep.count) {
      this.colors.upload(this.noColors(sweep.count), sweep.count);
      this.colorful = false;
    }
    uniforms.intensityScale.value = 1 / intensityCap(sweep);
    uniforms.intensityPower.value = intensityPower;
  }

  /** [count × 4] colours from the camera images, alpha 0 where no camera sees the point. */
  setColors(colors: Uint8Array): void {
    if (!this.shown) return;
    this.colors.upload(colors, this.shown.count);
    this.colorful = true;
  }

  private noColors(count: number): Uint8Array {
    if (this.blank.length < 4 * count) this.blank = new Uint8Array(5 * count);
    return this.blank.subarray(0, 4 * count);
  }

  /** Bytes of its buffers on the GPU. */
  get gpuBytes(): number {
    return this.positions.capacityBytes + this.intensity.capacityBytes + this.colors.capacityBytes;
  }

  get sweep(): PlacedSweep | undefined {
    return this.shown;
  }

  /** The cuboid whose points are drawn brighter. @param focusM outside it by more than so much, metres, none are drawn. */
  setInside(cuboid: Cuboid<"world"> | undefined, focusM = 0): void {
    const { uniforms } = this.material;
    uniforms.focusM.value = focusM;
    uniforms.hasBox.value = cuboid && this.lidarFromWorld ? 1 : 0;
    if (!cuboid || !this.lidarFromWorld) return;
    const lidarFromBox = compose(this.lidarFromWorld, cuboidPose(cuboid));
    uniforms.boxFromLidar.value.fromArray(poseToMatrix(invert(lidarFromBox)));
    uniforms.boxHalf.value.set(cuboid.size[0] / 2, cuboid.size[1] / 2, cuboid.size[2] / 2);
  }

  hide(): void {
    this.object.visible = false;
  }

  /** After a lost context: its buffers are gone with it, and must not be deleted in the new one. */
  abandon(): void {
    this.object.removeFromParent();
  }

  dispose(): void {
    this.object.removeFromParent();
    this.geometry.dispose();
    this.material.dispose();
    for (const buffer of [this.positions, this.intensity, this.colors]) buffer.dispose();
  }
}
