import { invert, poseToMatrix, rotate, compose, conjugate, unproject, type Pose, type Vec3 } from "@sweepmark/geometry";
import { createLens } from "./lens.ts";
import { meshOf } from "./mesh.ts";
import type { Paving } from "./pavement.ts";
import { createRaster, pack, type Raster } from "./raster.ts";
import type { SimulatedCamera } from "./rig.ts";
import type { Prop } from "./scenery.ts";
import type { Color, Shape } from "./solids.ts";
import type { World } from "./world.ts";

export interface CameraRenderer {
  /** rgb: [width × height × 3], valid until the next call. */
  render(seconds: number, worldFromCamera: Pose<"world", "camera">): Uint8Array;
}

/** Towards the sun, in `world`: 47° high. */
const sun: Vec3 = [-0.62, -0.28, 0.733];
const viewM = 240;
const detailM = 95;
const shadowM = 80;
const haze: Color = [205, 213, 222];
const zenith: Color = [104, 150, 206];

type ShadowOutline = readonly Vec3[];
/** Shadows of what stands still are the same for every picture and camera. */
const propShadows = new WeakMap<Prop, ShadowOutline>();

export function createCameraRenderer(
  world: World,
  pavement: readonly Paving[],
  camera: SimulatedCamera,
): CameraRenderer {
  const lens = createLens(camera.model, (pixel) => unproject(camera.model, pixel));
  const raster = createRaster(lens.sourceWidth, lens.sourceHeight, lens.focalPx, lens.cx, lens.cy);
  const corners = new Float64Array(3 * 40);
  // Half-angle of the view for culling, with the corner's.
  const spread = Math.hypot(lens.sourceWidth, lens.sourceHeight) / 2 / lens.focalPx + 0.15;

  const load = (points: readonly Vec3[], m: readonly number[]) => {
    for (let i = 0; i < points.length; i++) {
      const p = points[i];
      corners[i * 3] = m[0] * p[0] + m[4] * p[1] + m[8] * p[2] + m[12];
      corners[i * 3 + 1] = m[1] * p[0] + m[5] * p[1] + m[9] * p[2] + m[13];
      corners[i * 3 + 2] = m[2] * p[0] + m[6] * p[1] + m[10] * p[2] + m[14];
    }
    return points.length;
  };
  const inView = ([x, y, z]: Vec3, radiusM: number, m: readonly number[]) => {
    const ahead = m[2] * x + m[6] * y + m[10] * z + m[14];
    const aside = Math.abs(m[0] * x + m[4] * y + m[8] * z + m[12]);
    return ahead > -radiusM && ahead < viewM + radiusM && aside < (ahead + radiusM) * spread + radiusM;
  };

  function drawShape(shape: Shape, cameraFromBox: Pose<"camera", "box">, worldFromBox: Pose<"world", "box">): void {
    const mesh = meshOf(shape);
    const m = poseToMatrix(cameraFromBox);
    const [ex, ey, ez] = invert(cameraFromBox).translation;
    const [sx, sy, sz] = rotate(conjugate(worldFromBox.rotation), sun);
    const { planes, colors, firsts } = mesh;
    const count = Math.hypot(m[12], m[13], m[14]) > detailM ? mesh.solidCount : mesh.count;
    for (let i = 0; i < count; i++) {
      const p = i * 4;
      if (planes[p] * ex + planes[p + 1] * ey + planes[p + 2] * ez <= planes[p + 3]) continue;
      let corner = 0;
      for (let c = firsts[i] * 3; c < firsts[i + 1] * 3; c += 3) {
        const x = mesh.corners[c];
        const y = mesh.corners[c + 1];
        const z = mesh.corners[c + 2];
        corners[corner++] = m[0] * x + m[4] * y + m[8] * z + m[12];
        corners[corner++] = m[1] * x + m[5] * y + m[9] * z + m[13];
        corners[corner++] = m[2] * x + m[6] * y + m[10] * z + m[14];
      }
      let sunlit = 0.62 * Math.max(0, planes[p] * sx + planes[p + 1] * sy + planes[p + 2] * sz);
      let sky = 0.44 + 0.14 * planes[p + 2];
      if (colors[p + 3] === 1) {
        sky = 1;
        sunlit = 0;
      }
      const packed = pack(
        colors[p] * (sky + sunlit),
        colors[p + 1] * (sky + sunlit * 0.97),
        colors[p + 2] * (sky * 1.06 + sunlit * 0.88),
      );
      raster.fill(corners, corner / 3, packed, "solid");
    }
  }

  return {
    render(seconds, worldFromCamera) {
      const cameraFromWorld = invert(worldFromCamera);
      const m = poseToMatrix(cameraFromWorld);
      clearToSky(raster, worldFromCamera);
      for (const paving of pavement) {
        if (!inView(paving.middle, paving.radiusM, m)) continue;
        const count = load(paving.corners, m);
        if (paving.oneSided && !facesCamera(corners)) continue;
        raster.fill(corners, count, pack(...paving.color), "ground");
      }
      const visible = world.actors
        .map((actor) => ({ actor, worldFromBox: actor.worldFromBox(seconds) }))
        .filter(({ worldFromBox }) => inView(worldFromBox.translation, 7, m))
        .map(({ actor, worldFromBox }) => ({ shape: actor.shape(seconds), worldFromBox }));
      const from = worldFromCamera.translation;
      const distanceTo = ({ translation: [x, y] }: Pose<"world", "box">) => Math.hypot(x - from[0], y - from[1]);
      const cast = (outline: ShadowOutline) => {
        if (outline.length < 3 || !inView(outline[0], 25, m)) return;
        raster.fill(corners, load(outline, m), 0, "shadow");
      };
      for (const prop of world.props) {
        if (prop.kind === "backdrop" || !inView(prop.worldFromBox.translation, prop.radiusM + 20, m)) continue;
        const outline = propShadows.get(prop) ?? shadowOf(world, prop.farShape ?? prop.shape, prop.worldFromBox);
        propShadows.set(prop, outline);
        cast(outline);
      }
      for (const { shape, worldFromBox } of visible)
        if (distanceTo(worldFromBox) < shadowM) cast(shadowOf(world, shape, worldFromBox));
      for (const { worldFromBox, shape, farShape, radiusM, kind } of world.props) {
        if (kind !== "backdrop" && !inView(worldFromBox.translation, radiusM + 2, m)) continue;
        const drawn = farShape && distanceTo(worldFromBox) > 45 ? farShape : shape;
        drawShape(drawn, compose(cameraFromWorld, worldFromBox), worldFromBox);
      }
      for (const { shape, worldFromBox } of visible)
        drawShape(shape, compose(cameraFromWorld, worldFromBox), worldFromBox);
      return lens.resolve(raster, worldFromCamera);
    },
  };
}

