import {
  cuboidCorners,
  cuboidEdges,
  cuboidPose,
  transformPoint,
  vec,
  type Cuboid,
  type Face,
  type Point,
  type Vec3,
} from "@sweepmark/geometry";
import type { TrackMoment } from "@sweepmark/document";
import { facePullable, type Handle } from "@sweepmark/editor";
import { faceCorners, faces, facesSeen, headingChevron, isBackEdge, type Sight } from "./cuboid-edges.ts";
import { alphaAt, distanceTo, metresPerPixel, type Eye } from "./eye.ts";
import type { Rgb } from "./oklch.ts";
import { haloOf, type SceneColors, type SceneLayers } from "./scene-layers.ts";
import { toScene, type SceneOrigin } from "./scene-space.ts";
import type { Stroke } from "./thick-lines.ts";

export interface DrawnCuboid {
  readonly moment: TrackMoment;
  readonly color: Rgb;
  readonly state: "plain" | "hovered" | "selected";
}

/** Longest heading chevron on screen, CSS pixels. */
const chevronPx = 22;
const backAlpha = 0.38;

/** All cuboids, far ones first, so that near lines and their halos cover far ones. The selected one is last. */
export function drawCuboids(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  cuboids: readonly DrawnCuboid[],
  colors: SceneColors,
): void {
  const sorted = cuboids
    .map((drawn) => {
      const { cuboid } = drawn.moment;
      const inScene: Cuboid<"scene"> = { ...cuboid, center: toScene(origin, cuboid.center) };
      return { drawn, inScene, distanceM: distanceTo(eye, inScene.center) };
    })
    .toSorted((a, b) => rank(a.drawn) - rank(b.drawn) || b.distanceM - a.distanceM);
  for (const { drawn, inScene, distanceM } of sorted) drawCuboid(layers, eye, inScene, drawn, distanceM, colors);
}

const rank = ({ state }: DrawnCuboid): number => (state === "selected" ? 1 : 0);

function drawCuboid(
  layers: SceneLayers,
  eye: Eye,
  cuboid: Cuboid<"scene">,
  { color, state }: DrawnCuboid,
  distanceM: number,
  colors: SceneColors,
): void {
  const selected = state === "selected";
  const alpha = selected ? 1 : alphaAt(distanceM);
  const widthPx = state === "plain" ? (distanceM < 30 ? 1.5 : 1) : 2;
  const front: Stroke = { color: selected ? colors.selection : color, alpha, widthPx };
  const sight: Sight<"scene"> =
    eye.projection === "top" ? { kind: "parallel", forward: eye.forward } : { kind: "eye", position: eye.position };
  const seen = facesSeen(cuboid, sight);
  const corners = cuboidCorners(cuboid);

  for (const face of faces) {
    const [a, b, c, d] = faceCorners[face].map((index) => corners[index]);
    // Seen from above only the top face matters; the others would add up to more than 20 %.
    if (!seen.has(face) && face !== "front") continue;
    const fill = face === "front" ? (selected ? 0.2 : 0.16) : selected ? 0.09 : 0.05;
    layers.faces.triangle(a, b, c, color, fill * alpha);
    layers.faces.triangle(a, c, d, color, fill * alpha);
  }

  const chevron = headingChevron(cuboid, chevronPx * metresPerPixel(eye, Math.max(1, distanceM)));
  layers.fills.triangle(chevron.left, chevron.right, chevron.tip, front.color, alpha);

  const edges = cuboidEdges.map(([from, to], edge) => ({ edge, from: corners[from], to: corners[to] }));
  // From straight above the front's top edge covers its bottom edge: that one is the wide one there.
  const heading = eye.projection === "top" ? 4 : 0;
  const headingPx = eye.projection === "top" ? 3 : widthPx + 1;
  const stroke = (edge: number): Stroke => (edge === heading ? { ...front, widthPx: headingPx } : front);
  for (const { edge, from, to } of edges)
    if (isBackEdge(edge, seen)) layers.lines.segment(from, to, { ...stroke(edge), alpha: alpha * backAlpha });
  for (const { edge, from, to } of edges)
    if (!isBackEdge(edge, seen)) layers.lines.segment(from, to, haloOf(stroke(edge), colors.halo));
  for (const { edge, from, to } of edges) if (!isBackEdge(edge, seen)) layers.lines.segment(from, to, stroke(edge));
}

