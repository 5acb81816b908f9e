import type { Session } from "@sweepmark/editor";
import type { Problem, Progress } from "@sweepmark/log";
import { createStore, type StoreApi } from "zustand/vanilla";
import { applyTheme, resolveTheme, storedTheme, type Theme, type ThemeChoice } from "../theme/theme.ts";
import { parseLink } from "./link.ts";
import { workbench } from "./late.ts";
import { forgetRecent, loadRecents, rememberRecent, type Recent } from "./recents.ts";
import type { LogSettings } from "./log-settings.ts";
import { originName, type Origin, type Workspace } from "./workspace.ts";
import type { WriterIntent } from "./writer.ts";

/** What the window shows. */
export type Phase =
  | { readonly kind: "boot" }
  | { readonly kind: "start" }
  | {
      readonly kind: "opening";
      readonly name: string;
      readonly reading: "log" | "labels";
      readonly progress: Progress | undefined;
      readonly cancel: () => void;
    }
  | { readonly kind: "failed"; readonly name: string; readonly problem: Problem }
  | { readonly kind: "open"; readonly workspace: Workspace };

export type DialogName = "palette" | "help" | "keys" | "export" | "log" | "merge" | "attributes" | "ego" | "ontology";

export interface AppState {
  readonly phase: Phase;
  readonly themeChoice: ThemeChoice;
  readonly theme: Theme;
  readonly dialog: DialogName | undefined;
  /** The camera shown in place of the 3D view. */
  readonly largeCameraId: string | undefined;
  readonly dismissedBanners: ReadonlySet<string>;
  readonly recents: readonly Recent[];
  /** Grows when the layout is to be as it was at first. */
  readonly layoutSerial: number;
  /** Grows when the filter of the object list wants the keyboard. */
  readonly filterSerial: number;
  /** Grows when a panel of the side group should come to the front. */
  readonly sidePanel: { readonly id: "objects" | "problems" | "topics"; readonly serial: number };
}

/** The application around a session: what actions of the group "app" and "file" act on. */
export interface App {
  readonly store: StoreApi<AppState>;
  readonly session: Session | undefined;
  readonly workspace: Workspace | undefined;
  open(origin: Origin, intent?: WriterIntent): Promise<void>;
  /** Lets go of the log and shows the open screen. */
  close(): Promise<void>;
  /** Opens the same log again as its writer: the other tab becomes read-only. */
  takeOver(): Promise<void>;
  /** Opens the log by other settings; everything else stays. What hinders it is said, and the log stays as it was. */
  applySettings(settings: LogSettings): Promise<void>;
  fail(name: string, problem: Problem): void;
  setTheme(choice: ThemeChoice): void;
  showDialog(name: DialogName | undefined): void;
  enlarge(cameraId: string | undefined): void;
  dismissBanner(id: string): void;
  resetLayout(): void;
  focusFilter(): void;
  showSidePanel(id: AppState["sidePanel"]["id"]): void;
  refreshRecents(): Promise<void>;
  forget(digest: string): Promise<void>;
}

