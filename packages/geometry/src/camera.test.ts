import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insideImage, project, unproject, type CameraModel } from "./camera.ts";
import { distortionOf, type Distortion } from "./lens.ts";
import { opencvPixels } from "./lens.golden.ts";
import type { Vec3 } from "./space.ts";
import { cross, dot, length } from "./vector.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const none = fc.constant(distortionOf("pinhole", [])!);
const plumbBob = fc
  .tuple(number(0.4), number(0.2), number(0.003), number(0.003), number(0.05))
  .map((d) => distortionOf("plumb_bob", d)!);
const rational = fc
  .tuple(number(0.3), number(0.1), number(0.002), number(0.002), number(0.02), number(0.2), number(0.05), number(0.01))
  .map((d) => distortionOf("rational_polynomial", d)!);
const prism = fc
  .tuple(number(0.2), number(0.05), number(0.002), number(0.002))
  .chain((d) => fc.array(number(0.002), { minLength: 4, maxLength: 4 }).map((s) => [...d, 0, 0, 0, 0, ...s]))
  .map((d) => distortionOf("rational_polynomial", d)!);
const fisheye = fc
  .tuple(number(0.05), number(0.02), number(0.01), number(0.003))
  .map((d) => distortionOf("equidistant", d)!);
const tilt = fc.tuple(plumbBob, number(0.2), number(0.2)).map(
  ([
    {
      coefficients: [k1, k2, p1, p2, k3],
    },
    tauX,
    tauY,
  ]) => distortionOf("rational_polynomial", [k1, k2, p1, p2, k3, 0, 0, 0, 0, 0, 0, 0, tauX, tauY])!,
);
const unified = fc
  .tuple(between(0.05, 3), number(0.2), number(0.05), number(0.001), number(0.001))
  .map((d) => distortionOf("unified", d)!);
const camera = (distortion: fc.Arbitrary<Distortion>): fc.Arbitrary<CameraModel> =>
  fc.record({
    width: fc.constant(1920),
    height: fc.constant(1080),
    fx: between(300, 2500),
    fy: between(300, 2500),
    cx: between(900, 1000),
    cy: between(500, 600),
    skew: number(3),
    distortion,
  });
/** Angle that does not lose its digits near zero. */
const angle = (a: Vec3, b: Vec3) => Math.atan2(length(cross(a, b)), dot(a, b));

/** As far off the axis as the model goes, less the last 5 %, where the inverse is ill conditioned. */
const limitRad = ({ kind, validUpTo, coefficients: [xi] }: Distortion) => {
  const radius = Math.sqrt(validUpTo);
  if (kind === "fisheye") return 0.95 * Math.min(radius, 1.7);
  // From ξ behind the centre of the sphere the radius is seen under atan(radius).
  if (kind === "unified") return 0.95 * (Math.atan(radius) + Math.asin(Math.min(1, xi * Math.sin(Math.atan(radius)))));
  return 0.95 * Math.min(Math.atan(radius), 1.2);
};

describe("project and unproject are inverse (rule 7)", () => {
  const kinds: [string, fc.Arbitrary<Distortion>][] = [
    ["none", none],
    ["plumb_bob", plumbBob],
    ["rational_polynomial", rational],
    ["thin prism", prism],
    ["tilted sensor", tilt],
    ["fisheye", fisheye],
    ["unified", unified],
  ];
  for (const [name, distortion] of kinds)
    it(`${name}: a ray through the pixel of a point goes through the point, within 1e-6 rad`, () => {
      let seen = 0;
      fc.assert(
        fc.property(
          camera(distortion),
          between(0, 1),
          number(Math.PI),
          between(0.5, 80),
          (model, share, around, depth) => {
            const off = share * limitRad(model.distortion);
            const point: Vec3 = [
              depth * Math.sin(off) * Math.cos(around),
              depth * Math.sin(off) * Math.sin(around),
              depth * Math.cos(off),
            ];
            const pixel = project(model, point);
            expect(pixel).toBeDefined();
            const back = unproject(model, pixel!);
            expect(back).toBeDefined();
            expect(length(back!)).toBeCloseTo(1, 9);
            expect(angle(back!, point)).toBeLessThan(1e-6);
            seen++;
          },
        ),
        { numRuns: 300 },
      );
      expect(seen).toBe(300);
    });
});

