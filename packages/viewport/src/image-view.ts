import { invert, transformDirection, unproject, type CameraModel, type Vec2 } from "@sweepmark/geometry";
import { momentAt } from "@sweepmark/document";
import { hiddenNow, type PointerToolEvent, type Session } from "@sweepmark/editor";
import type { CameraImage, Frame } from "@sweepmark/log";
import type { RecordId } from "@sweepmark/schema";
import { holdBitmap, type HeldBitmap } from "./bitmaps.ts";
import {
  frameAround,
  frameImage,
  panBy,
  toImage,
  unzoomed,
  zoomAt,
  type Extent,
  type ImageFrame,
} from "./image-frame.ts";
import { paintLabels, paintNote, paintPoints, paintPreview } from "./image-painter.ts";
import { boundsOf, imageScene, pointsInImage, type ImageScene } from "./image-scene.ts";
import { paintLogLabels } from "./paint-log-labels.ts";
import { paintSuggestions } from "./paint-suggestions.ts";
import { reductionFor, type Reduction } from "./reduction.ts";
import { NoCodecError } from "./video-bitmaps.ts";
import type { ViewportMessage, ViewportText } from "./messages.ts";
import { canvasColors, classColor, type Theme } from "./palette.ts";
import { projectCuboid } from "./projection.ts";

export interface ImageViewOptions {
  readonly theme: Theme;
  readonly fit: "contain" | "cover";
  readonly text: ViewportText;
  readonly navigation: "zoom" | "still";
  readonly follow: "nothing" | "selection";
}

interface ShownImage {
  readonly image: CameraImage;
  readonly frame: Frame;
  readonly held: HeldBitmap;
  /** undefined: it cannot be decoded. */
  readonly bitmap: ImageBitmap | undefined;
  /** Why it cannot. */
  readonly failure?: unknown;
  /** Lidar points in it, once they were asked for. */
  points?: Float32Array | undefined;
}

/**
 * One camera's canvas. The picture and the labels on it always belong together: until the next image is decoded the
 * old one stays, with the labels of its own time.
 */
export class ImageView {
  options: ImageViewOptions;
  private readonly session: Session;
  private readonly cameraId: string;
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D | null;
  private shown: ShownImage | undefined;
  private wanted: { readonly image: CameraImage; readonly reduction: Reduction } | undefined;
  /** The image whose successor has been decoded. */
  private aheadOf: CameraImage | undefined;
  private zoom = unzoomed;
  private scheduled = 0;
  /** Where the image lay in the last picture: what the pointer is over. */
  private painted: ImageFrame | undefined;
  private closed = false;

  constructor(session: Session, cameraId: string, canvas: HTMLCanvasElement, options: ImageViewOptions) {
    this.session = session;
    this.cameraId = cameraId;
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.options = options;
  }

  get zoomed(): boolean {
    return this.zoom.zoom > 1;
  }

  /** Asks for a picture in the next animation frame. */
  schedule(): void {
    if (this.closed) return;
    this.scheduled ||= requestAnimationFrame(() => {
      this.scheduled = 0;
      this.follow();
      this.paint();
    });
  }

  place(position: Vec2): Pick<PointerToolEvent, "view" | "ray" | "at" | "pixelM" | "viewYawRad"> | undefined {
    const { shown } = this;
    const model = this.model();
    const frame = this.painted;
    const worldFromCamera = shown?.image.worldFromCamera;
    if (!shown || !model || !frame || !worldFromCamera) return undefined;
    const direction = unproject(model, toImage(frame, position));
    if (!direction) return undefined;
    const right = transformDirection(worldFromCamera, [1, 0, 0]);
    return {
      view: { kind: "image", cameraId: this.cameraId },
      ray: { origin: worldFromCamera.translation, direction: transformDirection(worldFromCamera, direction) },
      at: shown.image.at,
      pixelM: (distanceM) => distanceM / (model.fx * frame.scale),
      viewYawRad: Math.atan2(right[1], right[0]),
    };
  }

