import { egoCorrectionOf, switchEgoCorrection } from "@sweepmark/document";
import { correctEgoPose, summaryOf } from "@sweepmark/editor";
import { vec } from "@sweepmark/geometry";
import type { EgoMatches } from "@sweepmark/log";
import type { EgoCorrection } from "@sweepmark/schema";
import { Route } from "lucide-react";
import { useState } from "react";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Progress } from "../ui/Progress.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { DriftPlot } from "./DriftPlot.tsx";
import styles from "./TrackDialog.module.css";

const degrees = (rad: number): number => (rad * 180) / Math.PI;

/** How far the log's ego poses are off, and whether they are corrected: a job, its outcome plotted, a switch. */
export function EgoDialog() {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const [found, setFound] = useState<EgoMatches>();
  const job = useSessionState((state) => state.jobs.find(({ label }) => label.message === "job.match-ego"));
  const readOnly = useSessionState((state) => state.readOnly !== undefined);
  const correction = useSessionState((state) => (state.revision >= 0 ? egoCorrectionOf(session.document) : undefined));
  const close = (): void => app.showDialog(undefined);
  return (
    <Dialog
      open
      onClose={close}
      title={t("ego.title")}
      icon={<Route size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={560}
    >
      <div className={styles.body} data-testid="ego">
        <p className={styles.dim}>{t("ego.what")}</p>
        {correction ? <Correction correction={correction} readOnly={readOnly} /> : null}
        {correction && found ? <Facts found={found} /> : null}
        {job ? (
          <div className={styles.field}>
            <span className={styles.label}>{t("ego.running")}</span>
            <Progress fraction={job.total > 0 ? job.done / job.total : undefined} label={t("ego.running")} />
          </div>
        ) : null}
      </div>
      <footer className={styles.foot}>
        <span className={styles.dim}>{t("ego.kept")}</span>
        {job ? (
          <Button size="dialog" variant="ghost" onClick={() => job.cancel()}>
            {t("dialog.cancel")}
          </Button>
        ) : (
          <Button
            size="dialog"
            variant={correction ? "ghost" : "primary"}
            disabled={readOnly}
            onClick={() => void correctEgoPose(session).then((matches) => matches && setFound(matches))}
          >
            {t(correction ? "ego.again" : "ego.run")}
          </Button>
        )}
      </footer>
    </Dialog>
  );
}

function Correction({ correction, readOnly }: { readonly correction: EgoCorrection; readonly readOnly: boolean }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const phase = useSessionState((state) => state.accumulation.phase);
  const { shifts, enabled } = correction;
  const metres = Math.max(...shifts.map(({ shift }) => vec.length(shift)));
  const turn = Math.max(...shifts.map(({ yawRad }) => Math.abs(degrees(yawRad))));
  return (
    <>
      <DriftPlot
        label={t("ego.plot")}
        unit="m"
        lines={[
          { name: t("ego.along"), color: "var(--ax-x)", values: shifts.map(({ shift }) => shift[0]) },
          { name: t("ego.across"), color: "var(--ax-y)", values: shifts.map(({ shift }) => shift[1]) },
        ]}
      />
      <DriftPlot
        label={t("ego.yaw")}
        unit="°"
        lines={[{ name: t("ego.yaw"), color: "var(--ax-z)", values: shifts.map(({ yawRad }) => degrees(yawRad)) }]}
      />
      <p>{t("ego.drift", { count: shifts.length, metres: formatFixed(metres, 2), degrees: formatFixed(turn, 2) })}</p>
      <div className={styles.field}>
        <span className={styles.label}>{t("ego.poses")}</span>
        <Segmented<"off" | "on">
          label={t("ego.poses")}
          value={enabled ? "on" : "off"}
          disabled={readOnly}
          choices={[
            { value: "off", text: t("ego.off") },
            { value: "on", text: t("ego.on") },
          ]}
          onChange={(to) => session.run(switchEgoCorrection, { to })}
        />
      </div>
      <div className={styles.field}>
        <span className={styles.label}>{t("ego.cloud")}</span>
        <Segmented<"start" | "stop">
          label={t("ego.cloud")}
          value={phase === "off" ? "stop" : "start"}
          choices={[
            { value: "stop", text: t("ego.cloud.hide") },
            { value: "start", text: t("ego.cloud.show") },
          ]}
          onChange={(what) => session.accumulate(what)}
        />
      </div>
    </>
  );
}

function Facts({ found }: { readonly found: EgoMatches }) {
  const { t } = useText();
  const { beforeM, afterM, undetermined } = summaryOf(found);
  return (
    <>
      {beforeM !== undefined && afterM !== undefined ? (
        <p data-testid="ego-distance">
          {t("ego.distance", { before: formatFixed(100 * beforeM, 1), after: formatFixed(100 * afterM, 1) })}
        </p>
      ) : null}
      {undetermined > 0 ? <p>{t("ego.undetermined", { count: undetermined })}</p> : null}
    </>
  );
}
