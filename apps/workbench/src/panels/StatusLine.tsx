import { CircleAlert, Check, Clock, Layers, Loader, Lock, Route, TriangleAlert } from "lucide-react";
import { millisecondsBetween } from "@sweepmark/geometry";
import type { Job } from "@sweepmark/editor";
import { egoCorrectionOf, type SaveState } from "@sweepmark/document";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { formatClock, formatCount, formatDuration, formatFixed, formatOffset } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Progress } from "../ui/Progress.tsx";
import { useWorkClock } from "../ui/use-time-left.ts";
import { isMissing } from "./camera-words.ts";
import { memoryWords } from "./memory-words.ts";
import { transformsOf } from "./transform-words.ts";
import styles from "./StatusLine.module.css";

const icon = { size: 12, strokeWidth: 1.75 } as const;

/** What is shown and where the pointer is; at the right the jobs, and last whether everything is saved. */
export function StatusLine() {
  const { t } = useText();
  const { session } = useWorkspace();
  // What is held changes with them.
  useSessionState((state) => state.buffered);
  const points = useSessionState((state) => state.frame?.sweeps.reduce((sum, { count }) => sum + count, 0));
  return (
    <footer className={styles.line}>
      {points === undefined ? null : (
        <span className={styles.cell} title={memoryWords(session.memory)}>
          <Layers {...icon} />
          {t("status.points", { count: points, points: formatCount(points) })}
        </span>
      )}
      <CameraOffsets />
      <Missing />
      <Transforms />
      <Corrected />
      <Pointer />
      <span className={styles.space} />
      <Jobs />
      <Saved />
    </footer>
  );
}

function CameraOffsets() {
  const { t } = useText();
  const frame = useSessionState((state) => state.picturedFrame);
  if (!frame || frame.images.length === 0) return null;
  const offsets = frame.images.map((image) => millisecondsBetween(frame.at, image.at));
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  const range =
    most - least < 0.05
      ? formatOffset(most)
      : `${formatOffset(least).replace(" ms", "")}\u2009…\u2009${formatOffset(most)}`;
  return (
    <span className={styles.cell}>
      <Clock {...icon} />
      {t("status.cameras", { range })}
    </span>
  );
}

/** Sensors that this frame goes without, each with its reason. */
function Missing() {
  const { t } = useText();
  const { session } = useWorkspace();
  const frame = useSessionState((state) => state.picturedFrame);
  if (!frame) return null;
  const { cameras, choice } = session.log.info;
  const topics = [
    ...cameras.filter(({ id }) => isMissing(frame, id)).map(({ imageTopic }) => imageTopic),
    ...choice.companionTopics.filter((topic) => !frame.sweeps.some((sweep) => sweep.topic === topic)),
  ].filter((topic) => topic !== undefined);
  if (topics.length === 0) return null;
  const reasons = topics.map((topic) => frame.problems.find((problem) => problem.topic === topic)?.message ?? topic);
  return (
    <span className={cx(styles.cell, styles.warning)} title={reasons.join("\n")}>
      <TriangleAlert {...icon} />
      {t("status.missing", { count: topics.length })}
    </span>
  );
}

function Transforms() {
  const { t } = useText();
  const { session } = useWorkspace();
  const frame = useSessionState((state) => state.picturedFrame);
  if (!frame) return null;
  const { placed, total } = transformsOf(frame, session.log.info);
  const complete = placed === total;
  return (
    <span className={cx(styles.cell, !complete && styles.warning)}>
      {complete ? <Check {...icon} className={styles.ok} /> : <TriangleAlert {...icon} />}
      {t("status.transforms", { placed, total })}
    </span>
  );
}

function Corrected() {
  const { t } = useText();
  const { session } = useWorkspace();
  const corrected = useSessionState(
    (state) => state.revision >= 0 && (egoCorrectionOf(session.document)?.enabled ?? false),
  );
  if (!corrected) return null;
  return (
    <span className={styles.cell} data-testid="ego-corrected">
      <Route {...icon} />
      {t("status.egoCorrected")}
    </span>
  );
}

function Pointer() {
  const { session } = useWorkspace();
  const { t } = useText();
  const pointer = useSessionState((state) => state.pointer);
  if (!pointer) return null;
  const space = session.log.info.worldName ?? t("status.ego");
  const [x, y, z] = pointer.map((value) => formatFixed(value, 2));
  return <span className={styles.cell}>{`x ${x} y ${y} z ${z} m · ${space}`}</span>;
}

function Jobs() {
  const jobs = useSessionState((state) => state.jobs);
  return jobs.slice(0, 2).map((job) => <JobCell key={job.id} job={job} />);
}

function JobCell({ job }: { readonly job: Job }) {
  const { t, label } = useText();
  const fraction = job.total > 0 ? job.done / job.total : undefined;
  const { shown, secondsLeft } = useWorkClock(fraction);
  if (shown === "quiet") return null;
  return (
    <span className={cx(styles.cell, styles.job)}>
      {label(job.label)}
      <Progress fraction={fraction} label={label(job.label)} />
      {fraction === undefined ? null : <span>{Math.round(fraction * 100)}%</span>}
      {secondsLeft === undefined ? null : <span>{t("status.left", { time: formatDuration(secondsLeft) })}</span>}
      <Button variant="ghost" className={styles.cancel} onClick={() => job.cancel()}>
        {t("status.cancel")}
      </Button>
    </span>
  );
}

function Saved() {
  const { t, label } = useText();
  const { origin } = useWorkspace();
  const readOnly = useSessionState((state) => state.readOnly);
  const state = useSessionState(({ saveState }) => saveState);
  if (readOnly && !(state.kind === "failed"))
    return (
      <span className={cx(styles.cell, styles.save)} title={label(readOnly)}>
        <Lock {...icon} />
        {t("save.readOnly")}
      </span>
    );
  const place = origin.kind === "server" ? t("save.toFolder", { folder: origin.scene.labelsDir }) : t("save.toBrowser");
  return (
    <span
      className={cx(styles.cell, styles.save, state.kind === "failed" && styles.error)}
      title={state.kind === "failed" ? state.reason : place}
      role="status"
      data-save={state.kind}
    >
      <SaveWords state={state} />
    </span>
  );
}

function SaveWords({ state }: { readonly state: SaveState }) {
  const { t } = useText();
  if (state.kind === "failed")
    return (
      <>
        <CircleAlert {...icon} />
        {t("save.failed", { count: state.pending })}
      </>
    );
  if (state.kind === "saving")
    return (
      <>
        <Loader {...icon} />
        {t("save.saving", { count: state.pending })}
      </>
    );
  if (state.kind === "read-only")
    return (
      <>
        <Lock {...icon} />
        {t("save.readOnly")}
      </>
    );
  return (
    <>
      <Check {...icon} className={styles.ok} />
      {state.at ? t("save.savedAt", { time: formatClock(state.at) }) : t("save.nothing")}
    </>
  );
}