  zoomBy(factor: number, pointer: Vec2): void {
    this.zoom = zoomAt(this.zoom, factor, pointer, this.extent());
    this.schedule();
  }

  panBy(delta: Vec2): void {
    const { shown } = this;
    if (shown) this.zoom = panBy(this.zoom, delta, shown.image, this.extent(), this.options.fit);
    this.schedule();
  }

  resetZoom(): void {
    this.zoom = unzoomed;
    this.schedule();
  }

  close(): void {
    this.closed = true;
    cancelAnimationFrame(this.scheduled);
    this.shown?.held.release();
    this.shown = undefined;
    this.wanted = undefined;
  }

  /** Starts decoding the image of the shown frame, if it is another one, or lies there larger than it was decoded for. */
  follow(): void {
    if (this.closed) return;
    const { picturedFrame: frame } = this.session.store.getState();
    const image = frame?.images.find(({ cameraId }) => cameraId === this.cameraId);
    // Nobody looked at it when the frame was read: its image is on the way.
    if (frame?.unread?.includes(this.cameraId)) return;
    if (!frame || !image) {
      this.shown?.held.release();
      this.shown = undefined;
      this.wanted = undefined;
      return;
    }
    const reduction = this.reductionOf(image);
    if (image === this.wanted?.image && this.wanted.reduction <= reduction) return;
    const wanted = { image, reduction };
    this.wanted = wanted;
    const held = holdBitmap(this.session.memory, image, reduction);
    const take = (bitmap: ImageBitmap | undefined, failure?: unknown): void => {
      if (this.closed || this.wanted !== wanted) {
        held.release();
        return;
      }
      const { shown } = this;
      shown?.held.release();
      this.shown = { image, frame, held, bitmap, failure, ...(shown?.image === image && { points: shown.points }) };
      this.schedule();
      this.lookAhead();
    };
    held.bitmap.then(take, (failure: unknown) => take(undefined, failure));
  }

  /** By where the last picture lay; the first one is not seen closer up than it fits. */
  private reductionOf(image: CameraImage): Reduction {
    const { scale } = this.painted ?? frameImage(image, this.extent(), this.options.fit, this.zoom);
    return reductionFor(scale * (window.devicePixelRatio || 1));
  }

  /** Once this frame's picture is there and nothing else is to do, that of the next one is decoded; at most one ahead. */
  lookAhead(): void {
    const { shown } = this;
    if (!shown || shown.image !== this.wanted?.image || this.aheadOf === shown.image) return;
    const image = this.session.upcoming()?.images.find(({ cameraId }) => cameraId === this.cameraId);
    // Frames of video follow from each other: one is decoded on the way to the next.
    if (!image || image.content.kind === "video") return;
    this.aheadOf = shown.image;
    whenIdle(() => {
      const isNext =
        !this.closed && this.wanted?.image === shown.image && this.session.upcoming()?.images.includes(image);
      // Held by nobody it stays as long as there is room.
      if (isNext) holdBitmap(this.session.memory, image, this.reductionOf(image)).release();
    });
  }

