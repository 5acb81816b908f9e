import {
  DocumentError,
  egoShiftsOf,
  momentAt,
  withDraft,
  type Change,
  type DocumentReader,
  type Label,
  type Moment,
  type Transaction,
} from "@sweepmark/document";
import { timestampNs, yawOf, type TimestampNs } from "@sweepmark/geometry";
import { createStore, type StoreApi } from "zustand/vanilla";
import { correctedLog } from "@sweepmark/assist";
import { createAccumulation } from "./accumulation.ts";
import { unchosen } from "./batch.ts";
import { createDismissals } from "./dismissals.ts";
import { createBursts } from "./burst.ts";
import { createPointCounter } from "./counts.ts";
import { frameNearest } from "./frame-of-time.ts";
import { createWatchedCameras } from "./watched-cameras.ts";
import { handlesOf } from "./handles.ts";
import { hintsFor } from "./hints.ts";
import { createJobs } from "./jobs.ts";
import { createMemory } from "./memory.ts";
import { pointedFace, type OrthoSide } from "./ortho.ts";
import { createPlayer } from "./player.ts";
import { createRest } from "./rest.ts";
import { realSchedule } from "./schedule.ts";
import { blockedBy, changesNothing, initialState, sameHints, validClasses, validSelection } from "./session-state.ts";
import type { Session, SessionState } from "./session-types.ts";
import type { SessionOptions } from "./session-options.ts";
import { createSettings } from "./settings.ts";
import { contextOf, toolContext } from "./tool-context.ts";
import { createToolRunner } from "./tool-runner.ts";
import type { Step, ToolEvent } from "./types.ts";
import { createSuggestions } from "./suggestions.ts";

