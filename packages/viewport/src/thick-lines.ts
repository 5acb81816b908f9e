import { Mesh, ShaderMaterial, Vector2, type Object3D } from "three";
import type { Vec3 } from "@sweepmark/geometry";
import type { Rgb } from "./oklch.ts";
import { VertexStream } from "./vertex-stream.ts";

/**
 * Lines with a width in CSS pixels, round ends, dashes and alpha per segment, in one draw call, in the order of
 * `segment` calls: a halo is a wider segment that comes first. three's LineMaterial knows neither alpha nor width nor
 * dash per segment, and halos of one cuboid would cover the lines of the one behind it.
 */
const vertexShader = /* glsl */ `
attribute vec3 start, end;
attribute vec4 color;
attribute vec4 style;        // width, dash, gap, phase in CSS pixels
uniform vec2 resolution;     // CSS pixels
varying vec4 vColor;
varying vec2 vPlace;         // along, across
varying vec4 vStyle;
varying float vLength;

void main() {
  vec4 a = modelViewMatrix * vec4(start, 1.0);
  vec4 b = modelViewMatrix * vec4(end, 1.0);
  // Perspective only: bring what is behind the eye to just in front of it.
  if (projectionMatrix[2][3] == -1.0) {
    float near = -0.05;
    if (a.z > near && b.z > near) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
    if (a.z > near) a = mix(a, b, (near - a.z) / (b.z - a.z));
    if (b.z > near) b = mix(b, a, (near - b.z) / (a.z - b.z));
  }
  vec4 ca = projectionMatrix * a;
  vec4 cb = projectionMatrix * b;
  vec3 na = ca.xyz / ca.w;
  vec3 nb = cb.xyz / cb.w;
  vec2 pa = na.xy * resolution * 0.5;
  vec2 pb = nb.xy * resolution * 0.5;
  vec2 along = pb - pa;
  float len = length(along);
  vec2 dir = len > 1e-4 ? along / len : vec2(1.0, 0.0);
  vec2 normal = vec2(-dir.y, dir.x);
  float reach = style.x * 0.5 + 1.0;
  int corner = gl_VertexID & 3;
  float s = corner == 1 || corner == 2 ? 1.0 : 0.0;   // at start, at end
  float side = corner < 2 ? -1.0 : 1.0;
  vec2 p = mix(pa - dir * reach, pb + dir * reach, s) + normal * side * reach;
  gl_Position = vec4(p * 2.0 / resolution, mix(na.z, nb.z, s), 1.0);
  vColor = color;
  vStyle = style;
  vLength = len;
  vPlace = vec2(mix(-reach, len + reach, s), side * reach);
}`;

const fragmentShader = /* glsl */ `
uniform float pixelRatio;
varying vec4 vColor;
varying vec2 vPlace;
varying vec4 vStyle;
varying float vLength;
void main() {
  float beyond = max(max(-vPlace.x, vPlace.x - vLength), 0.0);
  float off = length(vec2(beyond, vPlace.y));
  float cover = clamp((vStyle.x * 0.5 - off) * pixelRatio + 0.5, 0.0, 1.0);
  if (vStyle.y > 0.0) {
    float at = mod(vPlace.x + vStyle.w, vStyle.y + vStyle.z);
    cover *= clamp((vStyle.y - at) * pixelRatio + 0.5, 0.0, 1.0) * step(beyond, 0.0);
  }
  float alpha = vColor.a * cover;
  if (alpha < 0.004) discard;
  gl_FragColor = vec4(vColor.rgb, alpha);
}`;

/** How a line is drawn. Lengths in CSS pixels. */
export interface Stroke {
  readonly color: Rgb;
  readonly alpha: number;
  readonly widthPx: number;
  /** On and off lengths; absent: solid. */
  readonly dash?: readonly [on: number, off: number];
}

/** Of a vertex. */
const floats = 14;

export class ThickLines {
  readonly object: Mesh;
  private readonly material: ShaderMaterial;
  /** Four vertices for each piece, which differ by their number alone. */
  private readonly stream = new VertexStream(
    [
      ["start", 3],
      ["end", 3],
      ["color", 4],
      ["style", 4],
    ],
    4 * 512,
    "quads",
  );

  constructor(parent: Object3D, renderOrder: number, depth: "tested" | "on-top") {
    this.material = new ShaderMaterial({
      vertexShader,
      fragmentShader,
      uniforms: { resolution: { value: new Vector2(1, 1) }, pixelRatio: { value: 1 } },
      transparent: true,
      depthWrite: false,
      depthTest: depth === "tested",
    });
    this.object = new Mesh(this.stream.geometry, this.material);
    this.object.frustumCulled = false;
    this.object.renderOrder = renderOrder;
    parent.add(this.object);
  }

  begin(widthPx: number, heightPx: number, pixelRatio: number): void {
    this.stream.begin();
    this.material.uniforms.resolution.value.set(widthPx, heightPx);
    this.material.uniforms.pixelRatio.value = pixelRatio;
  }

  /** One piece, in scene. `phasePx`: length of the polyline before it, so that dashes run on. */
  segment(from: Vec3, to: Vec3, stroke: Stroke, phasePx = 0): void {
    const first = this.stream.add(4);
    const { data } = this.stream;
    let i = first;
    data[i++] = from[0];
    data[i++] = from[1];
    data[i++] = from[2];
    data[i++] = to[0];
    data[i++] = to[1];
    data[i++] = to[2];
    data[i++] = stroke.color[0];
    data[i++] = stroke.color[1];
    data[i++] = stroke.color[2];
    data[i++] = stroke.alpha;
    data[i++] = stroke.widthPx;
    data[i++] = stroke.dash?.[0] ?? 0;
    data[i++] = stroke.dash?.[1] ?? 0;
    data[i] = phasePx;
    data.copyWithin(first + floats, first, first + floats);
    data.copyWithin(first + 2 * floats, first, first + 2 * floats);
  }

  end(): void {
    this.object.geometry = this.stream.geometry;
    this.object.visible = !this.stream.isEmpty;
    this.stream.end();
  }

  dispose(): void {
    this.object.removeFromParent();
    this.stream.dispose();
    this.material.dispose();
  }
}
