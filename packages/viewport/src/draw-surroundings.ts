import { transformPoint, yawOf, type Point, type Pose } from "@sweepmark/geometry";
import type { Keyframe } from "@sweepmark/schema";
import type { Eye } from "./eye.ts";
import type { EgoPlane } from "./ground-plane.ts";
import type { Rgb } from "./oklch.ts";
import { strokePolyline, type SceneColors, type SceneLayers } from "./scene-layers.ts";
import { egoCircle, toScene, type SceneOrigin } from "./scene-space.ts";

export const ringRadiiM = [10, 20, 30, 40] as const;

/** A usual car around ego's origin (taken as between the wheels of the rear axle): what "ego" means on the ground. */
const footprint = { frontM: 3.8, rearM: -1, halfWidthM: 0.95 } as const;

export interface GroundLabel {
  readonly kind: "ring" | "ego";
  readonly text: string;
  readonly at: Point<"scene">;
}

/** Range rings and ego's dashed footprint on the ground plane; gives the places of their words. */
export function drawSurroundings(
  layers: SceneLayers,
  eye: Eye,
  sceneFromEgo: Pose<"scene", "ego">,
  plane: EgoPlane,
  egoText: string,
  colors: SceneColors,
): GroundLabel[] {
  const onGround = (x: number, y: number): Point<"scene"> =>
    transformPoint(sceneFromEgo, [x, y, plane[0] * x + plane[1] * y + plane[2]]);
  const alpha = colors.theme === "dark" ? 0.26 : 0.3;
  const labels: GroundLabel[] = [];
  // The words stand ahead and to the left as the viewer sees it: in the picture from wherever one looks at ego.
  const labelAngle = Math.atan2(eye.right[1], eye.right[0]) - yawOf(sceneFromEgo.rotation) + (135 / 180) * Math.PI;
  for (const radiusM of ringRadiiM) {
    const ring = egoCircle(sceneFromEgo, plane, radiusM, 96);
    strokePolyline(layers.ground, eye, ring, { color: colors.third, alpha, widthPx: 1 });
    labels.push({
      kind: "ring",
      text: `${radiusM}\u00A0m`,
      at: onGround(radiusM * Math.cos(labelAngle), radiusM * Math.sin(labelAngle)),
    });
  }
  const { frontM, rearM, halfWidthM } = footprint;
  const corners = (
    [
      [frontM, halfWidthM],
      [rearM, halfWidthM],
      [rearM, -halfWidthM],
      [frontM, -halfWidthM],
      [frontM, halfWidthM],
    ] as const
  ).map(([x, y]) => onGround(x, y));
  strokePolyline(layers.ground, eye, corners, { color: colors.third, alpha: 0.9, widthPx: 1, dash: [4, 4] });
  strokePolyline(layers.ground, eye, [onGround(frontM, 0), onGround(frontM + 1, 0)], {
    color: colors.third,
    alpha: 0.9,
    widthPx: 1,
  });
  labels.push({ kind: "ego", text: egoText, at: onGround((frontM + rearM) / 2, 0) });
  return labels;
}

/** The way of the selected track over the ground: a thin line through its keyframes, with a dot at each. */
export function drawTrajectory(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  keyframes: readonly Keyframe[],
  color: Rgb,
  colors: SceneColors,
): void {
  let part: Point<"scene">[] = [];
  const flush = (): void => {
    if (part.length < 2) part = [];
    strokePolyline(layers.lines, eye, part, { color: colors.halo, alpha: 0.5, widthPx: 3 });
    strokePolyline(layers.lines, eye, part, { color, alpha: 0.8, widthPx: 1 });
    for (const at of part)
      layers.markers.marker(at, { shape: "disc", sizePx: 3.5, color, halo: colors.halo, haloPx: 1 });
    part = [];
  };
  for (const { cuboid } of keyframes) {
    if (!cuboid) {
      flush();
      continue;
    }
    const [x, y, z] = toScene(origin, cuboid.center);
    part.push([x, y, z - cuboid.size[2] / 2]);
  }
  flush();
}
