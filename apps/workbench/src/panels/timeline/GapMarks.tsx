import type { Gap } from "@sweepmark/log";
import { useMemo } from "react";
import { useSessionState, useWorkspace } from "../../app/context.ts";
import { formatBytes, formatCount } from "../../messages/numbers.ts";
import { useText, type Text } from "../../messages/text.ts";
import { Tip } from "../../ui/Tip.tsx";
import { gapMarks, type GapMark } from "./gap-marks.ts";
import { bands } from "./paint.ts";
import type { Scale } from "./scale.ts";
import styles from "./GapMarks.module.css";

/** Gaps named in a tip; of more, their number. */
const mostNamed = 3;

/** What cannot be read of the log, as marks of the timeline. */
export function useGapMarks(scale: Scale): readonly GapMark[] {
  const { session } = useWorkspace();
  const frames = useSessionState((state) => state.frames);
  // A chunk is found damaged when a frame asks for it.
  useSessionState((state) => state.frame);
  const { gaps, files } = session.log.info;
  return useMemo(() => gapMarks(gaps, { frames, files, scale }), [gaps, frames, files, scale]);
}

/** Hatches over the density band. A click goes to the last frame before one. */
export function GapMarks({ marks }: { readonly marks: readonly GapMark[] }) {
  const text = useText();
  const { session } = useWorkspace();
  return marks.map(({ left, width, gaps: inside, frameIndex }) => (
    <Tip key={left} side="top" text={<GapWords gaps={inside} />}>
      <button
        type="button"
        className={styles.mark}
        style={{ left, width, top: bands.ruler + bands.buffer, height: bands.density }}
        aria-label={inside
          .slice(0, mostNamed)
          .map((gap) => place(gap, text))
          .join(", ")}
        tabIndex={-1}
        onClick={() => {
          session.pause();
          session.goTo(frameIndex);
        }}
      />
    </Tip>
  ));
}

function GapWords({ gaps }: { readonly gaps: readonly Gap[] }) {
  const text = useText();
  return (
    <span className={styles.words}>
      {gaps.slice(0, mostNamed).map((gap) => (
        <span key={`${gap.file ?? ""} ${gap.offset}`}>
          <b>{place(gap, text)}</b>
          <br />
          {gap.reason.message}
        </span>
      ))}
      {gaps.length > mostNamed ? <span>{text.t("timeline.moreGaps", { count: gaps.length - mostNamed })}</span> : null}
    </span>
  );
}

function place({ offset, endOffset, file }: Gap, { t }: Text): string {
  return t(file === undefined ? "timeline.lost" : "timeline.lostOf", {
    file: file ?? "",
    from: formatCount(Number(offset)),
    to: formatCount(Number(endOffset)),
    size: formatBytes(Number(endOffset - offset)),
  });
}