/** Opens a session and asks for its first frame. */
export function createSession(options: SessionOptions): Session {
  const { document, history, journal, schedule = realSchedule } = options;
  const log = correctedLog(options.log, egoShiftsOf(document));
  const memory = createMemory(log, options.memoryBytes ?? log.memory.budgetBytes);
  const runner = createToolRunner();
  /** Undefined until a view was pointed at: then as from behind the ego. */
  let viewYawRad: number | undefined;
  /** The parallel view under the pointer. */
  let ortho: { readonly side: OrthoSide; readonly yawRad: number } | undefined;
  let dirty = false;
  let depth = 0;
  /** Labels as committed, at the shown frame: what tools look at. Made when asked, forgotten when either changes. */
  let committedMoment: Moment | undefined;
  let reader: DocumentReader = document;

  const store: StoreApi<SessionState> = createStore(() => initialState(log, document, history));
  /** What the running transaction has put, besides the labels. */
  let pending: Partial<SessionState> = {};
  const get = (): SessionState => store.getState();
  const shownAt = (): TimestampNs => get().frame?.at ?? log.info.frames[0]?.at ?? timestampNs(0n);
  const draft = (): readonly Change[] | undefined => runner.draft ?? bursts.pending?.changes;

  /** Labels, selection, hover and tool change together: one update of the store for everything inside. */
  function transact(work: () => void): void {
    depth++;
    try {
      work();
    } finally {
      depth--;
      if (depth === 0) refresh();
    }
  }

  function put(patch: Partial<SessionState>): void {
    pending = { ...pending, ...patch };
  }

  /** Brings the store up to the document, the draft, the tool and the frame. */
  function refresh(): void {
    const state = get();
    const patch = pending;
    pending = {};
    const changed: Partial<SessionState> = dirty ? relabelled(patch.frame?.at ?? shownAt()) : {};
    const merged = { ...state, ...patch, ...changed };
    const selection = validSelection(reader, merged);
    // What is chosen is chosen of one track; a tool other than select draws in the other views.
    const kept = selection.selectedId === state.selectedId || !merged.batch ? merged.batch : unchosen(merged.batch);
    const batch = runner.tool.id === "select" ? kept : undefined;
    const hints = hintsFor(runner.tool, runner.state, reader, {
      ...selection,
      batch,
      readOnly: merged.readOnly !== undefined,
    });
    const next: Partial<SessionState> = {
      ...patch,
      ...changed,
      ...selection,
      batch,
      ...validClasses(reader, merged),
      toolId: runner.tool.id,
      preview: runner.preview,
      dragging: runner.dragging && runner.draft !== undefined,
      hints: sameHints(hints, state.hints) ? state.hints : hints,
    };
    if (!changesNothing(next, state)) store.setState(next);
    if (changed.moment && merged.frame && !runner.draft) counter.request(merged.frame, changed.moment);
  }

  /** The labels anew: once for each change of document, draft or frame. */
  function relabelled(at: TimestampNs): Pick<SessionState, "revision" | "moment"> {
    dirty = false;
    committedMoment = undefined;
    const changes = draft();
    reader = changes ? withDraft(document, changes) : document;
    return { revision: get().revision + 1, moment: momentAt(reader, at) };
  }

  const rest = createRest(schedule, (event) => session.dispatch(event));
  const bursts = createBursts(schedule, () => flushBurst());
  const counter = createPointCounter(schedule, (pointCounts) => store.setState({ pointCounts }));
  const jobs = createJobs(schedule, (list) => store.setState({ jobs: list }));
  /** A pointer gesture belongs to its frame; a multi-click gesture (a lane) goes on in the next one. */
  const leaveFrame = (): void => {
    flushBurst();
    rest.forget();
    if (runner.dragging || runner.preview) cancelGesture();
  };
  const player = createPlayer({
    log,
    schedule,
    store,
    jobs,
    notify: (label) => session.notify(label),
    leaving: leaveFrame,
    shown(frame, part) {
      transact(() => {
        const isWhole = part === "whole";
        const isOther = frame.sweeps !== get().frame?.sweeps;
        // The pointer may have rested over the frame that was still shown.
        if (runner.preview && isOther) cancelGesture();
        put({ frame, loading: !isWhole || frame.index !== get().frameIndex, frameProblem: undefined });
        if (isWhole) put({ picturedFrame: frame });
        // Images that follow their sweeps change no label.
        if (isOther) dirty = true;
      });
    },
  });

  const cameras = createWatchedCameras({ log, schedule, store, imagesWanted: () => player.camerasChanged() });

  const accumulation = createAccumulation({
    log,
    schedule,
    store,
    jobs,
    document,
    notify: (label) => session.notify(label),
  });

  /** The correction of the ego poses is another one: what is shown goes on in its world at once. */
  function recorrect(): void {
    if (!log.correct(egoShiftsOf(document))) return;
    const { frame, picturedFrame } = get();
    put({
      ...(frame && { frame: log.again(frame) }),
      ...(picturedFrame && { picturedFrame: log.again(picturedFrame) }),
    });
    player.posesChanged();
    suggesting.posesChanged();
    accumulation.posesChanged();
  }

  const suggesting = createSuggestions({
    dismissals: createDismissals(document, options.dismissed ?? [], (all) => options.onDismissed?.(all)),
    store,
    document,
    run: (command, args) => session.run(command, args),
    requestView: (kind) => session.requestView(kind),
    goTo: (index) => session.goTo(index),
  });
  const { suggestions } = suggesting;

  const touched = (): void => {
    dirty = true;
    recorrect();
    if (depth === 0) refresh();
  };
  const unsubscribe = [document.subscribe(touched), history.subscribe((transaction) => journal?.append(transaction))];

  /** The one place where edits are refused. */
  function mayEdit(): boolean {
    const { readOnly } = get();
    if (readOnly) session.notify(readOnly);
    return !readOnly;
  }

  function commitChanges(label: Label, changes: readonly Change[]): void {
    if (changes.length === 0 || !mayEdit()) return;
    try {
      history.commit(label, changes);
    } catch (error) {
      // A number that no record may hold (a size of 0 typed in) is the person's to correct, not a crash.
      if (!(error instanceof DocumentError)) throw error;
      session.notify({ message: "notice.refused", params: { reason: error.message } });
    }
    dirty = true;
  }

  function flushBurst(): void {
    const burst = bursts.take();
    if (burst) transact(() => commitChanges(burst.label, burst.changes));
  }

  function applyStep(step: Step<{ readonly name: string }>, draftBefore: readonly Change[] | undefined): void {
    if (runner.draft !== draftBefore) dirty = true;
    if (step.commit) commitChanges(step.commit.label, step.commit.changes);
    if (step.select) put({ selectedId: step.select.id ?? undefined, selectedVertex: step.select.vertex });
    if (step.hover !== undefined) put({ hoveredId: step.hover ?? undefined });
    if (step.view) session.requestView(step.view);
    const index = step.goTo === undefined ? undefined : frameNearest(get().frames, step.goTo);
    if (index !== undefined) player.goTo(index);
    if (step.tool !== undefined && step.tool !== runner.tool.id) runner.use(step.tool);
  }

  function cancelGesture(): void {
    if (!runner.inGesture && !runner.preview) return;
    session.dispatch({ kind: "cancel" });
    if (runner.inGesture) transact(() => runner.reset());
  }

  /** During a gesture, undo means the gesture: its last click, or all of a drag. */
  function undoInGesture(): boolean {
    if (!runner.inGesture) return false;
    session.dispatch({ kind: runner.dragging ? "cancel" : "back" });
    return true;
  }

  function stepHistory(step: () => Transaction | undefined): void {
    flushBurst();
    if (!mayEdit()) return;
    transact(() => {
      step();
      dirty = true;
    });
  }

  const settings = createSettings(store);
  const session: Session = {
    ...settings,
    log,
    memory,
    store,
    suggestions,
    get document() {
      return reader;
    },
    get viewYawRad() {
      return ortho?.yawRad ?? viewYawRad ?? yawOf(get().frame?.worldFromEgo.rotation ?? [0, 0, 0, 1]) - Math.PI / 2;
    },
    get viewUp() {
      return ortho && ortho.side !== "top" ? "higher" : "away";
    },
    get pointedFace() {
      const { moment, selectedId, hiddenIds } = get();
      const cuboid = moment.tracks.find(({ track }) => track.id === selectedId && !hiddenIds.has(track.id))?.cuboid;
      return cuboid && rest.last && pointedFace(rest.last, cuboid);
    },
    leaveView() {
      ortho = undefined;
      rest.forget();
      if (runner.preview && !runner.inGesture) session.dispatch({ kind: "cancel" });
    },
    get inGesture() {
      return runner.inGesture;
    },
    get toolState() {
      return runner.state.name;
    },
    get undoLabel() {
      return bursts.pending?.label ?? history.undoLabel;
    },
    get redoLabel() {
      return bursts.pending ? undefined : history.redoLabel;
    },
    history: () => history.transactions,
    handles: () => (get().readOnly ? [] : handlesOf(get().moment, get().selectedId)),

    context() {
      const state = get();
      committedMoment ??= draft() ? momentAt(document, shownAt()) : state.moment;
      return toolContext(state, document, committedMoment);
    },
    dispatch(event: ToolEvent) {
      if ("viewYawRad" in event) {
        const { view, viewYawRad: yawRad } = event;
        ortho = view.kind === "ortho" ? { side: view.side, yawRad } : undefined;
        if (!ortho) viewYawRad = yawRad;
      }
      if (event.kind === "pointer-down") flushBurst();
      const here = session.context();
      if (!here) return { captured: false };
      const context = contextOf(event, here);
      const draftBefore = runner.draft;
      const step = runner.step(event, context);
      rest.heard(event, runner.dragging ? undefined : runner.tool.restMs);
      if (runner.dragging && get().playing) session.pause();
      transact(() => applyStep(step, draftBefore));
      return { captured: step.captured ?? false, ...(step.cursor === undefined ? {} : { cursor: step.cursor }) };
    },

    run(command, args) {
      flushBurst();
      transact(() => commitChanges(command.label(document, args), command.plan(document, args)));
    },
    runBurst(key, command, args) {
      if (bursts.pending && bursts.pending.key !== key) flushBurst();
      if (runner.draft || !mayEdit()) return;
      transact(() => {
        bursts.set({ key, label: command.label(document, args), changes: command.plan(document, args) });
        dirty = true;
      });
    },
    commit(label, changes) {
      flushBurst();
      transact(() => commitChanges(label, changes));
    },
    undo() {
      if (!undoInGesture()) stepHistory(() => history.undo());
    },
    redo() {
      if (!runner.inGesture) stepHistory(() => history.redo());
    },

    watchCamera: cameras.watch,
    upcoming: player.upcoming,
    goTo: player.goTo,
    play: player.play,
    pause: player.pause,
    setRate: player.setRate,
    setLooping: player.setLooping,
    scanFrames: player.scanFrames,
    logReopened() {
      cancelGesture();
      player.logReopened();
    },
    select(id, vertex) {
      flushBurst();
      cancelGesture();
      transact(() => put({ selectedId: id, selectedVertex: vertex }));
    },
    setBatch(batch) {
      transact(() => put({ batch }));
    },
    setTool(toolId) {
      if (toolId !== "select" && !mayEdit()) return;
      flushBurst();
      cancelGesture();
      transact(() => runner.use(toolId));
      rest.again(runner.tool.restMs);
    },
    setClass(classId) {
      settings.setClass(classId);
      rest.again(runner.tool.restMs);
    },
    setReadOnly(reason) {
      if (reason) {
        // Nothing half-done may be committed after this: the writer is somebody else now.
        bursts.take();
        runner.use("select");
        dirty = true;
      }
      // A journal that could not be replayed stays closed, whoever holds the lease.
      transact(() => put({ readOnly: reason ?? blockedBy(history) }));
    },
    accumulate: accumulation.accumulate,
    setAccumulation: accumulation.setAccumulation,
    job: (label, work) => jobs.run(label, work),
    async close() {
      cancelGesture();
      rest.forget();
      flushBurst();
      player.close();
      cameras.close();
      accumulation.close();
      suggesting.close();
      counter.close();
      jobs.cancelAll();
      for (const stop of unsubscribe) stop();
      memory.close();
      await journal?.settled();
      await log.close();
    },
  };

  refresh();
  player.goTo(options.frameIndex ?? 0);
  return session;
}
