import { laneClassUse } from "@sweepmark/document";
import type { LaneClass } from "@sweepmark/schema";
import { Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useWorkspace } from "../../app/context.ts";
import { useText } from "../../messages/text.ts";
import { Button } from "../../ui/Button.tsx";
import { LaneChip } from "../../ui/ClassChip.tsx";
import { Select } from "../../ui/Select.tsx";
import { addLaneClass, withLanes, type OntologyDraft } from "./draft.ts";
import { NewByName } from "./NewByName.tsx";
import styles from "./OntologyDialog.module.css";

export interface LaneListProps {
  readonly draft: OntologyDraft;
  readonly onChange: (draft: OntologyDraft) => void;
}

const paints = ["white", "yellow", "kerb", "virtual"] as const;
const patterns = ["solid", "dashed", "double", "none"] as const;

/** The classes of lane boundaries: how they are painted decides how they are drawn. One in use stays. */
export function LaneList({ draft, onChange }: LaneListProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const uses = useMemo(() => laneClassUse(session.document), [session]);
  const { ontology } = draft;
  const { lanes } = ontology;
  const put = (index: number, next: LaneClass): void => onChange(withLanes(draft, lanes.with(index, next)));
  return (
    <div className={styles.lanes}>
      {lanes.map((lane, index) => {
        const count = uses.get(lane.id) ?? 0;
        return (
          <div className={styles.lane} key={lane.id} role="group" aria-label={lane.name}>
            <LaneChip ontology={ontology} classId={lane.id} />
            <input
              className={styles.text}
              aria-label={t("ontology.name")}
              value={lane.name}
              onChange={(event) => put(index, { ...lane, name: event.target.value })}
            />
            <Select
              label={t("ontology.paint")}
              value={lane.paint}
              choices={paints.map((value) => ({ value, text: t(`ontology.paint.${value}`) }))}
              onChange={(paint) => put(index, { ...lane, paint })}
            />
            <Select
              label={t("ontology.pattern")}
              value={lane.pattern}
              choices={patterns.map((value) => ({ value, text: t(`ontology.pattern.${value}`) }))}
              onChange={(pattern) => put(index, { ...lane, pattern })}
            />
            <span className={styles.dim}>{lane.id}</span>
            <span className={styles.laneUse}>{t("ontology.laneUse", { count })}</span>
            <Button
              variant="ghost"
              aria-label={t("ontology.removeAttribute", { name: lane.name })}
              icon={<Trash2 size={14} strokeWidth={1.5} />}
              disabled={count > 0}
              onClick={() =>
                onChange(
                  withLanes(
                    draft,
                    lanes.filter((each) => each !== lane),
                  ),
                )
              }
            />
          </div>
        );
      })}
      <NewByName label={t("ontology.newLane")} onAdd={(name) => onChange(addLaneClass(draft, name))} />
    </div>
  );
}
