import { compose, cuboidPose, invert, poseToMatrix, type Cuboid, type Pose } from "@sweepmark/geometry";
import type { AccumulatedCloud } from "@sweepmark/log";
import { BufferGeometry, Points, Sphere, Vector3, type Object3D, type WebGLRenderer } from "three";
import { intensityPower, quantile } from "./color-maps.ts";
import { pointMaterial, type PointMaterial } from "./point-material.ts";
import { toScene, type SceneOrigin } from "./scene-space.ts";
import { GrowingBuffer } from "./sweep-points.ts";

/**
 * The accumulated cloud on the GPU: 20 bytes a point in one buffer per attribute, up once, reused by the next cloud.
 * Its colour modes are uniforms, as those of a sweep.
 */
export class CloudPoints {
  readonly material: PointMaterial;
  private readonly object: Points;
  private readonly geometry = new BufferGeometry();
  private readonly positions: GrowingBuffer;
  private readonly intensity: GrowingBuffer;
  private readonly heights: GrowingBuffer;
  private readonly sweeps: GrowingBuffer;
  private shown: AccumulatedCloud | undefined;

  constructor(renderer: WebGLRenderer, parent: Object3D) {
    const gl = renderer.getContext() as WebGL2RenderingContext;
    this.positions = new GrowingBuffer(gl, gl.FLOAT, 3, 4);
    this.intensity = new GrowingBuffer(gl, gl.FLOAT, 1, 4);
    this.heights = new GrowingBuffer(gl, gl.SHORT, 1, 2);
    this.sweeps = new GrowingBuffer(gl, gl.UNSIGNED_SHORT, 1, 2);
    const attach = (name: string, buffer: GrowingBuffer) =>
      this.geometry.setAttribute(name, buffer.attribute as unknown as Parameters<BufferGeometry["setAttribute"]>[1]);
    attach("position", this.positions);
    // Preset, since computing it reads every point.
    this.geometry.boundingSphere = new Sphere(new Vector3(), 1e6);
    attach("intensity", this.intensity);
    attach("heightCm", this.heights);
    attach("sweepIndex", this.sweeps);
    this.material = pointMaterial("accumulated");
    this.object = new Points(this.geometry, this.material);
    this.object.frustumCulled = false;
    this.object.matrixAutoUpdate = false;
    // Under the sweep, whose points win where both are.
    this.object.renderOrder = -1;
    parent.add(this.object);
  }

  /** Uploads only when it is another cloud than before. `groundM`: height of the ground under ego, in ego. */
  show(cloud: AccumulatedCloud, origin: SceneOrigin, groundM: number): void {
    const [x, y, z] = toScene(origin, cloud.origin);
    this.object.matrix.makeTranslation(x, y, z);
    this.object.matrixWorldNeedsUpdate = true;
    const { uniforms } = this.material;
    uniforms.groundM.value = groundM;
    if (this.shown === cloud) return;
    this.shown = cloud;
    const { count, intensity } = cloud;
    this.positions.upload(cloud.positions, count);
    this.intensity.upload(intensity ?? new Float32Array(count), count);
    this.heights.upload(cloud.heightsCm, count);
    this.sweeps.upload(cloud.sweepIndex, count);
    this.geometry.setDrawRange(0, count);
    uniforms.hasIntensity.value = intensity ? 1 : 0;
    uniforms.intensityScale.value = intensity ? 1 / quantile(intensity, count, cloud.intensityMax ?? 255, 0.98) : 1;
    uniforms.intensityPower.value = intensityPower;
    uniforms.lastSweep.value = cloud.sweeps.length - 1;
  }

  /** As of a sweep's points. */
  setInside(cuboid: Cuboid<"world"> | undefined, focusM = 0): void {
    const { uniforms } = this.material;
    uniforms.focusM.value = focusM;
    uniforms.hasBox.value = cuboid && this.shown ? 1 : 0;
    if (!cuboid || !this.shown) return;
    // The cloud's own space: world from its origin.
    const worldFromCloud: Pose<"world", "scene"> = { translation: this.shown.origin, rotation: [0, 0, 0, 1] };
    const cloudFromBox = compose(invert(worldFromCloud), cuboidPose(cuboid));
    uniforms.boxFromLidar.value.fromArray(poseToMatrix(invert(cloudFromBox)));
    uniforms.boxHalf.value.set(cuboid.size[0] / 2, cuboid.size[1] / 2, cuboid.size[2] / 2);
  }

  /** After a lost context: its buffers are gone with it, and must not be deleted in the new one. */
  abandon(): void {
    this.object.removeFromParent();
  }

  /** Bytes of its buffers on the GPU. */
  get gpuBytes(): number {
    return [this.positions, this.intensity, this.heights, this.sweeps].reduce((sum, one) => sum + one.capacityBytes, 0);
  }

  dispose(): void {
    this.object.removeFromParent();
    this.geometry.dispose();
    this.material.dispose();
    for (const buffer of [this.positions, this.intensity, this.heights, this.sweeps]) buffer.dispose();
  }
}
