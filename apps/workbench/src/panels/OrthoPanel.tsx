import type { OrthoSide } from "@sweepmark/editor";
import { OrthoCanvas, type OrthoFacts } from "@sweepmark/viewport";
import { useState } from "react";
import { useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { formatCount, formatDegrees, formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import styles from "./OrthoPanel.module.css";

const sides: readonly OrthoSide[] = ["top", "side", "rear"];

/** The selected cuboid from above, from the side and from behind, at one scale; each can be edited. */
export function OrthoPanel() {
  const { t } = useText();
  const [zoom, setZoom] = useState(1);
  const isEmpty = useSessionState(
    ({ moment, selectedId, hiddenIds }) =>
      !moment.tracks.some(({ track }) => track.id === selectedId && !hiddenIds.has(track.id)),
  );
  return (
    <div className={styles.column} data-ortho={isEmpty ? "none" : "shown"} onDoubleClick={() => setZoom(1)}>
      {sides.map((side) => (
        <View key={side} side={side} zoom={zoom} onZoom={setZoom} />
      ))}
      {isEmpty ? <p className={styles.empty}>{t("ortho.empty")}</p> : null}
    </div>
  );
}

interface ViewProps {
  readonly side: OrthoSide;
  readonly zoom: number;
  readonly onZoom: (zoom: number) => void;
}

function View({ side, zoom, onZoom }: ViewProps) {
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
      <span className={styles.name}>{t(`ortho.${side}`)}</span>
      {facts === undefined ? null : <span className={styles.facts}>{facts}</span>}
    </div>
  );
}
