import type { Vec2 } from "@sweepmark/geometry";

/** How an image lies in its view: pixel · scale + offset = CSS pixels from the view's top left. */
export interface ImageFrame {
  /** CSS pixels per image pixel. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** What a person has done to the fitted image: `zoom` 1 and no shift is the fit itself. */
export interface ImageZoom {
  readonly zoom: number;
  /** CSS pixels that the image's middle is moved by. */
  readonly shift: Vec2;
}

export const unzoomed: ImageZoom = { zoom: 1, shift: [0, 0] };
const mostZoom = 24;

export function frameImage(
  image: Extent,
  view: Extent,
  fit: "contain" | "cover",
  { zoom, shift }: ImageZoom,
): ImageFrame {
  const ratios = [view.width / image.width, view.height / image.height];
  const scale = (fit === "contain" ? Math.min(...ratios) : Math.max(...ratios)) * zoom;
  return {
    scale,
    left: (view.width - image.width * scale) / 2 + shift[0],
    top: (view.height - image.height * scale) / 2 + shift[1],
  };
}

/** Image pixel → CSS pixel. Pixel (0, 0) is the centre of the first pixel, which covers [0, scale]. */
export const toView = ({ scale, left, top }: ImageFrame, [u, v]: Vec2): Vec2 => [
  left + (u + 0.5) * scale,
  top + (v + 0.5) * scale,
];

/** The inverse of {@link toView}. */
export const toImage = ({ scale, left, top }: ImageFrame, [x, y]: Vec2): Vec2 => [
  (x - left) / scale - 0.5,
  (y - top) / scale - 0.5,
];

/** Zooms by a factor so that the place under the pointer stays there. Zoom is kept within 1 and 24. */
export function zoomAt(before: ImageZoom, factor: number, pointer: Vec2, view: Extent): ImageZoom {
  const zoom = Math.min(mostZoom, Math.max(1, before.zoom * factor));
  if (zoom === 1) return unzoomed;
  const ratio = zoom / before.zoom;
  const shift = [0, 1].map((axis) => {
    const fromMiddle = pointer[axis] - (axis === 0 ? view.width : view.height) / 2;
    return fromMiddle - (fromMiddle - before.shift[axis]) * ratio;
  });
  return { zoom, shift: [shift[0], shift[1]] };
}

/** Moves the image, but never its middle out of the view by more than it is larger than the view. */
export function panBy(
  before: ImageZoom,
  delta: Vec2,
  image: Extent,
  view: Extent,
  fit: "contain" | "cover",
): ImageZoom {
  const { scale } = frameImage(image, view, fit, before);
  const limit = [
    Math.max(0, (image.width * scale - view.width) / 2),
    Math.max(0, (image.height * scale - view.height) / 2),
  ];
  const shift = [0, 1].map((axis) => Math.max(-limit[axis], Math.min(limit[axis], before.shift[axis] + delta[axis])));
  return { ...before, shift: [shift[0], shift[1]] };
}

/** Pixels of an image, both ends included. */
export interface ImageBounds {
  readonly min: Vec2;
  readonly max: Vec2;
}

/** Share of the view that a followed thing takes at most. */
const followShare = 0.6;
/** CSS pixels per image pixel beyond which a close-up shows nothing more. */
const closestScale = 3;

/**
 * A close-up of a part of the image: it takes 60 % of the view, but no image pixel more than 3 CSS pixels, and the view
 * is never farther away than `fit`. The view stays inside the picture where the picture is large enough.
 */
export function frameAround(bounds: ImageBounds, image: Extent, view: Extent, fit: "contain" | "cover"): ImageFrame {
  const whole = frameImage(image, view, fit, unzoomed);
  const across = Math.max(1, bounds.max[0] - bounds.min[0]);
  const down = Math.max(1, bounds.max[1] - bounds.min[1]);
  const wanted = Math.min((followShare * view.width) / across, (followShare * view.height) / down, closestScale);
  const scale = Math.max(whole.scale, wanted);
  const place = (viewSize: number, imageSize: number, middle: number): number => {
    const free = viewSize - imageSize * scale;
    if (free >= 0) return free / 2;
    return Math.min(0, Math.max(free, viewSize / 2 - middle * scale));
  };
  return {
    scale,
    left: place(view.width, image.width, (bounds.min[0] + bounds.max[0]) / 2 + 0.5),
    top: place(view.height, image.height, (bounds.min[1] + bounds.max[1]) / 2 + 0.5),
  };
}
