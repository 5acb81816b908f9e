import { secondsBetween } from "@sweepmark/geometry";
import type { AccumulatedCloud } from "@sweepmark/log";
import { ageMap, colorGradient, heightRange } from "@sweepmark/viewport";
import { useMemo } from "react";
import { useAppState, useSessionState } from "../app/context.ts";
import { formatFixed, formatMetres } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { cloudWords } from "./cloud-words.ts";
import styles from "./Legend.module.css";

/** How much the accumulated cloud holds, and what its colours mean where they differ from the sweep's. */
export function CloudLegend() {
  const { t } = useText();
  const theme = useAppState((state) => state.theme);
  const cloud = useSessionState(({ accumulation }) => accumulation.cloud);
  const mode = useSessionState(({ accumulation }) => accumulation.colorMode);
  const sweepMode = useSessionState((state) => state.view.colorMode);
  const gradient = useMemo(() => colorGradient(mode === "age" ? ageMap : mode, theme), [mode, theme]);
  if (!cloud) return null;
  const ends =
    mode === sweepMode || (mode === "intensity" && cloud.intensityMax === undefined)
      ? undefined
      : { height: heightEnds, intensity: intensityEnds, age: ageEnds }[mode](cloud);
  return (
    <div className={`${styles.legend} ${styles.above}`} data-testid="cloud-legend" data-points={cloud.count}>
      <span>{cloudWords(t, cloud)}</span>
      {ends ? (
        <>
          <span>{ends[0]}</span>
          <span className={styles.bar} style={{ background: gradient }} />
          <span>{ends[1]}</span>
        </>
      ) : null}
    </div>
  );
}

type Ends = readonly [low: string, high: string];

const heightEnds = (): Ends => [formatFixed(heightRange.minM, 1), formatMetres(heightRange.maxM, 1)];

const intensityEnds = ({ intensityMax = 1 }: AccumulatedCloud): Ends => [
  "0",
  formatFixed(intensityMax, intensityMax <= 1 ? 2 : 0),
];

/** Seconds from the first sweep to the last. */
const ageEnds = ({ sweeps }: AccumulatedCloud): Ends => {
  const [first, last] = [sweeps[0], sweeps[sweeps.length - 1]];
  return ["0", `${formatFixed(first && last ? secondsBetween(first.at, last.at) : 0, 1)} s`];
};
