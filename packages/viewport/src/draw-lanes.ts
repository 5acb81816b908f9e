import type { LaneBoundary, Ontology } from "@sweepmark/schema";
import type { Handle } from "@sweepmark/editor";
import type { Point } from "@sweepmark/geometry";
import { alphaAt, distanceTo, pixelOf, type Eye } from "./eye.ts";
import { rgbOfHex } from "./oklch.ts";
import { lanePaint } from "./palette.ts";
import { haloOf, strokePolyline, type SceneColors, type SceneLayers } from "./scene-layers.ts";
import { toScene, type SceneOrigin } from "./scene-space.ts";
import type { Stroke } from "./thick-lines.ts";

/** How lane boundaries of one paint and pattern are drawn, in 3D and in images. */
export interface LaneLook {
  readonly widthPx: number;
  readonly dash?: readonly [on: number, off: number];
  /** Metres that the two lines of a double marking lie apart; 0: one line. */
  readonly doubleM: number;
  readonly ticks: "kerb" | "none";
  /** Dashed and virtual lines have none: on light it would read as a white band. */
  readonly halo: "under" | "none";
}

export function laneLook(
  ontology: Ontology,
  classId: string,
): LaneLook & { readonly paint: "white" | "yellow" | "kerb" | "virtual" } {
  const lane = ontology.lanes.find(({ id }) => id === classId);
  const paint = lane?.paint ?? "virtual";
  const base = { paint, widthPx: 2, doubleM: 0, ticks: paint === "kerb" ? "kerb" : "none" } as const;
  if (paint === "virtual" || lane?.pattern === "none") return { ...base, dash: [2, 4], halo: "none" };
  if (lane?.pattern === "dashed") return { ...base, dash: [10, 8], halo: "none" };
  if (lane?.pattern === "double") return { ...base, widthPx: 1.5, doubleM: 0.24, halo: "under" };
  return { ...base, halo: "under" };
}

/** The polyline moved sideways in the ground plane, metres to the left. */
export function offsetPolyline<P extends readonly [number, number, number]>(points: readonly P[], leftM: number): P[] {
  return points.map((point, i) => {
    const a = points[Math.max(0, i - 1)];
    const b = points[Math.min(points.length - 1, i + 1)];
    const size = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    return [
      point[0] - ((b[1] - a[1]) / size) * leftM,
      point[1] + ((b[0] - a[0]) / size) * leftM,
      point[2],
    ] as unknown as P;
  });
}

export function drawLane(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  ontology: Ontology,
  boundary: LaneBoundary,
  state: "plain" | "hovered" | "selected",
  colors: SceneColors,
): void {
  const look = laneLook(ontology, boundary.classId);
  const points = boundary.points.map((point) => toScene(origin, point));
  const nearest = Math.min(...points.map((point) => distanceTo(eye, point)));
  const stroke: Stroke = {
    color: rgbOfHex(lanePaint(look.paint, colors.theme)),
    alpha: state === "plain" ? alphaAt(nearest) : 1,
    widthPx: state === "plain" ? look.widthPx : look.widthPx + (state === "hovered" ? 0.5 : 0.2),
    ...(look.dash && { dash: look.dash }),
  };
  if (state === "selected") {
    strokePolyline(layers.lines, eye, points, haloOf({ ...stroke, alpha: 1, widthPx: 4.5 }, colors.halo));
    strokePolyline(layers.lines, eye, points, { color: colors.selection, alpha: 1, widthPx: 4.5 });
  } else if (look.halo === "under") strokePolyline(layers.lines, eye, points, haloOf(stroke, colors.halo));
  if (look.doubleM > 0 && points.length > 1) {
    for (const side of [-0.5, 0.5])
      strokePolyline(layers.lines, eye, offsetPolyline(points, side * look.doubleM), stroke);
  } else strokePolyline(layers.lines, eye, points, stroke);
  if (look.ticks === "kerb") drawTicks(layers, eye, points, stroke);
}

/** Short strokes on the right-hand side of a kerb, one every 2 m or every 14 pixels, whichever is more. */
function drawTicks(layers: SceneLayers, eye: Eye, points: readonly Point<"scene">[], stroke: Stroke): void {
  const beside = offsetPolyline(points, -0.25);
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const lengthM = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const [pa, pb] = [pixelOf(eye, a), pixelOf(eye, b)];
    if (!pa || !pb) continue;
    const lengthPx = Math.hypot(pa.at[0] - pb.at[0], pa.at[1] - pb.at[1]);
    const count = Math.min(Math.floor(lengthM / 2), Math.floor(lengthPx / 14));
    for (let k = 0; k < count; k++) {
      const t = (k + 0.5) / count;
      const at = (from: Point<"scene">, to: Point<"scene">): Point<"scene"> => [
        from[0] + (to[0] - from[0]) * t,
        from[1] + (to[1] - from[1]) * t,
        from[2] + (to[2] - from[2]) * t,
      ];
      layers.lines.segment(at(a, b), at(beside[i - 1], beside[i]), {
        ...stroke,
        widthPx: 1,
        alpha: stroke.alpha * 0.8,
      });
    }
  }
}

/** Segments shorter than this on screen show no midpoint dot, and no vertices between them; CSS pixels. */
const midpointFromPx = 30;
const vertexFromPx = 10;

/** Vertices as squares, midpoints as dots that insert, a ring around the current vertex. */
export function drawLaneHandles(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  handles: readonly Handle[],
  selectedVertex: number | undefined,
  colors: SceneColors,
): void {
  const vertices = handles.filter(({ kind }) => kind === "vertex");
  const pixels = vertices.map(({ position }) => pixelOf(eye, toScene(origin, position))?.at);
  /** CSS pixels to the vertex before; Infinity where that cannot be said. */
  const gapPx = (index: number): number => {
    const [a, b] = [pixels[index - 1], pixels[index]];
    return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : Infinity;
  };
  for (const { kind, key, position } of handles) {
    const at = toScene(origin, position);
    const index = Number(key);
    if (kind === "midpoint" && gapPx(index) >= midpointFromPx)
      layers.markers.marker(at, { shape: "disc", sizePx: 4.8, color: colors.selection, halo: colors.halo, haloPx: 1 });
    if (kind !== "vertex") continue;
    const current = index === selectedVertex;
    const crowded = Math.min(gapPx(index), gapPx(index + 1)) < vertexFromPx;
    // Its two ends and the current one always: a line seen from afar must not become a string of beads.
    if (crowded && !current && index > 0 && index < vertices.length - 1) continue;
    if (current)
      layers.markers.marker(at, { shape: "ring", sizePx: 22, color: colors.accent, halo: colors.halo, haloPx: 0.75 });
    layers.markers.marker(at, {
      shape: "square",
      sizePx: 7,
      color: colors.selection,
      halo: colors.halo,
      haloPx: 1.25,
    });
  }
}
