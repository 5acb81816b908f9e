import { colorModes, type ColorMode } from "@sweepmark/editor";
import { Minus, Plus } from "lucide-react";
import { actionOf } from "../app/actions.ts";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { Select } from "../ui/Select.tsx";
import { Tip } from "../ui/Tip.tsx";
import { CloudChip } from "./CloudChip.tsx";
import styles from "./Hud.module.css";
import { SuggestionChip } from "./SuggestionChip.tsx";

/** Chips over the 3D view: projection, colours, point size, height band. */
export function Hud() {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const view = useSessionState((state) => state.view);
  const hasCameras = session.log.info.cameras.some(({ imageTopic }) => imageTopic !== undefined);
  const birdsEye = actionOf("view.birdsEye");
  const clip = actionOf("view.clip");
  const focus = actionOf("view.focusMode");
  const smaller = actionOf("view.smallerPoints");
  const larger = actionOf("view.largerPoints");
  return (
    <div className={styles.hud}>
      <Tip text={t(view.projection === "top" ? "hud.to3d" : "hud.toTop")} keys={actionKeys(birdsEye)}>
        <button type="button" className={styles.chip} onClick={() => birdsEye.run(app)}>
          <b>{t(view.projection === "top" ? "hud.top" : "hud.3d")}</b>
          <span className={styles.key}>{actionKeys(birdsEye)}</span>
        </button>
      </Tip>
      <CloudChip />
      <SuggestionChip />
      <Select<ColorMode>
        look="hud"
        label={t("hud.colour")}
        prefix={t("hud.colour")}
        value={view.colorMode}
        choices={colorModes
          .filter((mode) => mode !== "camera" || hasCameras)
          .map((mode) => ({ value: mode, text: t(`colour.${mode}`) }))}
        onChange={(colorMode) => session.setView({ colorMode })}
      />
      <div className={styles.chip} role="group" aria-label={t("hud.pointSize")}>
        <span className={styles.dim}>{t("hud.pointSize")}</span>
        <Tip text={t("hud.smaller")} keys={actionKeys(smaller)}>
          <button type="button" className={styles.step} aria-label={t("hud.smaller")} onClick={() => smaller.run(app)}>
            <Minus size={12} strokeWidth={1.5} />
          </button>
        </Tip>
        <b className={styles.number}>{formatFixed(view.pointSize, 1)}</b>
        <Tip text={t("hud.larger")} keys={actionKeys(larger)}>
          <button type="button" className={styles.step} aria-label={t("hud.larger")} onClick={() => larger.run(app)}>
            <Plus size={12} strokeWidth={1.5} />
          </button>
        </Tip>
      </div>
      <Tip text={t("hud.clipTip")} keys={actionKeys(clip)}>
        <button
          type="button"
          className={cx(styles.chip, view.clip !== null && styles.on)}
          aria-pressed={view.clip !== null}
          onClick={() => clip.run(app)}
        >
          {view.clip === null
            ? t("hud.clip")
            : t("hud.clipped", { min: formatFixed(view.clip.minM, 1), max: formatFixed(view.clip.maxM, 1) })}
          <span className={styles.key}>{actionKeys(clip)}</span>
        </button>
      </Tip>
      {view.focus ? (
        <Tip text={t("hud.focusTip")} keys={actionKeys(focus)}>
          <button type="button" className={cx(styles.chip, styles.on)} aria-pressed onClick={() => focus.run(app)}>
            {t("hud.focus")}
            <span className={styles.key}>{actionKeys(focus)}</span>
          </button>
        </Tip>
      ) : null}
    </div>
  );
}
