import type { Cuboid, Point, Ray, TimestampNs, Vec2 } from "@sweepmark/geometry";
import type { Change, DocumentReader, Label, Moment } from "@sweepmark/document";
import type { Frame } from "@sweepmark/log";
import type { RecordId, Track } from "@sweepmark/schema";
import type { OrthoSide } from "./ortho.ts";

/** Which picture the pointer is over. */
export type View =
  | { readonly kind: "main" }
  | { readonly kind: "image"; readonly cameraId: string }
  /** A parallel view of the selected cuboid, in its axes as they were when the gesture began. */
  | {
      readonly kind: "ortho";
      readonly side: OrthoSide;
      /** `size`: edges and corners alone can be taken; what is shown is not of one frame. Default: everything. */
      readonly edits?: "size";
    };

export interface Modifiers {
  readonly shift: boolean;
  /** Ctrl, or Cmd on a Mac. */
  readonly ctrl: boolean;
  readonly alt: boolean;
}

/** A pointer, already turned into world words by the viewport. */
export interface PointerToolEvent {
  /** `pointer-rest`: it has stood still since its last move, for as long as the tool asks for (`restMs`). */
  readonly kind: "pointer-down" | "pointer-move" | "pointer-up" | "pointer-rest" | "double-click";
  readonly view: View;
  /** The pointer's ray at the time `at` (the frame's, or the image's own stamp). */
  readonly ray: Ray<"world">;
  readonly at: TimestampNs;
  /** Metres that one CSS pixel spans at `distanceM` along the ray. */
  readonly pixelM: (distanceM: number) => number;
  /** CSS pixels in the view; for distinguishing a click from a drag (4 px). */
  readonly position: Vec2;
  readonly button: 0 | 1 | 2;
  readonly modifiers: Modifiers;
  /** Horizontal axes of the view in the world, for rectangles that should look straight: yaw of "right on screen". */
  readonly viewYawRad: number;
}

export type ToolEvent =
  | PointerToolEvent
  /** Esc, tool switched, frame changed, window lost focus. */
  | { readonly kind: "cancel" }
  /** Enter: finish what can be finished. */
  | { readonly kind: "confirm" }
  /** Backspace inside a multi-click gesture: take the last click back. */
  | { readonly kind: "back" };

/** What a tool may look at. It can write nothing. */
export interface ToolContext {
  readonly document: DocumentReader;
  readonly frame: Frame;
  readonly moment: Moment;
  readonly selectedId: RecordId | undefined;
  readonly hiddenIds: ReadonlySet<RecordId>;
  readonly classId: string;
  readonly laneClassId: string;
  /** Labels may be looked at and selected, not changed: no gesture that edits may start. */
  readonly readOnly: boolean;
  /** Ids for what a gesture creates: taken once at its start, so that its steps stay pure. */
  newTrackId(): RecordId;
  newLaneBoundaryId(): RecordId;
  /** The ground under a position: from the points of the sweep, or of the accumulated cloud; else the plane under ego. */
  groundAt(x: number, y: number): number;
  /** The ground point under a ray: the point of the sweep, or of the accumulated cloud, nearest to the ray within a few pixels, else the ground surface. */
  groundUnder(event: PointerToolEvent): Point<"world"> | undefined;
  /** What a track's cuboid is fitted to: the frame, or the accumulated cloud where it shows what stands still whole. */
  fittingFrame(track: Track, cuboid: Cuboid<"world">): Frame | undefined;
  /** The point of the frame's sweeps that stands over the ground nearest to a ray within a few pixels. */
  objectUnder(event: PointerToolEvent): Point<"world"> | undefined;
}

/** A cuboid that a click would make: shown, not there. */
export interface Preview {
  readonly classId: string;
  readonly cuboid: Cuboid<"world">;
}

/** What a step asks for. One place (the session) applies it. */
export interface Step<State> {
  readonly state: State;
  /** Shown, not committed. Absent: no draft. Gestures compute it from the record at pointer-down and the total delta. */
  readonly draft?: readonly Change[];
  /** Shown, and in no list of objects. Absent: none. */
  readonly preview?: Preview;
  readonly commit?: { readonly label: Label; readonly changes: readonly Change[] };
  /** null: nothing selected. undefined: leave as it is. */
  readonly select?: { readonly id: RecordId | null; readonly vertex?: number };
  readonly hover?: RecordId | null;
  /** The tool takes this pointer gesture: the camera must not move. */
  readonly captured?: boolean;
  readonly cursor?: string;
  /** Leave the tool for this one (a finished draw returns to select). */
  readonly tool?: string;
  /** Shows the frame nearest to this time. */
  readonly goTo?: TimestampNs;
  /** Asks the 3D camera to look there. */
  readonly view?: ViewRequest["kind"];
}

/** Pure: a discriminated union of states and one step function. */
export interface Tool<State extends { readonly name: string }> {
  readonly id: string;
  /** Message keys. */
  readonly title: string;
  readonly hint: (state: State) => readonly KeyHint[];
  readonly initial: State;
  /** After how long a rest of the pointer the tool hears of it; absent: never. */
  readonly restMs?: number;
  step(state: State, event: ToolEvent, context: ToolContext): Step<State>;
}

/** One item of the line under the view: only keys that work right now. */
export interface KeyHint {
  /** For `describeKeys`: chords of actions (several with spaces between), a modifier alone, or "Mouse". */
  readonly keys: string;
  readonly message: string;
}

/** How points are coloured. */
export type ColorMode = "height" | "intensity" | "distance" | "camera";

export interface ViewSettings {
  readonly colorMode: ColorMode;
  /** CSS pixels, 1–6. */
  readonly pointSize: number;
  /** Metres above the ground plane under ego; null: no clip. */
  readonly clip: { readonly minM: number; readonly maxM: number } | null;
  /** Lidar points drawn in the images. */
  readonly pointsInImages: boolean;
  readonly projection: "perspective" | "top";
  /** Only what is around the selected cuboid is drawn. */
  readonly focus: boolean;
  /** Topics of the lidars whose points are not drawn. */
  readonly hiddenLidars: ReadonlySet<string>;
}

/** A request to the 3D camera. The viewport acts when `serial` changes. */
export interface ViewRequest {
  readonly serial: number;
  readonly kind: "focus-selection" | "focus-suggestion" | "reset";
}
