import type { Locator } from "playwright-core";

export type Rgb = readonly [red: number, green: number, blue: number];

/** What is on screen where an element is. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Rgb;
  /** How many pixels fulfil the condition. */
  count(condition: (color: Rgb) => boolean): number;
}

/** A screenshot of the element, decoded by the browser itself. */
export async function pixelsOf(locator: Locator): Promise<Pixels> {
  const png = (await locator.screenshot()).toString("base64");
  const { width, height, data } = await locator.page().evaluate(async (content) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    if (!context) throw new Error("no 2d canvas");
    context.drawImage(bitmap, 0, 0);
    const rgba = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    let text = "";
    for (let i = 0; i < rgba.length; i += 8192) text += String.fromCharCode(...rgba.subarray(i, i + 8192));
    return { width: bitmap.width, height: bitmap.height, data: btoa(text) };
  }, png);
  const rgba = Buffer.from(data, "base64");
  const at = (x: number, y: number): Rgb => {
    const i = 4 * (Math.round(y) * width + Math.round(x));
    return [rgba[i] ?? 0, rgba[i + 1] ?? 0, rgba[i + 2] ?? 0];
  };
  return {
    width,
    height,
    at,
    count(condition) {
      let found = 0;
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (condition(at(x, y))) found++;
      return found;
    },
  };
}

export const rgbOf = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** The largest difference in one channel. */
export const difference = (a: Rgb, b: Rgb): number => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