  private paint(): void {
    const { context, canvas, shown } = this;
    const { theme, text, navigation } = this.options;
    const { width, height } = this.extent();
    if (!context || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = canvasColors[theme].canvas;
    context.fillRect(0, 0, width, height);
    this.painted = undefined;
    if (!shown) {
      const { picturedFrame: current } = this.session.store.getState();
      if (!current || this.wanted || current.unread?.includes(this.cameraId)) return;
      const unread = this.unread(current);
      if (unread !== undefined) paintNote(context, unread, width, height - 26);
      paintNote(context, text(unread === undefined ? "viewport.noImage" : "viewport.unreadable"), width, height);
      return;
    }
    const { image, bitmap } = shown;
    const state = this.session.store.getState();
    const model = this.model();
    const { document } = this.session;
    const { at } = shown.frame;
    const moment = state.moment.at === at ? state.moment : momentAt(document, at);
    const scene = model && imageScene(document, model, image, moment, hiddenNow(state));
    const frame = this.frameOf(image, scene, state.selectedId);
    this.painted = frame;
    this.follow();
    if (bitmap) {
      context.imageSmoothingQuality = "high";
      context.drawImage(bitmap, frame.left, frame.top, image.width * frame.scale, image.height * frame.scale);
    }
    if (model && scene) {
      const detail = navigation === "zoom" ? "full" : "small";
      context.save();
      // Labels end where the picture ends.
      context.beginPath();
      context.rect(frame.left, frame.top, image.width * frame.scale, image.height * frame.scale);
      context.clip();
      if (state.view.pointsInImages)
        paintPoints(context, this.pointsOf(shown, model), frame, detail === "full" ? 2 : 1.25);
      const { hiddenLogTopics: hidden, hoveredLogLabel: hovered } = state;
      if (image.worldFromCamera)
        paintLogLabels(context, model, image.worldFromCamera, frame, { frame: shown.frame, hidden, hovered, detail });
      if (image.worldFromCamera && state.frame?.sweeps === shown.frame.sweeps)
        paintSuggestions(context, model, image.worldFromCamera, frame, {
          ...state.suggestions,
          ontology: this.session.document.ontology,
          detail,
        });
      paintLabels(context, scene, frame, { ...state, detail });
      if (state.frame?.sweeps === shown.frame.sweeps) this.paintPreview(context, model, image, frame);
      context.restore();
    }
    const missing = this.missing(shown);
    const { failure } = shown;
    if (missing === "viewport.undecodable" && failure instanceof NoCodecError)
      paintNote(context, `${text("viewport.noCodec")} (${failure.codec})`, width, height);
    else if (missing) paintNote(context, text(missing), width, height);
  }

  private paintPreview(
    context: CanvasRenderingContext2D,
    model: CameraModel,
    { worldFromCamera }: CameraImage,
    frame: ImageFrame,
  ): void {
    const { preview } = this.session.store.getState();
    const shape = preview && worldFromCamera && projectCuboid(model, invert(worldFromCamera), preview.cuboid);
    if (shape) paintPreview(context, shape, classColor(this.session.document.ontology, preview.classId, "dark"), frame);
  }

  private pointsOf(shown: ShownImage, model: CameraModel): Float32Array {
    return (shown.points ??= pointsInImage(model, shown.image, shown.frame));
  }

  private frameOf(image: CameraImage, scene: ImageScene | undefined, selectedId: RecordId | undefined): ImageFrame {
    const { fit, follow } = this.options;
    const bounds =
      follow === "selection" && scene && selectedId !== undefined ? boundsOf(scene, selectedId, image) : undefined;
    return bounds ? frameAround(bounds, image, this.extent(), fit) : frameImage(image, this.extent(), fit, this.zoom);
  }

  private missing({ bitmap, image }: ShownImage): ViewportMessage | undefined {
    if (!bitmap) return "viewport.undecodable";
    if (!this.model()) return "viewport.noCalibration";
    return image.worldFromCamera ? undefined : "viewport.noPose";
  }

  /** Topic and frame of an image that is in the log, but cannot be read. */
  private unread({ index, problems }: Frame): string | undefined {
    const topic = this.session.log.info.cameras.find(({ id }) => id === this.cameraId)?.imageTopic;
    const isBad = problems.some((problem) => problem.severity === "error" && problem.topic === topic);
    if (topic === undefined || !isBad) return undefined;
    const name = topic.replace(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
    return `${name.length > 40 ? `${name.slice(0, 39)}…` : name} · ${index}`;
  }

  private model(): CameraModel | undefined {
    return this.session.log.info.cameras.find(({ id }) => id === this.cameraId)?.model;
  }

  private extent(): Extent {
    return { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
  }
}

/** Not every browser says when it is idle. */
const whenIdle = (run: () => void): void => {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run);
  else setTimeout(run, 100);
};
