import { sessionActions, type Action, type Platform, type SessionAction } from "@sweepmark/editor";
import { text } from "../messages/text.ts";
import type { App } from "./app.ts";
import { shownCameras } from "./cameras.ts";
import { pickFolder, pickLog, pickPredictions } from "./pick.ts";

export type AppAction = Action<App>;

/** An action of the session, offered while a log is open. */
const lift = (action: SessionAction): AppAction => ({
  id: action.id,
  title: action.title,
  group: action.group,
  keys: action.keys,
  ...(action.params ? { params: ({ session }: App) => session && action.params?.(session) } : {}),
  enabled: ({ session }) => session !== undefined && (action.enabled?.(session) ?? true),
  ...(action.active
    ? { active: ({ session }: App) => session !== undefined && (action.active?.(session) ?? false) }
    : {}),
  run({ session }) {
    if (session) action.run(session);
  },
});

const isOpen = ({ session }: App): boolean => session !== undefined;
const hasCameras = ({ session }: App): boolean => camerasOf(session).length > 0;
const camerasOf = (session: App["session"]) => shownCameras(session?.log.info.cameras ?? []);

const hasTrack = ({ session }: App): boolean => {
  const state = session?.store.getState();
  return (
    !!session &&
    state?.selectedId !== undefined &&
    state.readOnly === undefined &&
    session.document.get(state.selectedId)?.kind === "track"
  );
};

/** What the workbench adds to the session's actions. */
const own: readonly AppAction[] = [
  {
    id: "file.open",
    title: "action.file.open",
    group: "file",
    keys: ["$mod+KeyO"],
    run: (app) => void pickLog(app),
  },
  {
    id: "file.openFolder",
    title: "action.file.openFolder",
    group: "file",
    keys: [],
    run: (app) => void pickFolder(app),
  },
  {
    id: "file.predictions",
    title: "action.file.predictions",
    group: "file",
    keys: [],
    enabled: isOpen,
    run: (app) => void pickPredictions(app),
  },
  {
    id: "file.export",
    title: "action.file.export",
    group: "file",
    keys: ["$mod+KeyE"],
    enabled: isOpen,
    run: (app) => app.showDialog("export"),
  },
  {
    id: "file.settings",
    title: "action.file.settings",
    group: "file",
    keys: ["$mod+Comma"],
    enabled: isOpen,
    run: (app) => app.showDialog("log"),
  },
  {
    id: "file.ontology",
    title: "action.file.ontology",
    group: "file",
    keys: ["Shift+KeyO"],
    enabled: isOpen,
    run: (app) => app.showDialog("ontology"),
  },
  {
    id: "file.close",
    title: "action.file.close",
    group: "file",
    keys: [],
    enabled: isOpen,
    run: (app) => void app.close(),
  },
  {
    id: "file.scan",
    title: "action.file.scan",
    group: "file",
    keys: [],
    enabled: ({ session }) => session?.store.getState().frames.some(({ exact }) => !exact) ?? false,
    run: ({ session }) => void session?.scanFrames(),
  },
  {
    id: "track.merge",
    title: "action.track.merge",
    group: "track",
    keys: ["KeyJ"],
    enabled: hasTrack,
    run: (app) => app.showDialog("merge"),
  },
  {
    id: "track.attributes",
    title: "action.track.attributes",
    group: "track",
    keys: ["Shift+KeyJ"],
    enabled: hasTrack,
    run: (app) => app.showDialog("attributes"),
  },
  {
    id: "ego.correct",
    title: "action.ego.correct",
    group: "label",
    keys: ["Alt+Shift+KeyP"],
    enabled: ({ session }) => session?.log.info.lidarTopic !== undefined,
    run: (app) => app.showDialog("ego"),
  },
  {
    id: "app.palette",
    title: "action.app.palette",
    group: "app",
    keys: ["$mod+Shift+KeyP", "F1"],
    run: (app) => app.showDialog("palette"),
  },
  {
    id: "app.help",
    title: "action.app.help",
    group: "app",
    keys: ["?"],
    run: (app) => app.showDialog("help"),
  },
  {
    id: "app.keys",
    title: "action.app.keys",
    group: "app",
    keys: [],
    run: (app) => app.showDialog("keys"),
  },
  {
    id: "app.filter",
    title: "action.app.filter",
    group: "app",
    keys: ["$mod+KeyF"],
    enabled: isOpen,
    run: (app) => app.focusFilter(),
  },
  {
    id: "app.theme",
    title: "action.app.theme",
    group: "app",
    keys: [],
    run: (app) => app.setTheme(app.store.getState().theme === "dark" ? "light" : "dark"),
  },
  {
    id: "app.resetLayout",
    title: "action.app.resetLayout",
    group: "app",
    keys: [],
    enabled: isOpen,
    run: (app) => app.resetLayout(),
  },
  {
    id: "view.nextCamera",
    title: "action.view.nextCamera",
    group: "view",
    keys: ["Shift+KeyV"],
    enabled: hasCameras,
    active: (app) => app.store.getState().largeCameraId !== undefined,
    run(app) {
      const ids = camerasOf(app.session).map(({ id }) => id);
      const at = ids.indexOf(app.store.getState().largeCameraId ?? "");
      app.enlarge(ids.at(at + 1) ?? undefined);
    },
  },
];

/** The one registry: menus, buttons, keys, the palette and the help read it. */
export const actions: readonly AppAction[] = [...sessionActions.map(lift), ...own];

const byId = new Map(actions.map((action) => [action.id, action]));

/** An action that must exist; a wrong id is a bug, found by the first test that draws the button. */
export function actionOf(id: string): AppAction {
  const action = byId.get(id);
  if (!action) throw new Error(`no action ${id}`);
  return action;
}

export const platform: Platform = /mac/i.test(globalThis.navigator?.platform ?? "")
  ? "mac"
  : /win/i.test(globalThis.navigator?.platform ?? "")
    ? "windows"
    : "linux";

export const actionTitle = ({ title, params }: AppAction, app: App): string => text.named(title, params?.(app));
