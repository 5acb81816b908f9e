import type { Ontology } from "@sweepmark/schema";
import { contrast, rgbOfHex, rgbToOklch } from "./oklch.ts";
import { canvasColors, classColor, type HexColor, type Theme } from "./palette.ts";

/** A class's own colour is drawn in both themes, and must be seen on either canvas (WCAG 2). */
export const leastClassContrast = 3;

/** The lower of a colour's contrasts with the two canvases. */
export const classContrast = (color: HexColor): number =>
  Math.min(...Object.values(canvasColors).map(({ canvas }) => contrast(rgbOfHex(color), rgbOfHex(canvas))));

/** Distance in OKLab × 100, as ui.md §3 counts it: 10 is easily told apart, 5 hardly. */
export function colorDistance(one: HexColor, other: HexColor): number {
  const [a, b] = [one, other].map((hex) => {
    const [lightness, chroma, hueRad] = rgbToOklch(rgbOfHex(hex));
    return [lightness, chroma * Math.cos(hueRad), chroma * Math.sin(hueRad)];
  });
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The class whose colour is nearest to that of a class, and how far it is; undefined: there is no other. */
export function nearestClass(
  ontology: Ontology,
  classId: string,
  theme: Theme,
): { readonly classId: string; readonly distance: number } | undefined {
  const color = classColor(ontology, classId, theme);
  return ontology.objects
    .filter(({ id }) => id !== classId)
    .map(({ id }) => ({ classId: id, distance: colorDistance(color, classColor(ontology, id, theme)) }))
    .toSorted((a, b) => a.distance - b.distance)
    .at(0);
}
