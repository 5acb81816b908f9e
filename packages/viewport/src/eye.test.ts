import * as fc from "fast-check";
import { fromYaw, yawOf, type Point, type Pose, type Vec3 } from "@sweepmark/geometry";
import { Matrix4, OrthographicCamera, PerspectiveCamera } from "three";
import { describe, expect, it } from "vitest";
import { alphaAt, metresPerPixel, pixelOf, rayUnder, type Eye } from "./eye.ts";
import { carriedWithEgo, toScene, toWorld, type SceneOrigin } from "./scene-space.ts";

/** An eye as CameraRig makes it, from three's own cameras: the math here must agree with theirs. */
function eyeAt(projection: Eye["projection"], position: Vec3, target: Vec3): Eye {
  const [widthPx, heightPx, zoom] = [1200, 600, 12];
  const camera =
    projection === "perspective"
      ? new PerspectiveCamera(50, widthPx / heightPx, 0.2, 2000)
      : new OrthographicCamera(-widthPx / 2, widthPx / 2, heightPx / 2, -heightPx / 2, -2000, 4000);
  if (camera instanceof OrthographicCamera) camera.zoom = zoom;
  camera.up.set(0, 0, 1);
  camera.position.set(...(position as [number, number, number]));
  camera.lookAt(...(target as [number, number, number]));
  camera.updateProjectionMatrix();
  camera.updateMatrixWorld();
  const e = camera.matrixWorld.elements;
  return {
    projection,
    position: [e[12], e[13], e[14]],
    forward: [-e[8], -e[9], -e[10]],
    right: [e[0], e[1], e[2]],
    widthPx,
    heightPx,
    clipFromScene: new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorld.clone().invert())
      .elements,
    pixelFactorM: projection === "top" ? 1 / zoom : (2 * Math.tan((25 * Math.PI) / 180)) / heightPx,
  };
}

const eyes = [eyeAt("perspective", [-12, 3, 9], [8, 0, 0]), eyeAt("top", [4, -2, 60], [4.001, -2, 0])];

describe("rule 7: a pixel's ray goes through everything that is drawn at that pixel", () => {
  for (const eye of eyes)
    it(eye.projection, () => {
      const pixel = fc.tuple(
        fc.double({ min: 0, max: 1200, noNaN: true }),
        fc.double({ min: 0, max: 600, noNaN: true }),
      );
      fc.assert(
        fc.property(pixel, fc.double({ min: 1, max: 90, noNaN: true }), (at, distanceM) => {
          const { origin, direction } = rayUnder(eye, at);
          expect(Math.hypot(...direction)).toBeCloseTo(1, 9);
          const point = origin.map((c, i) => c + direction[i] * distanceM) as unknown as Point<"scene">;
          const back = pixelOf(eye, point);
          expect(back?.at[0]).toBeCloseTo(at[0], 4);
          expect(back?.at[1]).toBeCloseTo(at[1], 4);
        }),
        { seed: 5, numRuns: 200 },
      );
    });

  it("one pixel beside spans metresPerPixel", () => {
    for (const eye of eyes) {
      const d = 20;
      const [a, b] = [rayUnder(eye, [600, 300]), rayUnder(eye, [601, 300])];
      const gap = Math.hypot(
        ...[0, 1, 2].map((i) => a.origin[i] + a.direction[i] * d - b.origin[i] - b.direction[i] * d),
      );
      expect(gap / metresPerPixel(eye, d)).toBeCloseTo(1, 3);
    }
  });

  it("has no pixel behind the eye", () => {
    expect(pixelOf(eyes[0], [-60, 3, 9])).toBeUndefined();
  });
});

describe("opacity by distance", () => {
  it("is 1 to 30 m, 0.4 from 70 m, linear between", () => {
    expect([0, 30, 50, 70, 200].map(alphaAt)).toEqual([1, 1, expect.closeTo(0.7, 9), expect.closeTo(0.4, 9), 0.4]);
  });
});

describe("rule 8: scene is world moved, and only moved", () => {
  it("keeps millimetres at UTM northings", () => {
    const origin: SceneOrigin = { inWorld: [488_123.25, 5_412_876.5, 212.125] };
    const point: Point<"world"> = [488_150.251, 5_412_900.002, 213.003];
    const inScene = toScene(origin, point);
    const stored = new Float32Array(inScene);
    inScene.forEach((c, i) => expect(Math.abs(stored[i] - c)).toBeLessThan(2e-6));
    toWorld(origin, inScene).forEach((c, i) => expect(c).toBeCloseTo(point[i], 9));
  });
});

describe("rule 9: the view keeps its place relative to ego", () => {
  it("any: distance, height and bearing from ego stay as ego moves and turns", () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true });
    const pose = fc
      .tuple(number, number, number, fc.double({ min: -3, max: 3, noNaN: true }))
      .map(([x, y, z, yawRad]): Pose<"scene", "ego"> => ({ translation: [x, y, z], rotation: fromYaw(yawRad) }));
    fc.assert(
      fc.property(pose, pose, fc.tuple(number, number, number), (before, after, point) => {
        const delta = yawOf(after.rotation) - yawOf(before.rotation);
        const moved = carriedWithEgo(before, after, delta, point);
        const relative = (ego: Pose<"scene", "ego">, p: Vec3): Vec3 => {
          const [x, y, z] = p.map((c, i) => c - ego.translation[i]);
          const yaw = yawOf(ego.rotation);
          return [x * Math.cos(yaw) + y * Math.sin(yaw), -x * Math.sin(yaw) + y * Math.cos(yaw), z];
        };
        const [a, b] = [relative(before, point), relative(after, moved)];
        a.forEach((c, i) => expect(b[i]).toBeCloseTo(c, 6));
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});
