import {
  DataTexture,
  LinearFilter,
  Matrix4,
  RGBAFormat,
  ShaderMaterial,
  UnsignedByteType,
  Vector2,
  Vector3,
  Vector4,
} from "three";
import type { CloudColorMode, ColorMode } from "@sweepmark/editor";
import { colorTable, distanceRange, heightRange, type ColorMapName } from "./color-maps.ts";
import { rgbOfHex } from "./oklch.ts";
import { canvasColors, insideMix, type Theme } from "./palette.ts";

/** Colours are written as they are, in sRGB: the palette's numbers are what is on screen, and blending is CSS's. */
const vertexShader = /* glsl */ `
uniform int mode;            // 0 height, 1 intensity, 2 distance, 3 camera, 4 age
uniform vec4 plane;          // height over the ground plane = dot(plane.xyz, p) + plane.w, in lidar
uniform vec3 ego;            // ego's origin in lidar
uniform vec2 heightRange, distanceRange, clip;
uniform float intensityScale, intensityPower, hasIntensity;
uniform sampler2D map;
uniform vec3 noValue, inside;
uniform vec2 photo;          // contrast and lift of colours from images
uniform float insideMix, hasBox, focusM;
uniform mat4 boxFromLidar;
uniform vec3 boxHalf;
uniform float pointScale, pixelRatio, flatSize;
attribute float intensity;
attribute vec4 rgba;
#ifdef ACCUMULATED
attribute float heightCm;    // over the plane under the ego that saw the point
attribute float sweepIndex;
uniform float groundM, lastSweep;
#endif
varying vec3 vColor;
varying float vSize;

void main() {
#ifdef ACCUMULATED
  float height = 0.01 * heightCm - groundM;
#else
  float height = dot(plane.xyz, position) + plane.w;
#endif
  vec4 inView = modelViewMatrix * vec4(position, 1.0);
  gl_Position = projectionMatrix * inView;
  // Outside of clip space: the point is gone.
  if (height < clip.x || height > clip.y) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);

  float t = (height - heightRange.x) / (heightRange.y - heightRange.x);
  if (mode == 1) t = pow(clamp(intensity * intensityScale, 0.0, 1.0), intensityPower);
  if (mode == 2) t = (distance(position, ego) - distanceRange.x) / (distanceRange.y - distanceRange.x);
#ifdef ACCUMULATED
  if (mode == 4) t = sweepIndex / max(lastSweep, 1.0);
#endif
  vec3 color = texture2D(map, vec2((clamp(t, 0.0, 1.0) * 255.0 + 0.5) / 256.0, 0.5)).rgb;
  if (mode == 1 && hasIntensity < 0.5) color = noValue;
  if (mode == 3) color = mix(noValue, rgba.rgb * photo.x + photo.y, step(0.5, rgba.a));
  if (hasBox > 0.5) {
    vec3 inBox = abs((boxFromLidar * vec4(position, 1.0)).xyz);
    if (all(lessThanEqual(inBox, boxHalf))) color = mix(color, inside, insideMix);
    if (focusM > 0.0 && any(greaterThan(inBox, boxHalf + focusM))) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  }
  vColor = color;
  float size = flatSize > 0.0 ? flatSize : clamp(1.55 * 22.0 / max(-inView.z, 0.1), 1.0, 4.0);
  vSize = max(size * pointScale * pixelRatio, 1.0);
  gl_PointSize = vSize;
}`;

const fragmentShader = /* glsl */ `
varying vec3 vColor;
varying float vSize;
void main() {
  if (vSize > 2.5) {
    vec2 off = gl_PointCoord - 0.5;
    if (dot(off, off) > 0.27) discard;
  }
  gl_FragColor = vec4(vColor, 1.0);
}`;

const modes: readonly (ColorMode | CloudColorMode)[] = ["height", "intensity", "distance", "camera", "age"];

const uniformsOf = () => ({
  mode: { value: 0 },
  plane: { value: new Vector4(0, 0, 1, 0) },
  ego: { value: new Vector3() },
  heightRange: { value: new Vector2(heightRange.minM, heightRange.maxM) },
  distanceRange: { value: new Vector2(distanceRange.minM, distanceRange.maxM) },
  clip: { value: new Vector2(-1e9, 1e9) },
  intensityScale: { value: 1 },
  intensityPower: { value: 1 },
  hasIntensity: { value: 0 },
  map: { value: undefined as DataTexture | undefined },
  noValue: { value: new Vector3() },
  inside: { value: new Vector3() },
  insideMix: { value: insideMix },
  photo: { value: new Vector2(1, 0) },
  hasBox: { value: 0 },
  focusM: { value: 0 },
  boxFromLidar: { value: new Matrix4() },
  boxHalf: { value: new Vector3() },
  pointScale: { value: 1 },
  pixelRatio: { value: 1 },
  flatSize: { value: 0 },
  groundM: { value: 0 },
  lastSweep: { value: 1 },
});

export type PointMaterial = ShaderMaterial & { readonly uniforms: ReturnType<typeof uniformsOf> };

/** One material for every colour mode: modes are uniforms, so a change of mode touches no buffer. */
export const pointMaterial = (of: "sweep" | "accumulated" = "sweep"): PointMaterial =>
  new ShaderMaterial({
    vertexShader,
    fragmentShader,
    uniforms: uniformsOf(),
    defines: of === "accumulated" ? { ACCUMULATED: "" } : {},
  }) as PointMaterial;

const textures = new Map<string, DataTexture>();

function mapTexture(map: ColorMapName, theme: Theme): DataTexture {
  const key = `${map} ${theme}`;
  let texture = textures.get(key);
  if (!texture) {
    texture = new DataTexture(colorTable(map, theme), 256, 1, RGBAFormat, UnsignedByteType);
    texture.magFilter = texture.minFilter = LinearFilter;
    texture.needsUpdate = true;
    textures.set(key, texture);
  }
  return texture;
}

export interface PointLook {
  readonly mode: ColorMode | CloudColorMode;
  readonly theme: Theme;
  /** CSS pixels of a point at 22 m: the setting of the view. */
  readonly sizePx: number;
  /** Metres over the ground plane; null: all. */
  readonly clip: { readonly minM: number; readonly maxM: number } | null;
  readonly pixelRatio: number;
  readonly projection: "perspective" | "top";
}

/** Age is a distance in time: the same colours, oldest first. */
export const ageMap = "distance";

/** What photos span on each canvas: shadows must not vanish in a dark one, nor white look selected. */
const photoRange = { dark: [0.76, 0.14], light: [0.8, 0] } as const;

/** The size setting that gives the design's 1.55 px at 22 m. */
export const usualPointSizePx = 2;

export function setPointLook({ uniforms }: PointMaterial, look: PointLook): void {
  const colors = canvasColors[look.theme];
  uniforms.mode.value = modes.indexOf(look.mode);
  uniforms.map.value = mapTexture(
    look.mode === "camera" ? "height" : look.mode === "age" ? ageMap : look.mode,
    look.theme,
  );
  uniforms.noValue.value.fromArray(rgbOfHex(colors.noValue));
  uniforms.inside.value.fromArray(rgbOfHex(colors.inside));
  uniforms.photo.value.fromArray(photoRange[look.theme]);
  uniforms.clip.value.set(look.clip?.minM ?? -1e9, look.clip?.maxM ?? 1e9);
  uniforms.pointScale.value = look.sizePx / usualPointSizePx;
  uniforms.pixelRatio.value = look.pixelRatio;
  // Seen from straight above all points are equally near.
  uniforms.flatSize.value = look.projection === "top" ? 1.55 : 0;
}
