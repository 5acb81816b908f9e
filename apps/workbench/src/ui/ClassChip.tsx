import { classColor, classLetter, lanePaint } from "@sweepmark/viewport";
import type { Ontology } from "@sweepmark/schema";
import { useAppState } from "../app/context.ts";
import styles from "./ClassChip.module.css";

/** The letter of an object class on its colour, 16 × 16. */
export function ClassChip({ ontology, classId }: { readonly ontology: Ontology; readonly classId: string }) {
  const theme = useAppState((state) => state.theme);
  return (
    <span className={styles.chip} style={{ background: classColor(ontology, classId, theme) }} aria-hidden>
      {classLetter(ontology, classId)}
    </span>
  );
}

/** A short piece of the marking, as painted. */
export function LaneChip({ ontology, classId }: { readonly ontology: Ontology; readonly classId: string }) {
  const theme = useAppState((state) => state.theme);
  const lane = ontology.lanes.find(({ id }) => id === classId);
  const dash = lane?.pattern === "dashed" ? "4 2.5" : lane?.pattern === "none" ? "1.5 2" : undefined;
  const lines = lane?.pattern === "double" ? [6, 10] : [8];
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" className={styles.lane} aria-hidden>
      {lines.map((y) => (
        <path
          key={y}
          d={`M1 ${y}H15`}
          stroke={lanePaint(lane?.paint ?? "virtual", theme)}
          strokeWidth="2"
          strokeDasharray={dash}
        />
      ))}
    </svg>
  );
}
