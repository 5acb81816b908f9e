import { colorGradient, distanceRange, heightRange } from "@sweepmark/viewport";
import { useMemo } from "react";
import { useAppState, useSessionState } from "../app/context.ts";
import { formatFixed, formatMetres } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import styles from "./Legend.module.css";

/** What the colours of the points mean. */
export function Legend() {
  const { t } = useText();
  const theme = useAppState((state) => state.theme);
  const mode = useSessionState((state) => state.view.colorMode);
  const intensityMax = useSessionState((state) => state.frame?.sweeps[0]?.intensityMax);
  const gradient = useMemo(() => (mode === "camera" ? undefined : colorGradient(mode, theme)), [mode, theme]);
  if (mode === "camera") return <div className={styles.legend}>{t("legend.camera")}</div>;
  if (mode === "intensity" && intensityMax === undefined)
    return <div className={styles.legend}>{t("legend.noIntensity")}</div>;
  const [low, high] =
    mode === "height"
      ? [formatFixed(heightRange.minM, 1), formatMetres(heightRange.maxM, 1)]
      : mode === "distance"
        ? [formatFixed(distanceRange.minM, 0), formatMetres(distanceRange.maxM, 0)]
        : ["0", formatFixed(intensityMax ?? 1, (intensityMax ?? 1) <= 1 ? 2 : 0)];
  return (
    <div className={styles.legend}>
      <span>{low}</span>
      <span className={styles.bar} style={{ background: gradient }} />
      <span>{high}</span>
    </div>
  );
}
