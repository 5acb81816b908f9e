import { sceneInfoOf } from "@sweepmark/editor";
import { formatLink } from "./link.ts";
import type { App } from "./app.ts";
import { postSceneInfo } from "./server-api.ts";
import type { Workspace } from "./workspace.ts";

/** Above this a log is only scanned when a person asks: the scan reads every chunk that holds a sweep. */
export const autoScanBytes = 200_000_000n;

/** What happens beside a session while it is open: the address, the scan, the warning before leaving. */
export function followSession(app: App, workspace: Workspace): () => void {
  const { session, info } = workspace;
  const stops: (() => void)[] = [];

  let addressTimer: ReturnType<typeof setTimeout> | undefined;
  const writeAddress = (): void => {
    const { frameIndex, selectedId } = session.store.getState();
    const search = formatLink(location.search, frameIndex, selectedId);
    // Browsers refuse more than 100 changes in 30 s: once things are quiet is enough.
    if (search !== location.search) history.replaceState(null, "", search);
  };
  stops.push(
    session.store.subscribe((state, before) => {
      if (state.frameIndex === before.frameIndex && state.selectedId === before.selectedId) return;
      clearTimeout(addressTimer);
      addressTimer = setTimeout(writeAddress, 400);
    }),
    () => clearTimeout(addressTimer),
  );

  const warn = (event: BeforeUnloadEvent): void => {
    if (workspace.journal.pending.length > 0) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  stops.push(() => removeEventListener("beforeunload", warn));

  let posted = false;
  const keepStamps = (): void => {
    if (posted || workspace.origin.kind !== "server" || workspace.lease() === undefined) return;
    const scene = sceneInfoOf(session, session.store.getState().frames);
    if (!scene) return;
    posted = true;
    // Only convenience is lost: without it `sweepmark export` asks for the log.
    postSceneInfo(scene, workspace.lease()).catch(() => (posted = false));
  };
  stops.push(session.store.subscribe(keepStamps));

  if (info.sizeBytes <= autoScanBytes && info.frames.length > 0) {
    const whenShown = session.store.subscribe(({ frame, frameProblem }) => {
      if (!frame && !frameProblem) return;
      whenShown();
      if (app.session === session) void session.scanFrames();
    });
    stops.push(whenShown);
  }
  return () => stops.forEach((stop) => stop());
}
