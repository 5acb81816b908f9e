import { CameraView, MainView } from "@sweepmark/viewport";
import type { Problem } from "@sweepmark/log";
import { ArrowLeft } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { actionOf } from "../app/actions.ts";
import { useApp, useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys, useKeymap } from "../app/keymap.ts";
import { formatOffset } from "../messages/numbers.ts";
import { text, useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cameraOffsetMs, cameraTitle } from "./camera-words.ts";
import { CloudLegend } from "./CloudLegend.tsx";
import { Hud } from "./Hud.tsx";
import { KeyLine } from "./KeyLine.tsx";
import { Legend } from "./Legend.tsx";
import { BatchPanel } from "./BatchPanel.tsx";
import styles from "./MainPanel.module.css";
import { Toasts } from "./Toasts.tsx";

const inset = { top: 36, bottom: 26 } as const;

/** The 3D view with its chips, or one camera large; the line of keys below either. */
export function MainPanel() {
  const { session } = useWorkspace();
  const theme = useAppState((state) => state.theme);
  const largeCameraId = useAppState((state) => state.largeCameraId);
  const leftDrag = useKeymap((state) => state.mouse);
  const isBatch = useSessionState((state) => state.batch !== undefined);
  const [problem, setProblem] = useState<Problem>();
  const onContextLost = useCallback((next: Problem | undefined) => setProblem(next), []);
  return (
    <Surface>
      <div className={styles.view} tabIndex={0} data-view="main">
        {/* Stays mounted under a large camera: making a WebGL context anew takes longer than keeping it. */}
        <div className={styles.scene}>
          <MainView
            session={session}
            theme={theme}
            leftDrag={leftDrag}
            text={text.named}
            inset={inset}
            onContextLost={onContextLost}
          />
        </div>
        {problem ? (
          <div className={styles.problem} role="alert">
            <p>{problem.message}</p>
            {problem.hint ? <p className={styles.hint}>{problem.hint}</p> : null}
          </div>
        ) : null}
        <FrameProblem />
        {isBatch ? (
          <BatchPanel />
        ) : largeCameraId === undefined ? (
          <>
            <Hud />
            <CloudLegend />
            <Legend />
          </>
        ) : (
          <LargeCamera cameraId={largeCameraId} />
        )}
        <Toasts />
      </div>
      <KeyLine />
    </Surface>
  );
}

/** Says which frame is shown. Apart, so that a step does not render what is inside. */
function Surface({ children }: { readonly children: ReactNode }) {
  const loading = useSessionState((state) => state.loading);
  const shownFrame = useSessionState((state) => state.frame?.index);
  return (
    <div className={styles.main} data-testid="main-view" aria-busy={loading} data-frame={shownFrame}>
      {children}
    </div>
  );
}

function LargeCamera({ cameraId }: { readonly cameraId: string }) {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const theme = useAppState((state) => state.theme);
  const offsetMs = useSessionState((state) => cameraOffsetMs(state.picturedFrame, cameraId));
  return (
    <div className={styles.large}>
      <CameraView
        key={cameraId}
        session={session}
        cameraId={cameraId}
        theme={theme}
        fit="contain"
        navigation="zoom"
        text={text.named}
      />
      <div className={styles.largeHead}>
        <Button
          className={styles.back}
          icon={<ArrowLeft size={14} strokeWidth={1.5} />}
          keys="Esc"
          onClick={() => app.enlarge(undefined)}
        >
          {t("camera.back")}
        </Button>
        <span className={styles.pill}>
          <b>{cameraTitle(cameraId)}</b>
          {offsetMs === undefined ? null : <span>{formatOffset(offsetMs)}</span>}
        </span>
        <Button
          className={styles.back}
          keys={actionKeys(actionOf("view.nextCamera"))}
          onClick={() => actionOf("view.nextCamera").run(app)}
        >
          {t("camera.next")}
        </Button>
      </div>
    </div>
  );
}

function FrameProblem() {
  const { t } = useText();
  const problem = useSessionState((state) => state.frameProblem);
  const frames = useSessionState((state) => state.frames.length);
  const large = useAppState((state) => state.largeCameraId !== undefined);
  const { lidarTopic, referenceTopic } = useWorkspace().session.log.info;
  const message = problem?.message ?? (frames === 0 ? t("main.noFrames") : undefined);
  if (message === undefined && lidarTopic === undefined && !large)
    return (
      <div className={styles.problem} role="status">
        <p>{t("main.noLidar", { topic: referenceTopic ?? "" })}</p>
        <p className={styles.hint}>{t("main.noLidarHelp")}</p>
      </div>
    );
  if (message === undefined) return null;
  return (
    <div className={styles.problem} role="alert">
      <p>{message}</p>
      {problem?.hint ? <p className={styles.hint}>{problem.hint}</p> : null}
    </div>
  );
}
