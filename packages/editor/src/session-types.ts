import type { Change, Command, DocumentReader, Label, Moment, SaveState, Transaction } from "@sweepmark/document";
import type { Face, Vec3 } from "@sweepmark/geometry";
import type { Frame, FrameEntry, LogReader, Problem } from "@sweepmark/log";
import type { RecordId } from "@sweepmark/schema";
import type { StoreApi } from "zustand/vanilla";
import type { BatchState } from "./batch.ts";
import type { AccumulationSettings, AccumulationState } from "./accumulation.ts";
import type { Memory } from "./memory.ts";
import type { Suggestions, SuggestionsState } from "./suggestions.ts";
import type { ColorMode, KeyHint, Preview, ToolContext, ToolEvent, ViewRequest, ViewSettings } from "./types.ts";

/** Long work that a person can see and cancel. */
export interface Job {
  readonly id: string;
  readonly label: Label;
  readonly done: number;
  readonly total: number;
  readonly startedAt: number;
  cancel(): void;
}

/** A cuboid that the log itself carries: to look at, never to edit. */
export interface LogLabelRef {
  readonly topic: string;
  readonly id: string;
}

/** Session and playback state. Labels never live here: `revision` says that they (or the draft) changed. */
export interface SessionState {
  /** The frame that is wanted; `frame` is the one that is shown, until the wanted one arrives. */
  readonly frameIndex: number;
  readonly frame: Frame | undefined;
  /** The frame that was shown last with its images: while they are being read, the one before. */
  readonly picturedFrame: Frame | undefined;
  /** The wanted frame is not there, or not yet with its images and labels. */
  readonly loading: boolean;
  /** Why the wanted frame cannot be shown. */
  readonly frameProblem: Problem | undefined;
  /** Grows as stamps become exact. */
  readonly frames: readonly FrameEntry[];
  readonly buffered: readonly number[];
  /** How many problems `log.info` has: it may learn of one without being asked for anything. */
  readonly problemCount: number;
  readonly revision: number;
  /** Labels with the draft, at the shown frame's time. */
  readonly moment: Moment;
  /** What the active tool would make by a click. */
  readonly preview: Preview | undefined;
  /** Lidar points inside each track's cuboid at the shown frame; computed lazily for the list and the inspector. */
  readonly pointCounts: ReadonlyMap<RecordId, number>;
  readonly selectedId: RecordId | undefined;
  /** Of a selected lane boundary. */
  readonly selectedVertex: number | undefined;
  readonly hoveredId: RecordId | undefined;
  readonly hiddenIds: ReadonlySet<RecordId>;
  /** Topics of the log's own labels (`Frame.labels`) that are not shown. */
  readonly hiddenLogTopics: ReadonlySet<string>;
  readonly hoveredLogLabel: LogLabelRef | undefined;
  readonly suggestions: SuggestionsState;
  readonly toolId: string;
  readonly hints: readonly KeyHint[];
  readonly dragging: boolean;
  readonly classId: string;
  readonly laneClassId: string;
  readonly view: ViewSettings;
  readonly accumulation: AccumulationState;
  /** undefined: the batch view is not open. */
  readonly batch: BatchState | undefined;
  readonly viewRequest: ViewRequest;
  readonly playing: boolean;
  readonly rate: number;
  readonly looping: boolean;
  readonly saveState: SaveState;
  /** undefined: may edit. */
  readonly readOnly: Label | undefined;
  readonly jobs: readonly Job[];
  /** Position under the pointer for the status line, in world. */
  readonly pointer: Vec3 | undefined;
  /** What was just refused or found, and why, for a toast. `serial` grows with each. */
  readonly notice: Notice | undefined;
}

/** A word to the person about an action that did not do what its name says. */
export interface Notice {
  readonly serial: number;
  readonly label: Label;
}

/** A point that can be grabbed on the selected record. Drawn by the viewport, hit-tested by the select tool. */
export interface Handle {
  readonly kind: "face" | "corner" | "yaw" | "vertex" | "midpoint";
  /** Face name, corner or vertex index. */
  readonly key: string;
  readonly position: Vec3;
}

/** A log with its labels being worked on by one person. Headless: no DOM, no three. */
export interface Session {
  readonly log: LogReader;
  /** What the log makes the page hold, under one budget. */
  readonly memory: Memory;
  /** Labels with the draft on top. */
  readonly document: DocumentReader;
  readonly store: StoreApi<SessionState>;

  /** A pointer or confirm/cancel/back goes through the active tool. */
  dispatch(event: ToolEvent): { readonly captured: boolean; readonly cursor?: string };
  context(): ToolContext | undefined;
  /** Handles of the selection, as drawn now. */
  handles(): readonly Handle[];

