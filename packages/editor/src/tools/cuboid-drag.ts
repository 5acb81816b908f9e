import {
  closestOnAxis,
  cuboidYaw,
  faceNormals,
  moveCuboid,
  rayCuboid,
  rayPlane,
  pointAlong,
  rotate,
  vec,
  wrapAngle,
  type Cuboid,
  type Face,
  type Size,
  type Vec3,
} from "@sweepmark/geometry";
import { faceCenter, yawRingRadius } from "../handles.ts";
import { resizedAbout, turned } from "../nudge.ts";
import type { PointerToolEvent } from "../types.ts";

/** What a drag does to a cuboid. */
export type CuboidGrip =
  | { readonly kind: "body" }
  | { readonly kind: "yaw" }
  | { readonly kind: "face"; readonly face: Face }
  /** Two faces that meet. */
  | { readonly kind: "corner"; readonly faces: readonly [Face, Face] }
  /** In the plane of a parallel view. */
  | { readonly kind: "slide"; readonly right: Vec3; readonly up: Vec3 };

const up: Vec3 = [0, 0, 1];
/** A pointer near the horizon would throw the cuboid out of sight. Of a drag, not from the eye: an orthographic one is anywhere. */
const reachM = 150;
const fineTurn = 0.2;
const snapRad = (15 * Math.PI) / 180;

/**
 * The cuboid after a drag from `down` to `now`, computed from what it was at pointer-down. Undefined where the pointer
 * says nothing (the sky, an axis seen end-on): it then stays as last shown.
 */
export function draggedCuboid(
  grip: CuboidGrip,
  cuboid: Cuboid<"world">,
  down: PointerToolEvent,
  now: PointerToolEvent,
): Cuboid<"world"> | undefined {
  switch (grip.kind) {
    case "body":
      return movedBody(cuboid, down, now);
    case "yaw":
      return turnedYaw(cuboid, down, now);
    case "face":
      return resizedFace(grip.face, cuboid, down, now);
    case "corner": {
      const [first, second] = grip.faces;
      const half = resizedFace(first, cuboid, down, now);
      return half && resizedFace(second, half, down, now);
    }
    case "slide":
      return slid(grip, cuboid, down, now);
  }
}

/** As far as the pointer went; Shift: along the nearer axis of the view. */
function slid(
  { right, up: upward }: Extract<CuboidGrip, { readonly kind: "slide" }>,
  cuboid: Cuboid<"world">,
  down: PointerToolEvent,
  now: PointerToolEvent,
): Cuboid<"world"> | undefined {
  const by = vec.subtract(now.ray.origin, down.ray.origin);
  let [across, rise] = [vec.dot(by, right), vec.dot(by, upward)];
  if (Math.hypot(across, rise) > reachM) return undefined;
  if (now.modifiers.shift) [across, rise] = Math.abs(across) >= Math.abs(rise) ? [across, 0] : [0, rise];
  return moveCuboid(cuboid, vec.add(vec.scale(right, across), vec.scale(upward, rise)));
}

/** In the ground plane through the point that was grabbed; Alt: along z; Shift: along the cuboid's own nearer axis. */
function movedBody(
  cuboid: Cuboid<"world">,
  down: PointerToolEvent,
  now: PointerToolEvent,
): Cuboid<"world"> | undefined {
  const hit = rayCuboid(down.ray, cuboid);
  const grab = hit ? pointAlong(down.ray, hit.distanceM) : cuboid.center;
  if (now.modifiers.alt) {
    const rise = closestOnAxis(now.ray, grab, up);
    return rise === undefined || Math.abs(rise) > reachM ? undefined : moveCuboid(cuboid, [0, 0, rise]);
  }
  const here = rayPlane(now.ray, grab, up);
  if (!here || vec.distance(here, grab) > reachM) return undefined;
  const by = vec.subtract(here, grab);
  return moveCuboid(cuboid, now.modifiers.shift ? alongNearerAxis(cuboid, by) : by);
}

function alongNearerAxis(cuboid: Cuboid<"world">, by: Vec3): Vec3 {
  const [length, width] = (["front", "left"] as const).map((face) => rotate(cuboid.rotation, faceNormals[face]));
  const along = vec.dot(by, length);
  const across = vec.dot(by, width);
  return Math.abs(along) >= Math.abs(across) ? vec.scale(length, along) : vec.scale(width, across);
}

/** By the angle that the pointer goes round the centre; Shift: a fifth of it; Ctrl: in steps of 15°. */
function turnedYaw(
  cuboid: Cuboid<"world">,
  down: PointerToolEvent,
  now: PointerToolEvent,
): Cuboid<"world"> | undefined {
  const bottom = vec.add(cuboid.center, rotate(cuboid.rotation, [0, 0, -cuboid.size[2] / 2]));
  const angleOf = (event: PointerToolEvent): number | undefined => {
    const at = rayPlane(event.ray, bottom, up);
    // Close to the centre a pixel is many degrees.
    if (!at || Math.hypot(at[0] - bottom[0], at[1] - bottom[1]) < 0.05 * yawRingRadius(cuboid)) return undefined;
    return Math.atan2(at[1] - bottom[1], at[0] - bottom[0]);
  };
  const from = angleOf(down) ?? cuboidYaw(cuboid);
  const to = angleOf(now);
  if (to === undefined) return undefined;
  const by = wrapAngle(to - from);
  if (now.modifiers.ctrl) return turned(cuboid, Math.round(by / snapRad) * snapRad);
  return turned(cuboid, now.modifiers.shift ? by * fineTurn : by);
}

/** The face follows the pointer along its axis, the opposite one stays; Shift: both go, the centre stays. */
function resizedFace(
  face: Face,
  cuboid: Cuboid<"world">,
  down: PointerToolEvent,
  now: PointerToolEvent,
): Cuboid<"world"> | undefined {
  const normal = faceNormals[face];
  const axis = rotate(cuboid.rotation, normal);
  const origin = faceCenter(cuboid, face);
  const from = closestOnAxis(down.ray, origin, axis);
  const to = closestOnAxis(now.ray, origin, axis);
  if (from === undefined || to === undefined || Math.abs(to) > reachM) return undefined;
  const symmetric = now.modifiers.shift;
  const index = normal.findIndex((part) => part !== 0);
  const growth = (to - from) * (symmetric ? 2 : 1);
  const size = cuboid.size.with(index, cuboid.size[index] + growth) as unknown as Size;
  return resizedAbout(cuboid, size, symmetric ? [0, 0, 0] : vec.scale(normal, -1));
}
