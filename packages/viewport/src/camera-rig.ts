import CameraControls from "camera-controls";
import {
  Box3,
  Matrix4,
  OrthographicCamera,
  PerspectiveCamera,
  Quaternion,
  Raycaster,
  Sphere,
  Spherical,
  Vector2,
  Vector3,
  Vector4,
} from "three";
import { wrapAngle, yawOf, type Point, type Pose } from "@sweepmark/geometry";
import type { Eye } from "./eye.ts";
import { carriedWithEgo } from "./scene-space.ts";

CameraControls.install({
  THREE: { Vector2, Vector3, Vector4, Quaternion, Matrix4, Spherical, Box3, Sphere, Raycaster },
});

const { ACTION } = CameraControls;
const fovDegrees = 50;
const tangent = Math.tan((fovDegrees / 2) * (Math.PI / 180));
/** Flights settle in about 200 ms; `smoothTime` is roughly a third of that. */
const flightSmoothTime = 0.07;
/** camera-controls divides by the step: with 0 its velocities, and then the camera, become NaN. */
const leastStepSeconds = 1e-3;
/** What a drag with the left button does to the perspective view. */
export type LeftDrag = "orbit" | "pan";
/** A branded point cannot be spread; a plain triple can. */
const xyz = ([x, y, z]: Point<"scene">): [number, number, number] => [x, y, z];
const reducedMotion = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * The eye of the 3D view. Perspective: left orbits, right pans (or the other way round), the wheel goes to the cursor. Top: a parallel view from
 * straight above, left pans, right turns. Both share target and scale, so that one key goes there and back.
 *
 * Between frames the view keeps its place relative to ego (translation and yaw, not pitch and roll): the road rolls by
 * under a steady view, as from the car.
 */
export class CameraRig {
  readonly controls: CameraControls;
  readonly perspective = new PerspectiveCamera(fovDegrees, 1, 0.2, 2000);
  readonly orthographic = new OrthographicCamera(-1, 1, 1, -1, -2000, 4000);
  private leftDrag: LeftDrag = "orbit";
  private projection: "perspective" | "top" = "perspective";
  private widthPx = 1;
  private heightPx = 1;
  /** Tilt to come back to from the top view. */
  private polarRad = 1.1;
  private ego: Pose<"scene", "ego"> | undefined;
  private readonly element: HTMLElement;
  private readonly off = new AbortController();

  constructor(element: HTMLElement, onChange: () => void) {
    for (const camera of [this.perspective, this.orthographic]) {
      camera.up.set(0, 0, 1);
      // R3F would set the aspect by its own idea of the default camera.
      (camera as { manual?: boolean }).manual = true;
    }
    this.controls = new CameraControls(this.perspective, element);
    const { controls } = this;
    // Away from its target from the start: at distance 0 its directions are NaN.
    void controls.setLookAt(-13, 0, 10.5, 9, 0, 0, false);
    controls.smoothTime = reducedMotion() ? 0 : flightSmoothTime;
    controls.draggingSmoothTime = 0.02;
    controls.dollyToCursor = true;
    controls.dollySpeed = 0.6;
    controls.minDistance = 0.8;
    controls.maxDistance = 400;
    controls.minZoom = 0.5;
    controls.maxZoom = 400;
    controls.maxPolarAngle = Math.PI / 2 - 0.01;
    controls.touches = { one: ACTION.TOUCH_ROTATE, two: ACTION.TOUCH_DOLLY_TRUCK, three: ACTION.NONE };
    this.setButtons();
    this.element = element;
    element.addEventListener(
      "wheel",
      (event) => {
        if (this.projection !== "top") return;
        event.preventDefault();
        this.zoomTop(event);
        onChange();
      },
      { passive: false, signal: this.off.signal },
    );
    for (const event of ["control", "controlstart", "transitionstart", "wake"] as const)
      controls.addEventListener(event, onChange);
  }

  get camera(): PerspectiveCamera | OrthographicCamera {
    return this.projection === "top" ? this.orthographic : this.perspective;
  }

  resize(widthPx: number, heightPx: number): void {
    if (widthPx === this.widthPx && heightPx === this.heightPx) return;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.perspective.aspect = widthPx / heightPx;
    // One unit of the parallel view is one CSS pixel, so that `zoom` is pixels per metre.
    this.orthographic.left = -widthPx / 2;
    this.orthographic.right = widthPx / 2;
    this.orthographic.top = heightPx / 2;
    this.orthographic.bottom = -heightPx / 2;
    this.perspective.updateProjectionMatrix();
    this.orthographic.updateProjectionMatrix();
    // Its near plane corners, for pans and zooms, are taken from the camera when it is set.
    this.controls.camera = this.camera;
  }

  setLeftDrag(leftDrag: LeftDrag): void {
    this.leftDrag = leftDrag;
    this.setButtons();
  }

  /** Returns whether another picture is needed. */
  update(deltaSeconds: number): boolean {
    return this.controls.update(Math.max(leastStepSeconds, Math.min(deltaSeconds, 0.05)));
  }

