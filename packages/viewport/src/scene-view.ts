import type { Cuboid } from "@sweepmark/geometry";
import type { TrackMoment } from "@sweepmark/document";
import {
  focusedCuboid,
  focusM,
  hiddenNow,
  type PointerToolEvent,
  type Session,
  type SessionState,
} from "@sweepmark/editor";
import type { AccumulatedCloud, Frame } from "@sweepmark/log";
import { Color, type Scene, type WebGLRenderer } from "three";
import type { AxisGizmo } from "./axis-gizmo.ts";
import { cameraColors } from "./camera-colors.ts";
import { CloudPoints } from "./cloud-points.ts";
import type { CameraRig } from "./camera-rig.ts";
import { cuboidTag, type TagWish } from "./choose-tags.ts";
import { drawCuboidHandles, drawCuboids, drawGhost, drawPreview, type DrawnCuboid } from "./draw-cuboids.ts";
import { drawLane, drawLaneHandles } from "./draw-lanes.ts";
import { drawLogLabels } from "./draw-log-labels.ts";
import { drawSuggestions } from "./draw-suggestions.ts";
import { drawSurroundings, drawTrajectory } from "./draw-surroundings.ts";
import { metresPerPixel, rayUnder, type Eye } from "./eye.ts";
import { groundPlaneOf } from "./ground-plane.ts";
import type { ViewportText } from "./messages.ts";
import { rgbOfHex } from "./oklch.ts";
import { canvasColors, classColor, classLetter, type Theme } from "./palette.ts";
import { setPointLook } from "./point-material.ts";
import { SceneLayers, sceneColors } from "./scene-layers.ts";
import { poseToScene, sceneOriginOf, toScene, toWorld, type SceneOrigin } from "./scene-space.ts";
import { SweepPoints } from "./sweep-points.ts";
import type { TagLayer } from "./tag-layer.ts";

/** What the page decides about the view, apart from the session. */
export interface ViewOptions {
  readonly theme: Theme;
  readonly text: ViewportText;
  readonly inset: { readonly top: number; readonly bottom: number };
}

/** The picture of one session: reads the session's state, fills the layers, moves the camera. Owns no loop. */
export class SceneView {
  options: ViewOptions;
  private readonly session: Session;
  private readonly renderer: WebGLRenderer;
  private readonly scene: Scene;
  private readonly rig: CameraRig;
  private readonly tags: TagLayer;
  private readonly gizmo: AxisGizmo;
  private readonly redraw: () => void;
  private readonly layers: SceneLayers;
  private sweeps: SweepPoints[] = [];
  private cloud: CloudPoints | undefined;
  private origin: SceneOrigin | undefined;
  private shown: Frame | undefined;
  private lastEye: Eye | undefined;
  private requestSerial: number;
  /** The selected cuboid as it was when the gesture began: drawn as a ghost while it is dragged. */
  private resting: { readonly id: string; readonly cuboid: Cuboid<"world"> } | undefined;
  private coloring: AbortController | undefined;
  private coloredFrame: Frame | undefined;

  constructor(
    session: Session,
    renderer: WebGLRenderer,
    scene: Scene,
    rig: CameraRig,
    overlay: { readonly tags: TagLayer; readonly gizmo: AxisGizmo },
    options: ViewOptions,
    redraw: () => void,
  ) {
    this.session = session;
    this.renderer = renderer;
    this.scene = scene;
    this.rig = rig;
    this.tags = overlay.tags;
    this.gizmo = overlay.gizmo;
    this.options = options;
    this.redraw = redraw;
    this.layers = new SceneLayers(scene);
    this.requestSerial = session.store.getState().viewRequest.serial;
  }

  /** The eye of the last picture; undefined before the first. */
  get eye(): Eye | undefined {
    return this.lastEye;
  }

  get sceneOrigin(): SceneOrigin | undefined {
    return this.origin;
  }

