import { Popover } from "@base-ui/react/popover";
import { accumulationPresets, cloudColorModes, type AccumulationState, type CloudColorMode } from "@sweepmark/editor";
import { cloudBytes } from "@sweepmark/log";
import { ChevronDown, Layers2 } from "lucide-react";
import type { ReactNode } from "react";
import { actionOf, actionTitle } from "../app/actions.ts";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatBytes, formatCount } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Segmented } from "../ui/Segmented.tsx";
import { Select } from "../ui/Select.tsx";
import { Tip } from "../ui/Tip.tsx";
import { cloudWords, voxelWords } from "./cloud-words.ts";
import styles from "./CloudChip.module.css";
import hud from "./Hud.module.css";

const voxelChoices = [0, 0.02, 0.05, 0.1, 0.2] as const;

/** The accumulated cloud: a switch, and behind the arrow what it is made of. */
export function CloudChip() {
  const app = useApp();
  const { t } = useText();
  const phase = useSessionState(({ accumulation }) => accumulation.phase);
  const stale = useSessionState(({ accumulation }) => accumulation.stale);
  const action = actionOf("view.accumulate");
  return (
    <div className={cx(hud.chip, styles.chip)} role="group" aria-label={t("cloud.name")}>
      <Tip text={t(phase === "off" ? "cloud.on" : "cloud.off")} keys={actionKeys(action)}>
        <button
          type="button"
          className={cx(styles.toggle, phase !== "off" && hud.on)}
          aria-pressed={phase !== "off"}
          data-phase={phase}
          onClick={() => action.run(app)}
        >
          <Layers2 size={14} strokeWidth={1.5} />
          {t(phase === "working" ? "cloud.working" : "cloud.short")}
          <span className={hud.key}>{actionKeys(action)}</span>
        </button>
      </Tip>
      {stale ? (
        <Tip text={t("cloud.staleTip")} keys={actionKeys(actionOf("view.accumulateAnew"))}>
          <button type="button" className={styles.stale} onClick={() => actionOf("view.accumulateAnew").run(app)}>
            {t("cloud.update")}
          </button>
        </Tip>
      ) : null}
      <Popover.Root>
        <Tip text={t("cloud.settings")}>
          <Popover.Trigger aria-label={t("cloud.settings")} className={styles.arrow}>
            <ChevronDown size={14} strokeWidth={1.5} />
          </Popover.Trigger>
        </Tip>
        <Popover.Portal>
          <Popover.Positioner sideOffset={6} align="start" className={styles.positioner}>
            <Popover.Popup className={styles.popup} aria-label={t("cloud.name")}>
              <Settings />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}

function Settings() {
  const { t } = useText();
  const { session } = useWorkspace();
  const accumulation = useSessionState((state) => state.accumulation);
  const { sweeps, voxelM, movingObjects, colorMode } = accumulation;
  return (
    <>
      <Row label={t("cloud.frames")}>
        <Segmented
          label={t("cloud.frames")}
          value={String(sweeps)}
          choices={accumulationPresets.map((preset) => ({
            value: String(preset),
            text: Number.isFinite(preset) ? String(preset) : t("cloud.all"),
          }))}
          onChange={(value) => session.setAccumulation({ sweeps: Number(value) })}
        />
      </Row>
      <Row label={t("cloud.voxels")}>
        <Select
          label={t("cloud.voxels")}
          value={String(voxelM)}
          choices={voxelChoices.map((side) => ({ value: String(side), text: voxelWords(t, side) }))}
          onChange={(value) => session.setAccumulation({ voxelM: Number(value) })}
        />
      </Row>
      <Row label={t("cloud.moving")}>
        <Segmented
          label={t("cloud.moving")}
          value={movingObjects}
          choices={(["left-out", "kept"] as const).map((value) => ({ value, text: t(`cloud.moving.${value}`) }))}
          onChange={(value) => session.setAccumulation({ movingObjects: value })}
        />
      </Row>
      <Row label={t("hud.colour")}>
        <Segmented<CloudColorMode>
          label={t("hud.colour")}
          value={colorMode}
          choices={cloudColorModes.map((value) => ({ value, text: t(`cloud.colour.${value}`) }))}
          onChange={(value) => session.setAccumulation({ colorMode: value })}
        />
      </Row>
      <Facts {...accumulation} />
    </>
  );
}

const Row = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <div className={styles.row}>
    <span className={styles.label}>{label}</span>
    {children}
  </div>
);

function Facts({ phase, cloud, movingObjects }: AccumulationState) {
  const app = useApp();
  const { t } = useText();
  const anew = actionOf("view.accumulateAnew");
  if (!cloud) return <p className={styles.facts}>{t(phase === "working" ? "cloud.making" : "cloud.hint")}</p>;
  const frames = new Set(cloud.skipped.map(({ index }) => index));
  return (
    <div className={styles.facts}>
      <p>{cloudWords(t, cloud)}</p>
      <p>{t("cloud.memory", { size: formatBytes(cloudBytes(cloud)) })}</p>
      {movingObjects === "left-out" ? (
        <p>{t("cloud.excluded", { count: cloud.excluded, points: formatCount(cloud.excluded) })}</p>
      ) : null}
      {cloud.skipped.length > 0 ? (
        <p className={styles.warning}>
          {t("cloud.skipped", { count: frames.size })} {cloud.skipped[0].problem.message}
        </p>
      ) : null}
      <Button className={styles.anew} keys={actionKeys(anew)} onClick={() => anew.run(app)}>
        {actionTitle(anew, app)}
      </Button>
    </div>
  );
}