  setProjection(projection: "perspective" | "top"): void {
    if (projection === this.projection) return;
    const { controls } = this;
    const distanceM = controls.distance;
    this.projection = projection;
    if (projection === "top") {
      this.polarRad = controls.polarAngle;
      controls.camera = this.orthographic;
      controls.minPolarAngle = controls.maxPolarAngle = 0;
      void controls.rotatePolarTo(0, false);
      void controls.zoomTo(this.heightPx / (2 * distanceM * tangent), false);
    } else {
      const scale = this.orthographic.zoom;
      controls.camera = this.perspective;
      controls.minPolarAngle = 0;
      controls.maxPolarAngle = Math.PI / 2 - 0.01;
      void controls.rotatePolarTo(this.polarRad, false);
      void controls.zoomTo(1, false);
      void controls.dollyTo(this.heightPx / (2 * scale * tangent), false);
    }
    this.setButtons();
    controls.update(leastStepSeconds);
  }

  /** Behind and above ego, looking the way it drives. */
  reset(sceneFromEgo: Pose<"scene", "ego">, transition: "fly" | "jump"): void {
    this.ego = sceneFromEgo;
    const [x, y, z] = sceneFromEgo.translation;
    const yaw = yawOf(sceneFromEgo.rotation);
    const at = (ahead: number, up: number): Point<"scene"> => [
      x + Math.cos(yaw) * ahead,
      y + Math.sin(yaw) * ahead,
      z + up,
    ];
    const fly = transition === "fly" && !reducedMotion();
    if (this.projection === "top") {
      const { controls } = this;
      void controls.moveTo(...xyz(at(10, 0)), fly);
      void controls.rotateAzimuthTo(yaw - Math.PI / 2, fly);
      void controls.zoomTo(this.heightPx / 90, fly);
      return;
    }
    void this.controls.setLookAt(...xyz(at(-13, 10.5)), ...xyz(at(9, 0)), fly);
  }

  /** Keeps the view's place relative to ego. The first call puts it behind ego. */
  followEgo(sceneFromEgo: Pose<"scene", "ego">): void {
    const before = this.ego;
    this.ego = sceneFromEgo;
    if (!before) {
      this.reset(sceneFromEgo, "jump");
      return;
    }
    const yawDelta = wrapAngle(yawOf(sceneFromEgo.rotation) - yawOf(before.rotation));
    const moved = (point: Vector3): Point<"scene"> =>
      carriedWithEgo(before, sceneFromEgo, yawDelta, [point.x, point.y, point.z]);
    const target = moved(this.controls.getTarget(new Vector3()));
    if (this.projection === "top") {
      // Straight above, the azimuth cannot be read from the position.
      void this.controls.moveTo(...xyz(target), false);
      void this.controls.rotateAzimuthTo(this.controls.azimuthAngle + yawDelta, false);
      return;
    }
    void this.controls.setLookAt(...xyz(moved(this.controls.getPosition(new Vector3()))), ...xyz(target), false);
  }

  /** Brings a place into the middle at a fitting distance, keeping the direction of view. */
  focus(center: Point<"scene">, radiusM: number): void {
    const fly = !reducedMotion();
    void this.controls.moveTo(...xyz(center), fly);
    if (this.projection === "top") void this.controls.zoomTo(this.heightPx / (radiusM * 7), fly);
    else void this.controls.dollyTo(Math.max(5, radiusM * 4.2), fly);
  }

  /** Makes a place the point to orbit about, without changing the distance. */
  lookAt(point: Point<"scene">): void {
    void this.controls.moveTo(...xyz(point), !reducedMotion());
  }

  eye(): Eye {
    const { camera } = this;
    camera.updateMatrixWorld();
    camera.matrixWorldInverse.copy(camera.matrixWorld).invert();
    const e = camera.matrixWorld.elements;
    const clipFromScene = new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse).elements;
    return {
      projection: this.projection,
      position: [e[12], e[13], e[14]],
      forward: [-e[8], -e[9], -e[10]],
      right: [e[0], e[1], e[2]],
      widthPx: this.widthPx,
      heightPx: this.heightPx,
      clipFromScene,
      pixelFactorM: this.projection === "top" ? 1 / this.orthographic.zoom : (2 * tangent) / this.heightPx,
    };
  }

  dispose(): void {
    this.off.abort();
    this.controls.dispose();
  }

  /** Zooms the top view so that the place under the pointer stays there. */
  private zoomTop(event: WheelEvent): void {
    const { controls, orthographic } = this;
    const bounds = this.element.getBoundingClientRect();
    const right = event.clientX - bounds.left - bounds.width / 2;
    const up = bounds.top + bounds.height / 2 - event.clientY;
    const steps = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    const before = orthographic.zoom;
    const after = Math.min(controls.maxZoom, Math.max(controls.minZoom, before * Math.exp(-steps / 500)));
    const shiftM = 1 / before - 1 / after;
    const e = orthographic.matrixWorld.elements;
    const target = controls.getTarget(new Vector3());
    void controls.zoomTo(after, false);
    void controls.moveTo(
      target.x + (e[0] * right + e[4] * up) * shiftM,
      target.y + (e[1] * right + e[5] * up) * shiftM,
      target.z,
      false,
    );
    // Several wheel steps may come before the next picture: each must see what the last one did.
    controls.update(leastStepSeconds);
  }

  private setButtons(): void {
    const top = this.projection === "top";
    const leftPans = top || this.leftDrag === "pan";
    this.controls.mouseButtons = {
      left: leftPans ? ACTION.TRUCK : ACTION.ROTATE,
      right: leftPans ? ACTION.ROTATE : ACTION.TRUCK,
      middle: ACTION.TRUCK,
      // See zoomTop: exact to the cursor, and at once.
      wheel: top ? ACTION.NONE : ACTION.DOLLY,
    };
  }
}
