import { egoCorrectionOf } from "@sweepmark/document";
import type { LogClock } from "@sweepmark/log";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { actionOf } from "../app/actions.ts";
import { useApp, useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatClock, formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import { clockProblem } from "./log-draft.ts";
import styles from "./Banners.module.css";

interface Banner {
  readonly id: string;
  readonly severity: "warning" | "note";
  readonly fact: string;
  readonly effect: string;
  readonly action: ReactNode;
}

/** Lasting states of this log only: read only, clocks that disagree, cut off, no ego motion. At most two, warnings above (ui.md §8). */
export function Banners() {
  const app = useApp();
  const { t } = useText();
  const dismissed = useAppState((state) => state.dismissedBanners);
  const banners = [useReadOnlyBanner(), useClockBanner(), useTruncatedBanner(), useMotionBanner()]
    .filter((banner) => banner !== undefined && !dismissed.has(banner.id))
    .toSorted((a, b) => Number(a?.severity === "note") - Number(b?.severity === "note"))
    .slice(0, 2);
  return banners.map((banner) =>
    banner === undefined ? null : (
      <div key={banner.id} role="status" className={cx(styles.banner, styles[banner.severity])}>
        <SeverityIcon severity={banner.severity} />
        <b>{banner.fact}</b>
        <span className={styles.effect}>{banner.effect}</span>
        <span className={styles.actions}>
          {banner.action}
          <Button
            variant="ghost"
            aria-label={t("banner.dismiss")}
            icon={<X size={16} strokeWidth={1.5} />}
            onClick={() => app.dismissBanner(banner.id)}
          />
        </span>
      </div>
    ),
  );
}

function useReadOnlyBanner(): Banner | undefined {
  const app = useApp();
  const { t, label } = useText();
  const { occupied, settings } = useWorkspace();
  const readOnly = useSessionState((state) => state.readOnly);
  if (!readOnly) return undefined;
  const elsewhere = readOnly.message === "readOnly.elsewhere" || readOnly.message === "readOnly.takenOver";
  const since = readOnly.message === "readOnly.elsewhere" ? occupied?.since : undefined;
  return {
    id: readOnly.message,
    severity: "warning",
    fact: since ? t("readOnly.elsewhereSince", { time: formatClock(since).slice(0, 5) }) : label(readOnly),
    effect: t("readOnly.effect"),
    action: elsewhere ? (
      <Button onClick={() => void app.takeOver()}>{t("readOnly.takeOver")}</Button>
    ) : readOnly.message === "readOnly.otherWorld" && settings.labelsWorld ? (
      <Button onClick={() => void app.applySettings({ ...settings, worldName: settings.labelsWorld ?? "" })}>
        {t("readOnly.backTo", { made: settings.labelsWorld })}
      </Button>
    ) : readOnly.message.startsWith("readOnly.madeBy") ? (
      <Button onClick={() => void app.applySettings({ ...settings, clock: settings.labelsClock ?? "stamps" })}>
        {t("readOnly.backToClock")}
      </Button>
    ) : null,
  };
}

/** Asks which clock counts, until a person has said it. */
function useClockBanner(): Banner | undefined {
  const app = useApp();
  const { t } = useText();
  const { session, settings } = useWorkspace();
  const problem = clockProblem(session.log.info);
  if (problem?.severity !== "warning" || settings.clock !== undefined) return undefined;
  const seconds = Number(problem.params?.["seconds"]);
  const choose = (clock: LogClock) => () => void app.applySettings({ ...settings, clock });
  return {
    id: "clocks",
    severity: "warning",
    fact: t("clocks.fact"),
    effect: t(seconds < 0 ? "clocks.before" : "clocks.after", { seconds: formatFixed(Math.abs(seconds), 1) }),
    action: (
      <>
        <Button onClick={choose("stamps")}>{t("clocks.keepStamps")}</Button>
        <Button onClick={choose("log-times")}>{t("clocks.useLogTimes")}</Button>
      </>
    ),
  };
}

/** Without ego motion a parked car moves in the world; where there are sweeps the vehicle can be followed. */
function useMotionBanner(): Banner | undefined {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const { info } = session.log;
  const isFollowed = useSessionState((state) => state.revision >= 0 && egoCorrectionOf(session.document) !== undefined);
  const readOnly = useSessionState((state) => state.readOnly !== undefined);
  const follow = actionOf("ego.correct");
  if (info.worldName !== undefined || info.lidarTopic === undefined || info.frames.length < 2) return undefined;
  if (isFollowed || readOnly) return undefined;
  return {
    id: "motion",
    severity: "note",
    fact: t("motion.fact"),
    effect: t("motion.effect"),
    action: (
      <Button keys={actionKeys(follow)} onClick={() => follow.run(app)}>
        {t("motion.follow")}
      </Button>
    ),
  };
}

function useTruncatedBanner(): Banner | undefined {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  useSessionState((state) => state.frame);
  const problem = session.log.info.problems.find(({ code }) => code === "truncated");
  if (!problem) return undefined;
  return {
    id: "truncated",
    severity: "warning",
    fact: t("truncated.fact"),
    effect: problem.message,
    action: <Button onClick={() => app.showSidePanel("problems")}>{t("truncated.show")}</Button>,
  };
}