  /** Brings everything up to date and draws. */
  draw(deltaSeconds: number, widthPx: number, heightPx: number): void {
    const state = this.session.store.getState();
    const { frame } = state;
    this.rig.resize(widthPx, heightPx);
    this.rig.setProjection(state.view.projection);
    if (frame && frame !== this.shown) this.showFrame(frame);
    this.followRequest(state);
    if (this.rig.update(deltaSeconds)) this.redraw();

    const eye = this.rig.eye();
    this.lastEye = eye;
    const pixelRatio = this.renderer.getPixelRatio();
    this.renderer.setClearColor(new Color(canvasColors[this.options.theme].canvas), 1);
    this.gizmo.show(eye, this.options.theme);
    this.layers.begin(eye, pixelRatio);
    if (frame && this.origin) {
      this.drawPoints(state, pixelRatio);
      this.drawCloud(state, frame, this.origin, pixelRatio);
      this.drawLabels(state, frame, this.origin, eye);
    }
    this.layers.end();
    this.renderer.render(this.scene, this.rig.camera);
  }

  /** The ray and the scales under a pixel, for tools. */
  place(
    position: readonly [number, number],
  ): Pick<PointerToolEvent, "view" | "ray" | "at" | "pixelM" | "viewYawRad"> | undefined {
    const { lastEye: eye, origin, shown } = this;
    if (!eye || !origin || !shown) return undefined;
    const ray = rayUnder(eye, position);
    // Scene and world have parallel axes: a direction is the same in both.
    const [dx, dy, dz] = ray.direction;
    return {
      view: { kind: "main" },
      ray: { origin: toWorld(origin, ray.origin), direction: [dx, dy, dz] },
      at: shown.at,
      pixelM: (distanceM) => metresPerPixel(eye, distanceM),
      viewYawRad: Math.atan2(eye.right[1], eye.right[0]),
    };
  }

  /** After a lost context came back: buffers of the old one are gone. */
  restore(): void {
    for (const sweep of this.sweeps) sweep.abandon();
    this.sweeps = [];
    this.cloud?.abandon();
    this.cloud = undefined;
    this.shown = undefined;
    this.coloredFrame = undefined;
    this.redraw();
  }

  dispose(): void {
    this.coloring?.abort();
    for (const sweep of this.sweeps) sweep.dispose();
    this.cloud?.dispose();
    this.sweeps = [];
    this.reportMemory();
    this.session.memory.report("cloud", this, 0);
    this.layers.dispose();
  }

  private showFrame(frame: Frame): void {
    this.shown = frame;
    this.coloredFrame = undefined;
    this.origin ??= sceneOriginOf(frame);
    this.coloring?.abort();
    const origin = this.origin;
    const plane = groundPlaneOf(frame);
    const placed = frame.sweeps.filter(({ egoFromLidar }) => egoFromLidar !== undefined);
    while (this.sweeps.length < placed.length) this.sweeps.push(new SweepPoints(this.renderer, this.scene));
    this.sweeps.forEach((points, i) => {
      if (placed[i]) points.show(placed[i], frame.worldFromEgo, origin, plane);
      else points.hide();
    });
    this.reportMemory();
    this.rig.followEgo(poseToScene(origin, frame.worldFromEgo));
  }

  private reportMemory(): void {
    const bytes = this.sweeps.reduce((sum, { gpuBytes }) => sum + gpuBytes, 0);
    this.session.memory.report("points", this, bytes);
  }

  private followRequest({ viewRequest, frame }: SessionState): void {
    if (viewRequest.serial === this.requestSerial || !frame || !this.origin) return;
    this.requestSerial = viewRequest.serial;
    if (viewRequest.kind === "reset") this.rig.reset(poseToScene(this.origin, frame.worldFromEgo), "fly");
    else if (viewRequest.kind === "focus-suggestion") this.focusSuggestion();
    else this.focusSelection();
  }

  private focusSuggestion(): void {
    const { here, focusedId } = this.session.store.getState().suggestions;
    const focused = here.find(({ track }) => track.id === focusedId);
    if (!focused || !this.origin) return;
    // Farther away than a selection: what stands around it says what it is.
    this.rig.focus(toScene(this.origin, focused.cuboid.center), Math.max(3, Math.hypot(...focused.cuboid.size)));
  }