/** Where the cuboid was when the gesture began: its edges at 35 %. */
export function drawGhost(
  layers: SceneLayers,
  origin: SceneOrigin,
  cuboid: Cuboid<"world">,
  colors: SceneColors,
): void {
  const corners = cuboidCorners<"scene">({ ...cuboid, center: toScene(origin, cuboid.center) });
  for (const [from, to] of cuboidEdges)
    layers.lines.segment(corners[from], corners[to], { color: colors.selection, alpha: 0.35, widthPx: 1 });
}

/** What a click would make: dashed in the class's colour, with its heading; nothing of it is there yet. */
export function drawPreview(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  cuboid: Cuboid<"world">,
  color: Rgb,
): void {
  const inScene: Cuboid<"scene"> = { ...cuboid, center: toScene(origin, cuboid.center) };
  const corners = cuboidCorners(inScene);
  const stroke: Stroke = { color, alpha: 1, widthPx: 2, dash: [5, 3] };
  for (const [from, to] of cuboidEdges) layers.lines.segment(corners[from], corners[to], stroke);
  const distanceM = Math.max(1, distanceTo(eye, inScene.center));
  const chevron = headingChevron(inScene, chevronPx * metresPerPixel(eye, distanceM));
  layers.fills.triangle(chevron.left, chevron.right, chevron.tip, color, 1);
}

/** Half a cuboid's diagonal on screen below which its squares would hide it, CSS pixels. */
const handlesFromPx = 20;

/**
 * Squares on the faces that can be pulled from here, and the knob on its arc of 150° at ground level. Of a cuboid that
 * is small on screen only the knob.
 */
export function drawCuboidHandles(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  cuboid: Cuboid<"world">,
  handles: readonly Handle[],
  colors: SceneColors,
): void {
  const middle = toScene(origin, cuboid.center);
  const reachPx = Math.hypot(...cuboid.size) / 2 / metresPerPixel(eye, Math.max(1, distanceTo(eye, middle)));
  for (const handle of handles) {
    const at = toScene(origin, handle.position);
    if (handle.kind !== "yaw" && reachPx < handlesFromPx) continue;
    if (handle.kind === "yaw") {
      drawYawArc(layers, middle, cuboid, at, colors);
      layers.markers.marker(at, knob(colors));
    }
    if (handle.kind === "face" && !facePullable(cuboid, handle.key as Face, sightTo(eye, at))) continue;
    if (handle.kind === "face" || handle.kind === "corner")
      layers.markers.marker(at, {
        shape: "square",
        sizePx: handle.kind === "face" ? 7 : 5,
        color: colors.selection,
        halo: colors.halo,
        haloPx: 1.25,
      });
  }
}

function sightTo({ projection, forward, position }: Eye, at: Point<"scene">): Vec3 {
  if (projection === "top") return forward;
  return vec.normalize(vec.subtract(at, position)) ?? forward;
}

const knob = (colors: SceneColors) =>
  ({ shape: "disc", sizePx: 10, color: colors.selection, halo: colors.halo, haloPx: 1.25 }) as const;

function drawYawArc(
  layers: SceneLayers,
  center: Point<"scene">,
  cuboid: Cuboid<"world">,
  at: Point<"scene">,
  colors: SceneColors,
): void {
  const bottom = transformPoint(cuboidPose({ ...cuboid, center } as Cuboid<"scene">), [
    0,
    0,
    -cuboid.size[2] / 2,
  ] as Vec3);
  const radius = Math.hypot(at[0] - bottom[0], at[1] - bottom[1]);
  const middle = Math.atan2(at[1] - bottom[1], at[0] - bottom[0]);
  const pieces = 40;
  const arc = Array.from({ length: pieces + 1 }, (_, i): Point<"scene"> => {
    const angle = middle + (i / pieces - 0.5) * ((150 / 180) * Math.PI);
    return [bottom[0] + radius * Math.cos(angle), bottom[1] + radius * Math.sin(angle), at[2]];
  });
  const stroke: Stroke = { color: colors.axisZ, alpha: 1, widthPx: 1.5 };
  for (const line of [haloOf(stroke, colors.halo), stroke])
    for (let i = 1; i < arc.length; i++) layers.lines.segment(arc[i - 1], arc[i], line);
}