export function createApp(): App {
  const choice = storedTheme();
  const store = createStore<AppState>(() => ({
    phase: { kind: "boot" },
    themeChoice: choice,
    theme: resolveTheme(choice),
    dialog: undefined,
    largeCameraId: undefined,
    dismissedBanners: new Set(),
    recents: [],
    layoutSerial: 0,
    filterSerial: 0,
    sidePanel: { id: "objects", serial: 0 },
  }));
  const set = (patch: Partial<AppState>): void => store.setState(patch);
  let stopFollowing = (): void => undefined;
  /** Only the last opening may change the phase. */
  let attempt = 0;

  const workspace = (): Workspace | undefined => {
    const { phase } = store.getState();
    return phase.kind === "open" ? phase.workspace : undefined;
  };

  async function letGo(): Promise<void> {
    stopFollowing();
    stopFollowing = () => undefined;
    const open = workspace();
    set({ dialog: undefined, largeCameraId: undefined, dismissedBanners: new Set() });
    await open?.close();
  }

  const app: App = {
    store,
    get session() {
      return workspace()?.session;
    },
    get workspace() {
      return workspace();
    },
    async open(origin, intent = "ask") {
      const mine = ++attempt;
      const name = originName(origin);
      const abort = new AbortController();
      const cancel = (): void => {
        abort.abort();
        if (mine === attempt) set({ phase: { kind: "start" } });
      };
      await letGo();
      const opening = (reading: "log" | "labels", progress?: Progress): void => {
        if (mine !== attempt || abort.signal.aborted) return;
        set({ phase: { kind: "opening", name, reading, progress, cancel } });
      };
      opening("log");
      // The address speaks of the log that the page came for, not of one that is opened later.
      const link = mine === 1 || intent === "steal" ? parseLink(location.search) : {};
      try {
        // The log opens while the panels are still on their way; nothing is shown before both are there.
        const panels = workbench.load();
        const { openWorkspace, followSession } = await import("./open.ts");
        const opened = await openWorkspace(origin, {
          intent,
          signal: abort.signal,
          onProgress: (progress) => opening("log", progress),
          onLabels: (progress) => opening("labels", progress),
          frameIndex: link.frame,
        });
        await Promise.all([panels, settled(opened.session)]);
        if (mine !== attempt || abort.signal.aborted) return await opened.close();
        selectLinked(opened.session, link.track);
        set({ phase: { kind: "open", workspace: opened } });
        document.title = `${opened.info.name} – Sweepmark`;
        stopFollowing = followSession(app, opened);
        await remember(opened);
      } catch (error) {
        if (mine !== attempt || abort.signal.aborted) return;
        app.fail(name, problemOf(error));
      }
    },
    async close() {
      attempt++;
      await letGo();
      document.title = "Sweepmark";
      history.replaceState(null, "", location.pathname);
      set({ phase: { kind: "start" } });
      await app.refreshRecents();
    },
    async takeOver() {
      const open = workspace();
      if (open) await app.open(open.origin, "steal");
    },
    async applySettings(settings) {
      const open = workspace();
      if (!open) return;
      const { session } = open;
      await session
        .job({ message: "job.reopen" }, (signal) => open.reopen(settings, signal))
        .catch((error: unknown) =>
          session.notify({ message: "notice.notReopened", params: { reason: problemOf(error).message } }),
        );
      // Nothing that was waved away before speaks of the log as it is now.
      set({ dismissedBanners: new Set() });
    },
    fail: (name, problem) => set({ phase: { kind: "failed", name, problem } }),
    setTheme: (themeChoice) => set({ themeChoice, theme: applyTheme(themeChoice) }),
    showDialog: (dialog) => set({ dialog }),
    enlarge: (largeCameraId) => set({ largeCameraId }),
    dismissBanner: (id) => set({ dismissedBanners: new Set([...store.getState().dismissedBanners, id]) }),
    resetLayout: () => set({ layoutSerial: store.getState().layoutSerial + 1 }),
    focusFilter() {
      app.showSidePanel("objects");
      set({ filterSerial: store.getState().filterSerial + 1 });
    },
    showSidePanel: (id) => set({ sidePanel: { id, serial: store.getState().sidePanel.serial + 1 } }),
    async refreshRecents() {
      set({ recents: await loadRecents() });
    },
    async forget(digest) {
      await forgetRecent(digest);
      await app.refreshRecents();
    },
  };
  applyTheme(choice);
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => {
    if (store.getState().themeChoice === "system") app.setTheme("system");
  });
  return app;
}

/** A frame that takes longer than this is waited for with the panels in sight. */
const patienceMs = 400;

/**
 * Resolves when the first frame is there, or cannot be read. The browser draws the points with the panels' first picture
 * then, not after it; and nobody sees an empty view.
 */
function settled({ store }: Session): Promise<void> {
  return new Promise((resolve) => {
    const check = ({ loading, frame, frameProblem }: ReturnType<typeof store.getState>): void => {
      if (loading && !frame && !frameProblem) return;
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      resolve();
    }, patienceMs);
    const stop = store.subscribe(check);
    check(store.getState());
  });
}

function selectLinked(session: Session, track: string | undefined): void {
  if (track === undefined) return;
  const found =
    session.document.get(track) ?? session.document.tracks().find(({ name }) => name === track) ?? undefined;
  if (found) session.select(found.id);
}

async function remember({ origin, info, session }: Workspace): Promise<void> {
  if (origin.kind !== "file") return;
  await rememberRecent({
    digest: info.digest,
    name: info.name,
    sizeBytes: Number(info.sizeBytes),
    openedAt: Date.now(),
    frames: info.frames.length,
    tracks: session.document.tracks().length,
    ...(origin.handle ? { handle: origin.handle } : {}),
  });
}

/** Whatever went wrong while opening, as a problem that the error screen can show. */
export function problemOf(error: unknown): Problem {
  // A LogError; one that crossed the worker has lost its class, not its fields.
  const carried = (error as { problem?: Problem } | null)?.problem;
  if (carried && typeof carried.message === "string") return carried;
  return {
    severity: "error",
    code: "open-failed",
    message: error instanceof Error ? error.message : String(error),
  };
}