  private focusSelection(): void {
    const { moment, selectedId } = this.session.store.getState();
    if (!this.origin) return;
    const track = moment.tracks.find((candidate) => candidate.track.id === selectedId);
    if (track) {
      this.rig.focus(toScene(this.origin, track.cuboid.center), Math.hypot(...track.cuboid.size) / 2);
      return;
    }
    const lane = moment.laneBoundaries.find(({ id }) => id === selectedId);
    if (!lane) return;
    const bounds = [0, 1, 2].map((axis) => {
      const values = lane.points.map((point) => point[axis]);
      return {
        middle: (Math.min(...values) + Math.max(...values)) / 2,
        span: Math.max(...values) - Math.min(...values),
      };
    });
    const [x, y, z] = bounds.map(({ middle }) => middle);
    this.rig.focus(toScene(this.origin, [x, y, z]), Math.max(2, Math.hypot(...bounds.map(({ span }) => span)) / 3));
  }

  private drawPoints(state: SessionState, pixelRatio: number): void {
    const { view, moment, selectedId, hiddenIds } = state;
    const selected = moment.tracks.find(({ track }) => track.id === selectedId && !hiddenIds.has(track.id));
    if (view.colorMode === "camera") this.colorByCamera();
    const placed = this.shown?.sweeps.filter(({ egoFromLidar }) => egoFromLidar !== undefined) ?? [];
    for (const [i, points] of this.sweeps.entries()) {
      points.object.visible = i < placed.length && !view.hiddenLidars.has(placed[i].topic);
      if (!points.object.visible) continue;
      setPointLook(points.material, {
        mode: view.colorMode,
        theme: this.options.theme,
        sizePx: view.pointSize,
        clip: view.clip,
        pixelRatio,
        projection: view.projection,
      });
      points.setInside(selected?.cuboid, view.focus ? focusM : undefined);
    }
  }

  /** The accumulated cloud under the sweeps; its buffers go when it does. */
  private drawCloud(state: SessionState, frame: Frame, origin: SceneOrigin, pixelRatio: number): void {
    const { view, accumulation, moment, selectedId, hiddenIds } = state;
    const { cloud } = accumulation;
    if (!cloud || cloud.count === 0) {
      if (this.cloud) this.session.memory.report("cloud", this, 0);
      this.cloud?.dispose();
      this.cloud = undefined;
      return;
    }
    this.cloud ??= new CloudPoints(this.renderer, this.scene);
    this.cloud.show(cloud, origin, groundPlaneOf(frame)[2]);
    this.session.memory.report("cloud", this, this.cloud.gpuBytes + bytesOf(cloud));
    setPointLook(this.cloud.material, {
      mode: accumulation.colorMode,
      theme: this.options.theme,
      sizePx: view.pointSize,
      clip: view.clip,
      pixelRatio,
      projection: view.projection,
    });
    const selected = moment.tracks.find(({ track }) => track.id === selectedId && !hiddenIds.has(track.id));
    this.cloud.setInside(selected?.cuboid, view.focus ? focusM : undefined);
  }

  /** Starts colouring the frame by its images, unless that is done or under way. */
  private colorByCamera(): void {
    const frame = this.shown;
    if (!frame || this.coloredFrame === frame) return;
    this.coloredFrame = frame;
    this.coloring?.abort();
    const abort = new AbortController();
    this.coloring = abort;
    for (const points of this.sweeps) {
      const { sweep } = points;
      if (!sweep || !points.object.visible) continue;
      const show = (colors: Uint8Array): void => {
        if (points.sweep === sweep && !abort.signal.aborted) points.setColors(colors);
        this.reportMemory();
        this.redraw();
      };
      cameraColors(this.session, frame, sweep, show, abort.signal).catch(() => {
        // Aborted: the view has moved on to another frame.
        if (this.coloredFrame === frame) this.coloredFrame = undefined;
      });
    }
  }

