import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { colorAt, colorTable } from "./color-maps.ts";
import { contrast, rgbOfHex, rgbToOklch } from "./oklch.ts";
import { canvasColors, classColor, lanePaint, letterColor, paletteLetters, pointStops, type Theme } from "./palette.ts";

const themes: readonly Theme[] = ["dark", "light"];
const on = (color: string, theme: Theme): number => contrast(rgbOfHex(color), rgbOfHex(canvasColors[theme].canvas));

describe("rule 1: colours can be seen on their canvas", () => {
  it("every class has at least 4.6 : 1 on its theme's canvas", () => {
    for (const theme of themes)
      for (const letter of paletteLetters)
        expect.soft(on(letterColor(letter, theme), theme), `${letter} ${theme}`).toBeGreaterThanOrEqual(4.6);
  });

  it("the ink on a class chip has at least 5.1 : 1", () => {
    for (const theme of themes)
      for (const letter of paletteLetters)
        expect
          .soft(contrast(rgbOfHex(letterColor(letter, theme)), rgbOfHex(canvasColors[theme].classInk)), letter)
          .toBeGreaterThanOrEqual(5.1);
  });

  it("the selection stands out from its halo, and text from the canvas", () => {
    for (const theme of themes) {
      const { selection, halo, text, textSecond, textThird, accent } = canvasColors[theme];
      expect(contrast(rgbOfHex(selection), rgbOfHex(halo))).toBeGreaterThan(19);
      for (const color of [text, textSecond, textThird, accent]) expect(on(color, theme)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("painted lanes have at least 3 : 1", () => {
    for (const theme of themes)
      for (const paint of ["white", "yellow", "kerb", "virtual"] as const)
        expect(on(lanePaint(paint, theme), theme)).toBeGreaterThanOrEqual(3);
  });
});

describe("rule 2: white is for the selection alone", () => {
  it("no class colour is as light as the selection on dark", () => {
    for (const letter of paletteLetters)
      expect(rgbToOklch(rgbOfHex(letterColor(letter, "dark")))[0]).toBeLessThan(0.92);
  });

  it("the height map ends at lightness 0.86 on dark", () => {
    expect(rgbToOklch(colorAt(pointStops.height.dark, 1))[0]).toBeCloseTo(0.86, 2);
  });
});

describe("rule 3: lightness of a colour map is strictly monotone", () => {
  for (const map of ["height", "intensity", "distance"] as const)
    for (const theme of themes)
      it(`${map}, ${theme}`, () => {
        const lightness = Array.from(
          { length: 256 },
          (_, i) => rgbToOklch(colorAt(pointStops[map][theme], i / 255))[0],
        );
        const signs = new Set(lightness.slice(1).map((value, i) => Math.sign(value - lightness[i])));
        expect([...signs]).toHaveLength(1);
        expect(signs.has(0)).toBe(false);
      });

  it("the table holds the stops exactly at its ends", () => {
    const table = colorTable("height", "dark");
    expect(Array.from(table.subarray(0, 4))).toEqual([0x3c, 0x44, 0x70, 255]);
    expect(Array.from(table.subarray(-4))).toEqual([0xd6, 0xd4, 0xaa, 255]);
  });
});

describe("class colours", () => {
  it("has one for every class of the default ontology, all different", () => {
    for (const theme of themes) {
      const colors = defaultOntology.objects.map(({ id }) => classColor(defaultOntology, id, theme));
      expect(new Set(colors).size).toBe(defaultOntology.objects.length);
    }
  });

  it("prefers the project's own colour and falls back to Unknown", () => {
    const [car, ...rest] = defaultOntology.objects;
    const own = { ...defaultOntology, objects: [{ ...car, color: "#123456" }, ...rest] };
    expect(classColor(own, car.id, "dark")).toBe("#123456");
    expect(classColor(own, "no-such-class", "light")).toBe(letterColor("?", "light"));
  });
});