const facesCamera = (c: Float64Array): boolean => {
  const ux = c[3] - c[0];
  const uy = c[4] - c[1];
  const uz = c[5] - c[2];
  const vx = c[6] - c[0];
  const vy = c[7] - c[1];
  const vz = c[8] - c[2];
  return (uy * vz - uz * vy) * c[0] + (uz * vx - ux * vz) * c[1] + (ux * vy - uy * vx) * c[2] < 0;
};

/** Outline of a shape's shadow on the road's plane: the hull of its corners moved along the sun's rays. */
function shadowOf(world: World, shape: Shape, worldFromBox: Pose<"world", "box">): ShadowOutline {
  const m = poseToMatrix(worldFromBox);
  const base = worldFromBox.translation[2];
  const flat: (readonly [number, number])[] = [];
  for (const [x, y, z] of meshOf(shape).distinct) {
    const px = m[0] * x + m[4] * y + m[8] * z + m[12];
    const py = m[1] * x + m[5] * y + m[9] * z + m[13];
    const pz = m[2] * x + m[6] * y + m[10] * z + m[14];
    const reach = Math.max(0, pz - base) / sun[2];
    flat.push([px - sun[0] * reach, py - sun[1] * reach]);
  }
  return hull(flat).map(([x, y]): Vec3 => [x, y, world.ground.grade(x, y) + 0.02]);
}

/** Andrew's monotone chain; at most 38 corners, which is what the raster takes. */
function hull(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: typeof sorted) => {
    const chain: (readonly [number, number])[] = [];
    for (const p of ordered) {
      while (chain.length >= 2) {
        const [a, b] = [chain[chain.length - 2], chain[chain.length - 1]];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 1e-9) break;
        chain.pop();
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  const all = [...half(sorted), ...half(sorted.toReversed())];
  return all.length <= 38
    ? all
    : all.filter((_, i) => Math.floor((i * 38) / all.length) !== Math.floor(((i - 1) * 38) / all.length));
}

/** A sky that pales towards the horizon, row by row; clouds come when the picture is resolved. */
function clearToSky(
  { width, height, focalPx, cy, color, nearness }: Raster,
  worldFromCamera: Pose<"world", "camera">,
): void {
  nearness.fill(0);
  for (let y = 0; y < height; y++) {
    const [dx, dy, dz] = rotate(worldFromCamera.rotation, [0, (y - cy) / focalPx, 1]);
    const up = Math.max(0, Math.atan2(dz, Math.hypot(dx, dy)) / (Math.PI / 2));
    const t = 1 - Math.exp(-up * 4.2);
    color.fill(
      pack(
        haze[0] + (zenith[0] - haze[0]) * t,
        haze[1] + (zenith[1] - haze[1]) * t,
        haze[2] + (zenith[2] - haze[2]) * t,
      ),
      y * width,
      (y + 1) * width,
    );
  }
}