describe("what has no pixel", () => {
  const pinhole: CameraModel = {
    width: 640,
    height: 480,
    fx: 500,
    fy: 500,
    cx: 320,
    cy: 240,
    skew: 0,
    distortion: distortionOf("", [])!,
  };
  const withD = (model: string, d: readonly number[]): CameraModel => ({
    ...pinhole,
    distortion: distortionOf(model, d)!,
  });

  it("points behind a pinhole camera", () => {
    expect(project(pinhole, [0, 0, -5])).toBeUndefined();
    expect(project(pinhole, [1, 1, 0])).toBeUndefined();
  });

  it("points past the turning point of the polynomial, which would fold back into the picture", () => {
    // r(1 − 0.3 r²) turns at r = 1 / √0.9 = 1.054.
    const barrel = withD("plumb_bob", [-0.3, 0, 0, 0]);
    expect(Math.sqrt(barrel.distortion.validUpTo)).toBeCloseTo(1 / Math.sqrt(0.9), 2);
    expect(project(barrel, [1.04, 0, 1])).toBeDefined();
    expect(project(barrel, [1.2, 0, 1])).toBeUndefined();
  });

  it("nor points far beside a camera whose polynomial turns only beyond 80°", () => {
    // Turns at r = 5.77; without a limit a point at 84° would come out in the middle of the picture.
    expect(project(withD("plumb_bob", [-0.01, 0, 0, 0]), [10, 0, 1])).toBeUndefined();
  });

  it("a point straight behind a fisheye; one beside it does have a pixel", () => {
    const wide = withD("equidistant", [0, 0, 0, 0]);
    expect(project(wide, [0, 0, -1])).toBeUndefined();
    expect(project(wide, [1, 0, 0])?.[0]).toBeCloseTo(320 + (500 * Math.PI) / 2, 9);
    expect(project(wide, [0, 0, 3])).toEqual([320, 240]);
  });

  it("pixels that no point has have no ray", () => {
    expect(unproject(withD("plumb_bob", [-0.3, 0, 0, 0]), [320 + 500, 240])).toBeUndefined();
    // θ(1 − 0.2 θ²) has its top 0.86 at θ = 1.29.
    expect(unproject(withD("equidistant", [-0.2, 0, 0, 0]), [320 + 450, 240])).toBeUndefined();
  });

  it("insideImage counts pixel centres: from −0.5 up to width − 0.5, exclusive", () => {
    expect(insideImage(pinhole, [-0.5, -0.5])).toBe(true);
    expect(insideImage(pinhole, [639.49, 479.49])).toBe(true);
    expect(insideImage(pinhole, [639.5, 0])).toBe(false);
    expect(insideImage(pinhole, [0, -0.51])).toBe(false);
  });
});

describe("names of distortions", () => {
  it("an unknown name or count is unknown, not a pinhole", () => {
    expect(distortionOf("polynomial", [0, 0, 0, 0])).toBeUndefined();
    expect(distortionOf("omni", [0.1, 0.1, 0, 0])).toBeUndefined();
    expect(distortionOf("omni", [-0.8, 0.1, 0, 0, 0])).toBeUndefined();
    expect(distortionOf("plumb_bob", [0.1, 0.1, 0.1])).toBeUndefined();
    expect(distortionOf("equidistant", [0.1])).toBeUndefined();
    expect(distortionOf("rational_polynomial", [...Array.from({ length: 12 }, () => 0.01), 1.2, 0])).toBeUndefined();
  });

  it("no name and no coefficients is a pinhole; no name with coefficients is a plumb_bob", () => {
    expect(distortionOf("", [])?.kind).toBe("none");
    expect(distortionOf("", [0, 0, 0, 0, 0])?.kind).toBe("none");
    expect(distortionOf("", [0.1, 0, 0, 0, 0])?.kind).toBe("brown");
  });
});

describe("OpenCV's pixels of tilted sensors and omnidirectional cameras", () => {
  for (const { name, model, d, k, pairs } of opencvPixels)
    it(`${name}: within 1e-3 px where the model is one-to-one`, () => {
      const camera: CameraModel = {
        width: 1280,
        height: 800,
        fx: k[0],
        fy: k[4],
        cx: k[2],
        cy: k[5],
        skew: k[1],
        distortion: distortionOf(model, d)!,
      };
      const seen = pairs.filter(([point]) => project(camera, point));
      expect(seen.length).toBeGreaterThan(0.7 * pairs.length);
      for (const [point, [u, v]] of seen) {
        const [x, y] = project(camera, point)!;
        expect(Math.hypot(x - u, y - v)).toBeLessThan(1e-3);
      }
    });
});

const file = new URL("../../../../shared/reference/camera_projection.json", import.meta.url);
describe.skipIf(!existsSync(file))("OpenCV's pixels (needs ../shared/reference/camera_projection.json)", () => {
  interface Case {
    name: string;
    distortion_model: string;
    D: number[];
    K: number[];
    points_in_camera: Vec3[];
    pixels: [number, number][];
  }
  const { cases } = JSON.parse(existsSync(file) ? readFileSync(file, "utf8") : '{"cases":[]}') as { cases: Case[] };
  for (const { name, distortion_model, D, K, points_in_camera, pixels } of cases)
    it(`${name}: within 1e-3 px where the model is one-to-one; OpenCV folds the rest`, () => {
      const distortion = distortionOf(distortion_model, D)!;
      const model = { width: 1, height: 1, fx: K[0], fy: K[4], cx: K[2], cy: K[5], skew: K[1], distortion };
      let past = 0;
      points_in_camera.forEach((point, i) => {
        const pixel = project(model, point);
        if (!pixel) {
          past++;
          const [x, y, z] = point;
          const radius2 =
            distortion.kind === "fisheye" ? Math.atan2(Math.hypot(x, y), z) ** 2 : (x * x + y * y) / (z * z);
          expect(radius2).toBeGreaterThan(distortion.validUpTo);
          return;
        }
        expect(Math.hypot(pixel[0] - pixels[i][0], pixel[1] - pixels[i][1])).toBeLessThan(1e-3);
      });
      expect(past).toBeLessThanOrEqual(0.1 * points_in_camera.length);
    });
});
