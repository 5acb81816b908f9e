import { trajectoryOf } from "@sweepmark/document";
import { cuboidFoot, transformPoint, yawOf, type Point, type Pose, type TimestampNs } from "@sweepmark/geometry";
import type { Keyframe, Track } from "@sweepmark/schema";
import { pixelOf, type Eye } from "./eye.ts";
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

/** Marks of keyframes nearer to the one before than this are left out, but for the last: a way must not be a string of beads. */
const markFromPx = 8;

/**
 * The way of the selected track over the ground as the labels have it, dashed past its keyframes; with a mark at each
 * keyframe, a disc for what a person said and a ring for the rest, that of the shown frame in the accent.
 */
export function drawTrajectory(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  {
    track,
    keyframes,
    at,
  }: { readonly track: Track; readonly keyframes: readonly Keyframe[]; readonly at: TimestampNs },
  color: Rgb,
  colors: SceneColors,
): void {
  for (const { kind, points } of trajectoryOf(track, keyframes)) {
    const line = points.map((point) => toScene(origin, point));
    const dash = kind === "beyond" ? ([5, 4] as const) : undefined;
    if (!dash) strokePolyline(layers.lines, eye, line, { color: colors.halo, alpha: 0.5, widthPx: 3.5 });
    strokePolyline(layers.lines, eye, line, { color, alpha: dash ? 0.6 : 0.85, widthPx: 1.5, ...(dash && { dash }) });
  }
  let before: readonly [number, number] | undefined;
  for (const [i, keyframe] of keyframes.entries()) {
    if (!keyframe.cuboid) continue;
    const place = toScene(origin, cuboidFoot(keyframe.cuboid));
    const pixel = pixelOf(eye, place)?.at;
    const shown = keyframe.at === at;
    const crowded = pixel && before && Math.hypot(pixel[0] - before[0], pixel[1] - before[1]) < markFromPx;
    if (crowded && !shown && i < keyframes.length - 1) continue;
    before = pixel;
    const shape = keyframe.source === "human" ? "disc" : "ring";
    const ink = shown ? colors.accent : color;
    layers.markers.marker(place, { shape, sizePx: shown ? 9 : 7, color: ink, halo: colors.halo, haloPx: 1 });
  }
}