  private drawLabels(state: SessionState, frame: Frame, origin: SceneOrigin, eye: Eye): void {
    const { theme, text, inset } = this.options;
    const { document } = this.session;
    const colors = sceneColors(theme);
    const { moment, selectedId, hoveredId } = state;
    const hiddenIds = hiddenNow(state);
    const look = (id: string) => (id === selectedId ? "selected" : id === hoveredId ? "hovered" : "plain");
    const sceneFromEgo = poseToScene(origin, frame.worldFromEgo);
    const plane = groundPlaneOf(frame);
    const words = drawSurroundings(this.layers, eye, sceneFromEgo, plane, text("viewport.ego"), colors);

    const logLabels = { frame, hidden: state.hiddenLogTopics, hovered: state.hoveredLogLabel };
    const logWishes = focusedCuboid(state) ? [] : drawLogLabels(this.layers, eye, origin, logLabels, colors);
    const suggested = { ...state.suggestions, ontology: document.ontology, egoAt: sceneFromEgo.translation };
    const suggestionWishes = focusedCuboid(state) ? [] : drawSuggestions(this.layers, eye, origin, suggested, colors);
    const lanes = moment.laneBoundaries.filter(({ id }) => !hiddenIds.has(id));
    for (const lane of lanes.toSorted((a, b) => Number(a.id === selectedId) - Number(b.id === selectedId)))
      drawLane(this.layers, eye, origin, document.ontology, lane, look(lane.id), colors);

    const cuboids = moment.tracks
      .filter(({ track }) => !hiddenIds.has(track.id))
      .map((track): DrawnCuboid => ({
        moment: track,
        color: rgbOfHex(classColor(document.ontology, track.track.classId, theme)),
        state: look(track.track.id),
      }));
    const selected = cuboids.find((drawn) => drawn.state === "selected");
    this.keepResting(state, selected?.moment);
    // Also where it is absent: its way says where it was, and a click on a mark leads there.
    const way = selectedId === undefined || hiddenIds.has(selectedId) ? undefined : document.get(selectedId);
    if (way?.kind === "track" && !way.static) {
      const color = rgbOfHex(classColor(document.ontology, way.classId, theme));
      const shown = { track: way, keyframes: document.keyframes(way.id), at: frame.at };
      drawTrajectory(this.layers, eye, origin, shown, color, colors);
    }
    if (state.dragging && this.resting) drawGhost(this.layers, origin, this.resting.cuboid, colors);
    drawCuboids(this.layers, eye, origin, cuboids, colors);
    const { preview } = state;
    if (preview) {
      const color = rgbOfHex(classColor(document.ontology, preview.classId, theme));
      drawPreview(this.layers, eye, origin, preview.cuboid, color);
    }
    if (!state.readOnly && selectedId !== undefined && !hiddenIds.has(selectedId)) {
      const handles = this.session.handles();
      // While one handle is dragged the others are in the way.
      if (selected && !state.dragging)
        drawCuboidHandles(this.layers, eye, origin, selected.moment.cuboid, handles, colors);
      drawLaneHandles(this.layers, eye, origin, handles, state.selectedVertex, colors);
    }

    const wishes = cuboids
      .map(({ moment: { track, cuboid }, state: tagLook }): TagWish | undefined =>
        cuboidTag(
          eye,
          track.id,
          { ...cuboid, center: toScene(origin, cuboid.center) },
          sceneFromEgo.translation,
          track.name,
          {
            letter: classLetter(document.ontology, track.classId),
            color: classColor(document.ontology, track.classId, theme),
          },
          tagLook,
        ),
      )
      .filter((wish) => wish !== undefined);
    this.tags.show(eye, theme, [...wishes, ...suggestionWishes, ...logWishes], words, {
      left: 0,
      top: inset.top,
      width: eye.widthPx,
      height: eye.heightPx - inset.top - inset.bottom,
    });
  }

  private keepResting({ dragging }: SessionState, selected: TrackMoment | undefined): void {
    if (dragging) {
      if (selected && this.resting?.id !== selected.track.id) this.resting = undefined;
    } else this.resting = selected && { id: selected.track.id, cuboid: selected.cuboid };
  }
}

const bytesOf = ({ positions, intensity, heightsCm, sweepIndex }: AccumulatedCloud): number =>
  [positions, intensity, heightsCm, sweepIndex].reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
