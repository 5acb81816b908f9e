import { BufferGeometry, PerspectiveCamera, Points, Scene, WebGLRenderer } from "three";
import { pointMaterial } from "./point-material.ts";
import { SceneLayers } from "./scene-layers.ts";

let prepared: WebGLRenderer | undefined;
let isWanted = true;

/**
 * Makes the renderer of the next 3D view while nobody waits for it: a context and its shaders take some hundred
 * milliseconds, more where the machine is busy with the first picture of the panels around it. Does nothing once a view
 * has taken one.
 */
export function prepareScene(): void {
  if (!isWanted || prepared) return;
  prepared = create();
  if (!prepared) return;
  const scene = new Scene();
  // Never drawn and never disposed of: who holds a material keeps its program compiled.
  new SceneLayers(scene);
  scene.add(new Points(new BufferGeometry(), pointMaterial()));
  prepared.compile(scene, new PerspectiveCamera());
}

/** A renderer on a canvas of its own, which belongs to the caller; undefined where there is no WebGL 2. */
export function takeRenderer(): WebGLRenderer | undefined {
  const renderer = prepared ?? create();
  isWanted = false;
  prepared = undefined;
  return renderer;
}

function create(): WebGLRenderer | undefined {
  try {
    return new WebGLRenderer({ alpha: true, antialias: false, powerPreference: "high-performance" });
  } catch {
    return undefined;
  }
}
