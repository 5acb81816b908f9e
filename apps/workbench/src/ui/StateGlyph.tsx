import type { TrackState } from "@sweepmark/document";
import type { Source } from "@sweepmark/schema";
import styles from "./StateGlyph.module.css";

export type GlyphState = TrackState | "absent";

/** Every state has a shape before it has a colour: diamond, ring, bar, dashes, thin bar, dots (ui.md §7). */
export function StateGlyph({ state, source = "human" }: { readonly state: GlyphState; readonly source?: Source }) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" className={styles.glyph} aria-hidden>
      {state === "keyframe" && source === "human" ? (
        <path className={styles.human} d="M6 1.6 10.4 6 6 10.4 1.6 6Z" />
      ) : null}
      {state === "keyframe" && source !== "human" ? <circle className={styles.ring} cx="6" cy="6" r="3" /> : null}
      {state === "interpolated" ? <rect className={styles.bar} x="2" y="4.75" width="8" height="2.5" rx="1" /> : null}
      {state === "extrapolated" ? <path className={styles.held} d="M1.5 5.25h3.5v1.5H1.5ZM7 5.25h3.5v1.5H7Z" /> : null}
      {state === "held" ? <rect className={styles.held} x="2" y="5.25" width="8" height="1.5" rx=".75" /> : null}
      {state === "absent" ? <path className={styles.absent} d="M2.5 6H10" /> : null}
    </svg>
  );
}