  run<Args>(command: Command<Args>, args: Args): void;
  /**
   * Like `run`, for edits that come in quick succession (a key held down, a wheel over a number): those with the same
   * `key` become one transaction, committed 250 ms after the last, or before anything else happens. Until then they are
   * the draft. `args` say the total since the first, as computed from the labels shown.
   */
  runBurst<Args>(key: string, command: Command<Args>, args: Args): void;
  commit(label: Label, changes: readonly Change[]): void;
  undo(): void;
  redo(): void;
  /** What undo would take back; undefined: nothing. */
  readonly undoLabel: Label | undefined;
  readonly redoLabel: Label | undefined;
  history(): readonly Transaction[];

  /** Somebody looks at this camera until the function is called: images of the others are not read. */
  watchCamera(cameraId: string): () => void;
  /** The frame that comes next if things go on as they do, where it is held: borrowed until the caller waits for anything. */
  upcoming(): Frame | undefined;
  goTo(frameIndex: number): void;
  play(): void;
  pause(): void;
  setRate(rate: number): void;
  select(id: RecordId | undefined, vertex?: number): void;
  hover(id: RecordId | undefined): void;
  setHidden(id: RecordId, hidden: "hidden" | "shown"): void;
  setLogTopicHidden(topic: string, hidden: "hidden" | "shown"): void;
  hoverLogLabel(ref: LogLabelRef | undefined): void;
  setTool(toolId: string): void;
  setClass(classId: string): void;
  setLaneClass(classId: string): void;
  setView(patch: Partial<ViewSettings>): void;
  /** Opens, changes or closes (undefined) the batch view. Another selected track begins with nothing chosen. */
  setBatch(batch: BatchState | undefined): void;
  requestView(kind: ViewRequest["kind"]): void;
  /**
   * Puts the sweeps around the shown frame into one cloud, as a job, and keeps one around what is shown until `stop`.
   * `start` while there is one makes it anew.
   */
  accumulate(what: "start" | "stop"): void;
  /** What changes the points makes a cloud that is there anew. */
  setAccumulation(patch: Partial<AccumulationSettings>): void;
  readonly suggestions: Suggestions;
  /** Yaw of "right on screen" of the view that was pointed at last: the axes of nudging. */
  readonly viewYawRad: number;
  /** What "up on screen" is in the view under the pointer: farther away, or, seen from the side, higher. */
  readonly viewUp: "away" | "higher";
  /** The pointer has left a view: keys mean the view before it again, and nothing is about to be made there. */
  leaveView(): void;
  /** The side of the selected cuboid that the pointer means: in a parallel view the edge nearest to it, else the side under it. */
  readonly pointedFace: Face | undefined;
  /** Whether the active tool is inside a gesture, so that Esc, Enter and Backspace mean it. */
  readonly inGesture: boolean;
  /** Name of the active tool's state, such as "pointing". */
  readonly toolState: string;
  /** Says why something was not done. */
  notify(label: Label): void;
  /** Reads every stamp and ego pose of the log as a job; `frames` are exact afterwards. Undefined when cancelled. */
  scanFrames(): Promise<readonly FrameEntry[] | undefined>;
  /**
   * `log` was opened anew, by another choice of frames: shows the frame nearest in time to the one shown, which stays
   * until the other is there. Labels, selection, history and view stay.
   */
  logReopened(): void;
  setLooping(looping: "loop" | "once"): void;
  setPointer(position: Vec3 | undefined): void;
  setSaveState(state: SaveState): void;
  setReadOnly(reason: Label | undefined): void;
  /** Runs long work as a job in the status line. Resolves undefined when cancelled. */
  job<Result>(
    label: Label,
    work: (signal: AbortSignal, report: (done: number, total: number) => void) => Promise<Result>,
  ): Promise<Result | undefined>;
  close(): Promise<void>;
}

/** One entry of the registry that menus, buttons, keys and the palette read. */
export interface Action<Context> {
  /** Such as "playback.next". */
  readonly id: string;
  /** Message key of the name; `<title>` in the catalog. */
  readonly title: string;
  /** Params of the title's message: the name of the class that a number key stands for. */
  readonly params?: (context: Context) => Label["params"];
  readonly group: "file" | "edit" | "view" | "playback" | "label" | "lane" | "track" | "app";
  /** tinykeys syntax over physical codes, such as "KeyN", "Shift+ArrowLeft", "$mod+KeyZ". First one is shown. */
  readonly keys: readonly string[];
  /** Holding the key down does it again and again: steps and nudges, never toggles. */
  readonly repeats?: true;
  readonly enabled?: (context: Context) => boolean;
  /** For toggles: whether it is on. */
  readonly active?: (context: Context) => boolean;
  /** A digit or choice action may come in a family: shown in menus, not in the palette's first page. */
  readonly run: (context: Context) => void;
}

export type SessionAction = Action<Session>;

export const colorModes: readonly ColorMode[] = ["height", "intensity", "distance", "camera"];
