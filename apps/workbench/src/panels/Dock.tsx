import "dockview-react/dist/styles/dockview.css";
import "../theme/dock.css";
import {
  DockviewReact,
  type DockviewApi,
  type DockviewReadyEvent,
  type IDockviewPanelHeaderProps,
} from "dockview-react";
import { useEffect, useMemo, useRef, type FunctionComponent } from "react";
import { buildLayout, fitLayout, makeRoom, restoreLayout, storeLayout, type PanelId } from "../app/layout.ts";
import { useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { formatCount } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { ErrorBoundary } from "../ui/ErrorBoundary.tsx";
import { CameraStrip } from "./CameraStrip.tsx";
import styles from "./Dock.module.css";
import { Inspector } from "./Inspector.tsx";
import { MainPanel } from "./MainPanel.tsx";
import { Objects } from "./Objects.tsx";
import { OrthoPanel } from "./OrthoPanel.tsx";
import { Problems } from "./Problems.tsx";
import { useProblems } from "./problem-list.ts";
import { Timeline } from "./timeline/Timeline.tsx";
import { Topics } from "./Topics.tsx";

const contents: Readonly<Record<PanelId, FunctionComponent>> = {
  main: MainPanel,
  cameras: CameraStrip,
  ortho: OrthoPanel,
  timeline: Timeline,
  objects: Objects,
  problems: Problems,
  topics: Topics,
  inspector: Inspector,
};

/** Each panel in its own error boundary; the dock itself outlives all of them. */
const components = Object.fromEntries(
  Object.entries(contents).map(([id, Content]) => [
    id,
    function Panel() {
      const { t } = useText();
      return (
        <ErrorBoundary name={t(`panel.${id as PanelId}`)}>
          <Content />
        </ErrorBoundary>
      );
    },
  ]),
);

/** A tab of the side panel with its count. */
function Tab({ api }: IDockviewPanelHeaderProps) {
  const { t } = useText();
  const id = api.id as PanelId;
  return (
    <div className={cx(styles.tab, "sweepmark-tab")}>
      {t(`panel.${id}`)}
      {id === "objects" ? <ObjectsCount /> : id === "problems" ? <ProblemsCount /> : null}
    </div>
  );
}

function ObjectsCount() {
  const { session } = useWorkspace();
  useSessionState((state) => state.revision);
  const count = session.document.tracks().length;
  return count > 0 ? <span className={styles.badge}>{formatCount(count)}</span> : null;
}

function ProblemsCount() {
  const problems = useProblems().filter(({ severity }) => severity !== "note");
  const tone = problems.some(({ severity }) => severity === "error") ? styles.error : styles.warning;
  return problems.length > 0 ? <span className={cx(styles.badge, tone)}>{formatCount(problems.length)}</span> : null;
}

/** The panels, where the person put them; remembered between visits. */
export function Dock() {
  const layoutSerial = useAppState((state) => state.layoutSerial);
  const sidePanel = useAppState((state) => state.sidePanel);
  const { info } = useWorkspace();
  const api = useRef<DockviewApi>(undefined);
  const hasCameras = info.cameras.some(({ imageTopic }) => imageTopic !== undefined);
  const wanted = useMemo(() => ({ cameras: hasCameras ? ("shown" as const) : ("none" as const) }), [hasCameras]);

  const onReady = (event: DockviewReadyEvent): void => {
    api.current = event.api;
    if (!restoreLayout(event.api, wanted)) buildLayout(event.api, wanted);
    event.api.onDidLayoutChange(() => storeLayout(event.api, wanted));
  };
  useEffect(() => {
    if (layoutSerial > 0 && api.current) buildLayout(api.current, wanted);
  }, [layoutSerial, wanted]);
  useEffect(() => {
    if (sidePanel.serial > 0) api.current?.getPanel(sidePanel.id)?.api.setActive();
  }, [sidePanel]);
  const isBatch = useSessionState((state) => state.batch !== undefined);
  useEffect(() => {
    if (!isBatch) return undefined;
    const dockview = api.current;
    if (dockview) makeRoom(dockview, "wall");
    return () => dockview && makeRoom(dockview, "none");
  }, [isBatch]);
  const dock = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!dock.current) return undefined;
    let pending = 0;
    const observer = new ResizeObserver(() => {
      // After the dock has laid itself out anew.
      cancelAnimationFrame(pending);
      pending = requestAnimationFrame(() => api.current && fitLayout(api.current));
    });
    observer.observe(dock.current);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(pending);
    };
  }, []);

  return (
    <div className={styles.dock} ref={dock}>
      <DockviewReact
        theme={{ name: "sweepmark", className: "sweepmark-dock", gap: 1 }}
        components={components}
        defaultTabComponent={Tab}
        onReady={onReady}
        disableFloatingGroups
        singleTabMode="default"
      />
    </div>
  );
}
