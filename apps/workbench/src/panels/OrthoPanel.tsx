import type { OrthoSide } from "@sweepmark/editor";
import { OrthoCanvas, type OrthoFacts } from "@sweepmark/viewport";
import { useState, useSyncExternalStore } from "react";
import { useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { formatCount, formatDegrees, formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { Segmented } from "../ui/Segmented.tsx";
import styles from "./OrthoPanel.module.css";

const sides: readonly OrthoSide[] = ["top", "side", "rear"];

/** Narrower than this a page has room for one view at a time (ui.md §4). */
const narrow = matchMedia("(max-width: 1279px)");

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener("change", changed);
      return () => narrow.removeEventListener("change", changed);
    },
    () => narrow.matches,
  );
}

/** The selected cuboid from above, from the side and from behind, at one scale; each can be edited. In a narrow page one of them. */
export function OrthoPanel() {
  const { t } = useText();
  const [zoom, setZoom] = useState(1);
  const [chosen, setChosen] = useState<OrthoSide>("top");
  const isNarrow = useNarrow();
  const isEmpty = useSessionState(
    ({ moment, selectedId, hiddenIds }) =>
      !moment.tracks.some(({ track }) => track.id === selectedId && !hiddenIds.has(track.id)),
  );
  return (
    <div
      className={cx(styles.column, isNarrow && styles.folded)}
      data-ortho={isEmpty ? "none" : "shown"}
      onDoubleClick={() => setZoom(1)}
    >
      {isNarrow ? (
        <div className={styles.tabs}>
          <Segmented
            value={chosen}
            choices={sides.map((side) => ({ value: side, text: t(`ortho.${side}`) }))}
            label={t("ortho.choose")}
            onChange={setChosen}
          />
        </div>
      ) : null}
      {(isNarrow ? [chosen] : sides).map((side) => (
        <View key={side} side={side} isNarrow={isNarrow} zoom={zoom} onZoom={setZoom} />
      ))}
      {isEmpty ? <p className={styles.empty}>{t("ortho.empty")}</p> : null}
    </div>
  );
}

interface ViewProps {
  readonly side: OrthoSide;
  /** Its name stands in the tabs. */
  readonly isNarrow: boolean;
  readonly zoom: number;
  readonly onZoom: (zoom: number) => void;
}

function View({ side, isNarrow, zoom, onZoom }: ViewProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const theme = useAppState((state) => state.theme);
  const [facts, setFacts] = useState<string>();
  const words = ({ pointsInside, yawRad, overGroundM }: OrthoFacts): string => {
    if (side === "top") return t("ortho.yaw", { yaw: formatDegrees(yawRad) });
    if (side === "side") return t("ortho.ground", { over: formatFixed(overGroundM, 2) });
    return t("ortho.points", { points: formatCount(pointsInside) });
  };
  return (
    <div className={styles.view} data-ortho-view={side}>
      <OrthoCanvas
        session={session}
        side={side}
        theme={theme}
        zoom={zoom}
        onZoom={onZoom}
        onFacts={(known) => setFacts(known && words(known))}
      />
      {isNarrow ? null : <span className={styles.name}>{t(`ortho.${side}`)}</span>}
      {facts === undefined ? null : <span className={styles.facts}>{facts}</span>}
    </div>
  );
}
