import {
  orthoAxes,
  orthoDepth,
  orthoRay,
  orthoYaw,
  type OrthoSide,
  type PointerToolEvent,
  type Session,
} from "@sweepmark/editor";
import { cuboidYaw, vec, wrapAngle, yawOf, type Cuboid, type Vec2 } from "@sweepmark/geometry";
import { neighbourhoodOf, type Neighbourhood } from "./neighbourhood.ts";
import { paintCuboid, paintPoints, slabM, type OrthoFrame } from "./ortho-painter.ts";
import { orthoScale } from "./ortho-scale.ts";
import { canvasColors, classColor, type Theme } from "./palette.ts";

export interface OrthoViewOptions {
  readonly theme: Theme;
  /** 1 fits the cuboid; shared by the three views. */
  readonly zoom: number;
}

/** What a view says beside its picture. */
export interface OrthoFacts {
  readonly pointsInside: number;
  /** In ego, as the inspector has it. */
  readonly yawRad: number;
  /** The cuboid's bottom over the ground under its centre, metres. */
  readonly overGroundM: number;
}

/** What is drawn of others: cuboids whose centre lies this near, metres, and that reach into what is drawn of the points. */
const othersM = 12;

/** Points around one selection, gathered once for the three views. */
const gathered = new WeakMap<Session, Neighbourhood>();

/** One parallel view of the selected cuboid on a 2D canvas. */
export class OrthoView {
  options: OrthoViewOptions;
  private readonly session: Session;
  private readonly side: OrthoSide;
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D | null;
  private readonly tell: (facts: OrthoFacts | undefined) => void;
  private picture: ImageData | undefined;
  private scheduled = 0;
  /** How the last picture lay; while a gesture goes on the next ones lie the same. */
  private frame: OrthoFrame | undefined;
  private isHeld = false;

  constructor(
    session: Session,
    side: OrthoSide,
    canvas: HTMLCanvasElement,
    options: OrthoViewOptions,
    tell: (facts: OrthoFacts | undefined) => void,
  ) {
    this.session = session;
    this.side = side;
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.options = options;
    this.tell = tell;
  }

  schedule(): void {
    this.scheduled ||= requestAnimationFrame(() => {
      this.scheduled = 0;
      this.paint();
    });
  }

  close(): void {
    cancelAnimationFrame(this.scheduled);
  }

  /** A gesture has begun in a view of the cuboid, or is over: pixels mean the same metres until then. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    if (!isHeld) this.schedule();
  }

  place([x, y]: Vec2): Pick<PointerToolEvent, "view" | "ray" | "at" | "pixelM" | "viewYawRad"> | undefined {
    const { frame, side } = this;
    const { toolId, moment } = this.session.store.getState();
    if (!frame || toolId !== "select") return undefined;
    const { cuboid, scale, widthPx, heightPx } = frame;
    return {
      view: { kind: "ortho", side },
      ray: orthoRay(cuboid, side, [(x - widthPx / 2) / scale, (heightPx / 2 - y) / scale]),
      at: moment.at,
      pixelM: () => 1 / scale,
      viewYawRad: orthoYaw(cuboid, side),
    };
  }

  private paint(): void {
    const { context, canvas, session, side } = this;
    const { theme, zoom } = this.options;
    const [widthPx, heightPx] = [canvas.clientWidth, canvas.clientHeight];
    if (!context || widthPx === 0 || heightPx === 0) return;
    const { frame, moment, selectedId, hiddenIds, view, dragging, readOnly } = session.store.getState();
    const shown = moment.tracks.find(({ track }) => track.id === selectedId && !hiddenIds.has(track.id))?.cuboid;
    if (!frame || !shown) {
      this.frame = undefined;
      context.clearRect(0, 0, canvas.width, canvas.height);
      return this.tell(undefined);
    }
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(widthPx * ratio), Math.round(heightPx * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    if (!this.frame || !(this.isHeld || dragging))
      this.frame = { side, cuboid: shown, widthPx, heightPx, scale: orthoScale(shown, widthPx, heightPx, zoom) };
    const near = neighbourhoodOf(
      frame,
      shown,
      { mode: view.colorMode, hiddenLidars: view.hiddenLidars },
      gathered.get(session),
    );
    gathered.set(session, near);
    if (this.picture?.width !== width || this.picture.height !== height) this.picture = new ImageData(width, height);
    const pixels = new Uint32Array(this.picture.data.buffer);
    const pointsInside = paintPoints(pixels, this.frame, shown, near, theme, ratio);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.putImageData(this.picture, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const groundM = session.context()?.groundAt(shown.center[0], shown.center[1]) ?? shown.center[2];
    paintCuboid(
      context,
      this.frame,
      {
        shown,
        others: this.others(shown),
        groundM: side === "top" ? undefined : groundM,
        handles: dragging || readOnly ? "none" : "shown",
        measures: "shown",
        color: canvasColors[theme].selection,
      },
      theme,
    );
    // As the list counts them, in double precision; while it is dragged, as drawn.
    const counted = selectedId === undefined ? undefined : session.store.getState().pointCounts.get(selectedId);
    this.tell({
      pointsInside: dragging ? pointsInside : (counted ?? pointsInside),
      yawRad: wrapAngle(cuboidYaw(shown) - yawOf(frame.worldFromEgo.rotation)),
      overGroundM: shown.center[2] - shown.size[2] / 2 - groundM,
    });
  }

  private others(shown: Cuboid<"world">): { readonly cuboid: Cuboid<"world">; readonly color: string }[] {
    const { document, store } = this.session;
    const { moment, selectedId, hiddenIds } = store.getState();
    const { into } = orthoAxes(shown, this.side);
    const isNear = ({ center, size }: Cuboid<"world">): boolean => {
      const from = vec.subtract(center, shown.center);
      const depthM = Math.abs(vec.dot(from, into)) - Math.hypot(size[0], size[1]) / 2;
      return vec.length(from) < othersM && depthM < orthoDepth(shown, this.side) / 2 + slabM;
    };
    return moment.tracks
      .filter(({ track, cuboid }) => track.id !== selectedId && !hiddenIds.has(track.id) && isNear(cuboid))
      .map(({ track, cuboid }) => ({
        cuboid,
        color: classColor(document.ontology, track.classId, this.options.theme),
      }));
  }
}
