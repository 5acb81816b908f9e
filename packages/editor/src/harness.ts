import { createDocument, createHistory, type History, type LabelDocument } from "@sweepmark/document";
import { vec, type Cuboid, type Point, type TimestampNs, type Vec2 } from "@sweepmark/geometry";
import { defaultOntology, recordToJson, type LabelRecord } from "@sweepmark/schema";
import { sessionActions } from "./actions/index.ts";
import { createFakeLog, type FakeLog, type FakeLogOptions } from "./fake-log.ts";
import { createFakeSchedule, settle, type FakeSchedule } from "./fake-schedule.ts";
import { createSession } from "./session.ts";
import type { Session, SessionState } from "./session-types.ts";
import type { Modifiers, PointerToolEvent, View } from "./types.ts";

export interface HarnessOptions extends FakeLogOptions {
  readonly records?: readonly LabelRecord[];
}

export interface PointerOptions {
  /** Height of the point that is pointed at; default the ground. */
  readonly z?: number;
  readonly button?: 0 | 1 | 2;
  readonly modifiers?: Partial<Modifiers>;
  readonly view?: View;
  readonly at?: TimestampNs;
}

const focalPx = 1000;

/**
 * A session worked by hand, without a screen: pointers at world positions seen by an eye that looks straight down
 * (up on the screen is +x), keys by their codes, time by a clock of its own.
 */
export interface Harness {
  readonly session: Session;
  readonly document: LabelDocument;
  readonly history: History;
  readonly log: FakeLog;
  readonly schedule: FakeSchedule;
  readonly state: SessionState;
  /** Where the eye is, in world. */
  eye: Point<"world">;
  pointerDown(x: number, y: number, options?: PointerOptions): Harness;
  pointerMove(x: number, y: number, options?: PointerOptions): Harness;
  pointerUp(x: number, y: number, options?: PointerOptions): Harness;
  /** Down and up at one place. */
  click(x: number, y: number, options?: PointerOptions): Harness;
  doubleClick(x: number, y: number, options?: PointerOptions): Harness;
  /** Down, to the end in five moves, without the up. */
  dragTo(from: Vec2, to: Vec2, options?: PointerOptions): Harness;
  drag(from: Vec2, to: Vec2, options?: PointerOptions): Harness;
  /** A chord in the syntax of actions: its action runs if it is enabled. */
  press(keys: string): Harness;
  /** Whether the last pointer-down was taken by the tool. */
  readonly captured: boolean;
  expectTool(toolId: string): Harness;
  expectState(name: string): Harness;
  /** All committed labels as text, for comparing. */
  labels(): string;
  settled(): Promise<Harness>;
}

export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  const document = createDocument(defaultOntology, options.records ?? []);
  const history = createHistory(document, { actor: "tester" });
  const log = createFakeLog(options);
  const schedule = createFakeSchedule();
  const session = createSession({ log, document, history, schedule });
  let captured = false;

  const event = (
    kind: PointerToolEvent["kind"],
    x: number,
    y: number,
    extra: PointerOptions = {},
  ): PointerToolEvent => {
    const { z = 0, button = 0, modifiers, view = { kind: "main" } } = extra;
    const { eye } = harness;
    const toPoint = vec.subtract([x, y, z], eye);
    const depth = eye[2] - z;
    return {
      kind,
      view,
      ray: { origin: eye, direction: vec.normalize(toPoint) ?? [0, 0, -1] },
      at: extra.at ?? session.store.getState().moment.at,
      pixelM: (distanceM) => distanceM / focalPx,
      position: [(-focalPx * (y - eye[1])) / depth, (-focalPx * (x - eye[0])) / depth],
      button,
      modifiers: { shift: false, ctrl: false, alt: false, ...modifiers },
      viewYawRad: -Math.PI / 2,
    };
  };
  const send = (kind: PointerToolEvent["kind"], x: number, y: number, extra?: PointerOptions): Harness => {
    const result = session.dispatch(event(kind, x, y, extra));
    if (kind === "pointer-down") captured = result.captured;
    return harness;
  };

  const harness: Harness = {
    session,
    document,
    history,
    log,
    schedule,
    eye: [8, 0, 25],
    get state() {
      return session.store.getState();
    },
    get captured() {
      return captured;
    },
    pointerDown: (x, y, extra) => send("pointer-down", x, y, extra),
    pointerMove: (x, y, extra) => send("pointer-move", x, y, extra),
    pointerUp: (x, y, extra) => send("pointer-up", x, y, extra),
    click: (x, y, extra) => harness.pointerDown(x, y, extra).pointerUp(x, y, extra),
    doubleClick: (x, y, extra) => {
      harness.click(x, y, extra).click(x, y, extra);
      return send("double-click", x, y, extra);
    },
    dragTo(from, to, extra) {
      harness.pointerDown(from[0], from[1], extra);
      for (let i = 1; i <= 5; i++)
        harness.pointerMove(from[0] + ((to[0] - from[0]) * i) / 5, from[1] + ((to[1] - from[1]) * i) / 5, extra);
      return harness;
    },
    drag: (from, to, extra) => harness.dragTo(from, to, extra).pointerUp(to[0], to[1], extra),
    press(keys) {
      const action = sessionActions.find((each) => each.keys.some((mine) => mine === keys));
      if (!action) throw new Error(`no action has the keys ${keys}`);
      if (action.enabled?.(session) ?? true) action.run(session);
      return harness;
    },
    expectTool: (toolId) => expectEqual("tool", harness.state.toolId, toolId, harness),
    expectState: (name) => expectEqual("tool state", session.toolState, name, harness),
    labels: () =>
      [...document.records()]
        .map((record) => JSON.stringify(recordToJson(record)))
        .toSorted()
        .join("\n"),
    async settled() {
      await settle();
      return harness;
    },
  };
  await settle();
  return harness;
}

function expectEqual(what: string, found: string, expected: string, harness: Harness): Harness {
  if (found !== expected) throw new Error(`expected ${what} "${expected}", found "${found}"`);
  return harness;
}

/** Records of a moving car and a lane boundary to start from. */
export function carRecords(
  at: TimestampNs,
  cuboid: Cuboid<"world"> = { center: [12, 3, 0.8], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] },
  name = "car-1",
): readonly LabelRecord[] {
  const id = `track:${name}`;
  return [
    { id, kind: "track", name, classId: "car", rigid: true, static: false, attributes: {} },
    { id: `keyframe:${name}@${at}`, kind: "keyframe", trackId: id, at, cuboid, attributes: {}, source: "human" },
  ];
}

export const laneRecord = (points: readonly Point<"world">[], name = "lane-1"): LabelRecord => ({
  id: `lane-boundary:${name}`,
  kind: "lane-boundary",
  name,
  classId: "solid-white",
  points,
  attributes: {},
});
