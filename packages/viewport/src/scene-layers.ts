import type { Object3D } from "three";
import type { Point } from "@sweepmark/geometry";
import { pixelOf, type Eye } from "./eye.ts";
import { Markers, Triangles } from "./flat-shapes.ts";
import { rgbOfHex, type Rgb } from "./oklch.ts";
import { canvasColors, haloAlpha, type Theme } from "./palette.ts";
import { ThickLines, type Stroke } from "./thick-lines.ts";

/** The drawing surfaces of the 3D view, from bottom to top. Refilled for every picture; nothing is kept in them. */
export class SceneLayers {
  /** Range rings, ego: behind points where they are. */
  readonly ground: ThickLines;
  /** Faces: depth-tested, so that points stay readable. */
  readonly faces: Triangles;
  /** Chevrons, lane ticks. */
  readonly fills: Triangles;
  /** Edges and lanes, in painter's order. */
  readonly lines: ThickLines;
  readonly markers: Markers;

  constructor(parent: Object3D) {
    this.ground = new ThickLines(parent, 1, "tested");
    this.faces = new Triangles(parent, 2, "tested");
    this.fills = new Triangles(parent, 3, "on-top");
    this.lines = new ThickLines(parent, 4, "on-top");
    this.markers = new Markers(parent, 5);
  }

  begin(eye: Eye, pixelRatio: number): void {
    this.ground.begin(eye.widthPx, eye.heightPx, pixelRatio);
    this.faces.begin();
    this.fills.begin();
    this.lines.begin(eye.widthPx, eye.heightPx, pixelRatio);
    this.markers.begin(pixelRatio);
  }

  end(): void {
    for (const layer of [this.ground, this.faces, this.fills, this.lines, this.markers]) layer.end();
  }

  dispose(): void {
    for (const layer of [this.ground, this.faces, this.fills, this.lines, this.markers]) layer.dispose();
  }
}

/** Colours of a theme as numbers, made once. */
export interface SceneColors {
  readonly theme: Theme;
  readonly selection: Rgb;
  readonly halo: Rgb;
  readonly accent: Rgb;
  readonly axisZ: Rgb;
  readonly third: Rgb;
}

export function sceneColors(theme: Theme): SceneColors {
  const colors = canvasColors[theme];
  return {
    theme,
    selection: rgbOfHex(colors.selection),
    halo: rgbOfHex(colors.halo),
    accent: rgbOfHex(colors.accent),
    axisZ: rgbOfHex(colors.axisZ),
    third: rgbOfHex(colors.textThird),
  };
}

/** Extra width of a halo over its line, CSS pixels. */
export const haloPx = 2.5;

export const haloOf = (stroke: Stroke, halo: Rgb): Stroke => ({
  color: halo,
  alpha: haloAlpha * stroke.alpha,
  widthPx: stroke.widthPx + haloPx,
});

/** A polyline in scene. Dashes run on over its vertices; vertices behind the eye restart them. */
export function strokePolyline(lines: ThickLines, eye: Eye, points: readonly Point<"scene">[], stroke: Stroke): void {
  let phasePx = 0;
  let before = stroke.dash && points.length > 0 ? pixelOf(eye, points[0]) : undefined;
  for (let i = 1; i < points.length; i++) {
    lines.segment(points[i - 1], points[i], stroke, phasePx);
    if (!stroke.dash) continue;
    const here = pixelOf(eye, points[i]);
    phasePx = before && here ? phasePx + Math.hypot(here.at[0] - before.at[0], here.at[1] - before.at[1]) : 0;
    // Keeps the number small enough for float32 when a vertex lies far outside of the picture.
    phasePx %= (stroke.dash[0] + stroke.dash[1]) * 1000;
    before = here;
  }
}
