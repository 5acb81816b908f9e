import { DoubleSide, Mesh, Points, ShaderMaterial, type Object3D } from "three";
import type { Vec3 } from "@sweepmark/geometry";
import type { Rgb } from "./oklch.ts";
import { VertexStream } from "./vertex-stream.ts";

/** Filled triangles with a colour and alpha each: faces, chevrons, lane areas. */
export class Triangles {
  readonly object: Mesh;
  private readonly stream = new VertexStream(
    [
      ["position", 3],
      ["rgba", 4],
    ],
    1024,
  );
  private readonly material: ShaderMaterial;

  constructor(parent: Object3D, renderOrder: number, depth: "tested" | "on-top") {
    this.material = new ShaderMaterial({
      vertexShader: /* glsl */ `
        attribute vec4 rgba;
        varying vec4 vColor;
        void main() { vColor = rgba; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }`,
      fragmentShader: /* glsl */ `
        varying vec4 vColor;
        void main() { gl_FragColor = vColor; }`,
      transparent: true,
      depthWrite: false,
      depthTest: depth === "tested",
      side: DoubleSide,
    });
    this.object = new Mesh(this.stream.geometry, this.material);
    this.object.frustumCulled = false;
    this.object.renderOrder = renderOrder;
    parent.add(this.object);
  }

  begin(): void {
    this.stream.begin();
  }

  triangle(a: Vec3, b: Vec3, c: Vec3, color: Rgb, alpha: number): void {
    this.vertex(a, color, alpha);
    this.vertex(b, color, alpha);
    this.vertex(c, color, alpha);
  }

  private vertex(at: Vec3, color: Rgb, alpha: number): void {
    let i = this.stream.add(1);
    const { data } = this.stream;
    data[i++] = at[0];
    data[i++] = at[1];
    data[i++] = at[2];
    data[i++] = color[0];
    data[i++] = color[1];
    data[i++] = color[2];
    data[i] = alpha;
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

const shapes = ["square", "disc", "ring"] as const;
export type MarkerShape = (typeof shapes)[number];

export interface Marker {
  readonly shape: MarkerShape;
  /** CSS pixels across, without the halo. */
  readonly sizePx: number;
  readonly color: Rgb;
  readonly halo: Rgb;
  readonly haloPx: number;
}

/** Signs of constant screen size: handles, vertices, knobs. Always on top. */
export class Markers {
  readonly object: Points;
  private readonly stream = new VertexStream(
    [
      ["position", 3],
      ["inner", 3],
      ["outer", 3],
      ["look", 3],
    ],
    128,
  );
  private readonly material: ShaderMaterial;

  constructor(parent: Object3D, renderOrder: number) {
    this.material = new ShaderMaterial({
      vertexShader: /* glsl */ `
        uniform float pixelRatio;
        attribute vec3 inner, outer, look;   // look: shape, size, halo width in CSS pixels
        varying vec3 vInner, vOuter, vLook;
        varying float vPixels;
        void main() {
          gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
          vInner = inner; vOuter = outer; vLook = look;
          vPixels = ceil((look.y + 2.0 * look.z + 1.0) * pixelRatio);
          gl_PointSize = vPixels;
        }`,
      fragmentShader: /* glsl */ `
        uniform float pixelRatio;
        varying vec3 vInner, vOuter, vLook;
        varying float vPixels;
        void main() {
          vec2 p = (gl_PointCoord - 0.5) * vPixels / pixelRatio;
          float half_ = vLook.y * 0.5;
          float off = vLook.x < 0.5 ? max(abs(p.x), abs(p.y)) - half_ : length(p) - half_;
          if (vLook.x > 1.5) off = abs(off + 0.75) - 0.75;
          float cover = clamp(0.5 - off * pixelRatio, 0.0, 1.0);
          float around = clamp(0.5 - (off - vLook.z) * pixelRatio, 0.0, 1.0);
          if (around < 0.01) discard;
          gl_FragColor = vec4(mix(vOuter, vInner, cover), around);
        }`,
      uniforms: { pixelRatio: { value: 1 } },
      transparent: true,
      depthWrite: false,
      depthTest: false,
    });
    this.object = new Points(this.stream.geometry, this.material);
    this.object.frustumCulled = false;
    this.object.renderOrder = renderOrder;
    parent.add(this.object);
  }

  begin(pixelRatio: number): void {
    this.stream.begin();
    this.material.uniforms.pixelRatio.value = pixelRatio;
  }

  marker([x, y, z]: Vec3, { shape, sizePx, color, halo, haloPx }: Marker): void {
    const at = this.stream.add(1);
    this.stream.data.set([x, y, z, ...color, ...halo, shapes.indexOf(shape), sizePx, haloPx], at);
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
