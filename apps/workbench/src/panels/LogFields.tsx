import type { ReactNode } from "react";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { memoryMiB as bounds } from "../app/log-settings.ts";
import { formatCount, formatFixed, formatMemory } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { NumberField } from "../ui/NumberField.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Select } from "../ui/Select.tsx";
import type { LogFieldProps } from "./LidarTable.tsx";
import { clockProblem, sweepRateHz } from "./log-draft.ts";
import styles from "./LogDialog.module.css";

function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <div className={styles.value}>{children}</div>
    </div>
  );
}

/** The space in which labels stand still. With labels in it, another one can only be looked at. */
export function WorldField({ info, draft, onChange }: LogFieldProps) {
  const { t } = useText();
  const { session, settings } = useWorkspace();
  useSessionState((state) => state.revision);
  const count = session.document.tracks().length + session.document.laneBoundaries().length;
  const { worldNames } = info;
  if (worldNames.length === 0)
    return (
      <Field label={t("log.world")}>
        <span className={styles.dim}>{t("log.noWorld", { ego: info.egoName ?? "ego" })}</span>
      </Field>
    );
  const made = settings.labelsWorld;
  const differs = count > 0 && made !== undefined && draft.worldName !== undefined && draft.worldName !== made;
  return (
    <Field label={t("log.world")}>
      <Segmented
        label={t("log.world")}
        value={draft.worldName}
        choices={worldNames.map((name) => ({ value: name, text: name }))}
        onChange={(worldName) => onChange({ worldName })}
      />
      <span className={differs ? styles.warning : styles.dim}>
        {differs ? t("log.worldDiffers", { count, made: made || "ego" }) : t("log.worldHelp")}
      </span>
    </Field>
  );
}

/** What says when each message was measured. With labels by one clock, the other can only be looked at. */
export function ClockField({ info, draft, onChange }: LogFieldProps) {
  const { t } = useText();
  const { session, settings } = useWorkspace();
  useSessionState((state) => state.revision);
  const isLabelled = session.document.tracks().length + session.document.laneBoundaries().length > 0;
  const differs = isLabelled && draft.clock !== (settings.labelsClock ?? "stamps");
  const apart = clockProblem(info);
  return (
    <Field label={t("log.clock")}>
      <Segmented
        label={t("log.clock")}
        value={draft.clock}
        choices={[
          { value: "stamps", text: t("log.stamps") },
          { value: "log-times", text: t("log.logTimes") },
        ]}
        onChange={(clock) => onChange({ clock })}
      />
      <span className={differs || apart ? styles.warning : styles.dim}>
        {differs ? t("log.clockDiffers") : (apart?.message ?? t("log.clockHelp"))}
      </span>
    </Field>
  );
}

const rates = [20, 10, 5, 2, 1, 0.5];

export function RateField({ info, draft, onChange }: LogFieldProps) {
  const { t } = useText();
  const { sweepCount } = info;
  const fullHz = sweepRateHz(info);
  // Slower than the log, as thinning is; and what was chosen, wherever that came from.
  const offered = [...rates, ...(draft.maxRateHz === undefined ? [] : [draft.maxRateHz])].filter(
    (rate, i, all) => all.indexOf(rate) === i && (rate < fullHz / 1.1 || rate === draft.maxRateHz),
  );
  const kept = draft.maxRateHz === undefined ? sweepCount : Math.round((sweepCount * draft.maxRateHz) / (fullHz || 1));
  return (
    <Field label={t("log.rate")}>
      <div className={styles.select}>
        <Select
          label={t("log.rate")}
          value={draft.maxRateHz === undefined ? "all" : String(draft.maxRateHz)}
          choices={[
            { value: "all", text: t("log.everySweep", { rate: formatFixed(fullHz, 1) }) },
            ...offered
              .toSorted((a, b) => b - a)
              .map((rate) => ({ value: String(rate), text: t("log.rateHz", { rate: String(rate) }) })),
          ]}
          onChange={(value) => onChange({ maxRateHz: value === "all" ? undefined : Number(value) })}
        />
      </div>
      <span className={styles.dim}>
        {t("log.frames", { frames: formatCount(Math.min(kept, sweepCount)), sweeps: formatCount(sweepCount) })}
      </span>
    </Field>
  );
}

export function MemoryField({ draft, onChange }: LogFieldProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const { memory } = session;
  const { budgetBytes } = memory;
  const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  const { memoryMiB } = draft;
  return (
    <Field label={t("log.memory")}>
      <Segmented
        label={t("log.memory")}
        value={memoryMiB === undefined ? "automatic" : "own"}
        choices={[
          { value: "automatic", text: t("log.automatic") },
          { value: "own", text: t("log.own") },
        ]}
        onChange={(value) =>
          onChange({
            memoryMiB:
              value === "automatic" ? undefined : Math.min(bounds.max, Math.max(bounds.min, mebibytes(budgetBytes))),
          })
        }
      />
      {memoryMiB === undefined ? null : (
        <NumberField
          label={t("log.memory")}
          value={memoryMiB}
          unit="MiB"
          decimals={0}
          step={128}
          min={bounds.min}
          onCommit={(value) => onChange({ memoryMiB: Math.min(bounds.max, Math.round(value)) })}
        />
      )}
      <span className={styles.dim}>{t("memory.budget", { budget: formatMemory(budgetBytes) })}</span>
    </Field>
  );
}
