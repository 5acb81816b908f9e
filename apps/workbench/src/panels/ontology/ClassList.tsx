import { ontologyUse } from "@sweepmark/document";
import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useWorkspace } from "../../app/context.ts";
import { formatCount } from "../../messages/numbers.ts";
import { useText } from "../../messages/text.ts";
import { Button } from "../../ui/Button.tsx";
import { ClassChip } from "../../ui/ClassChip.tsx";
import { cx } from "../../ui/cx.ts";
import { SeverityIcon } from "../../ui/SeverityIcon.tsx";
import { addClass, keysOf, moveClass, withObjects, type DraftFault, type OntologyDraft } from "./draft.ts";
import { NewByName } from "./NewByName.tsx";
import styles from "./OntologyDialog.module.css";

export interface ClassListProps {
  readonly draft: OntologyDraft;
  readonly faults: readonly DraftFault[];
  readonly chosenId: string | undefined;
  readonly onChoose: (classId: string) => void;
  readonly onChange: (draft: OntologyDraft) => void;
}

const icon = { size: 14, strokeWidth: 1.5 } as const;

/** The classes in their order, with their keys and how many objects have them. */
export function ClassList({ draft, faults, chosenId, onChoose, onChange }: ClassListProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const use = useMemo(() => ontologyUse(session.document), [session]);
  const { objects } = draft.ontology;
  const keys = keysOf(draft.ontology);
  const add = (name: string): void => {
    const added = addClass(draft, name);
    onChange(added.draft);
    onChoose(added.id);
  };
  const move = (by: -1 | 1) => () => {
    if (chosenId !== undefined) onChange(moveClass(draft, chosenId, by));
  };
  const remove = (): void => {
    const at = objects.findIndex(({ id }) => id === chosenId);
    if (at < 0 || objects.length === 1) return;
    onChoose(objects[at + 1 < objects.length ? at + 1 : at - 1].id);
    onChange(
      withObjects(
        draft,
        objects.filter(({ id }) => id !== chosenId),
      ),
    );
  };
  return (
    <div className={styles.side}>
      <div className={styles.list} role="listbox" aria-label={t("ontology.classList")}>
        {objects.map((each) => (
          <button
            type="button"
            role="option"
            aria-selected={each.id === chosenId}
            key={each.id}
            className={cx(styles.item, each.id === chosenId && styles.chosen)}
            onClick={() => onChoose(each.id)}
          >
            <ClassChip ontology={draft.ontology} classId={each.id} />
            <span className={styles.name}>{each.name}</span>
            {faults.some(({ classId }) => classId === each.id) ? <SeverityIcon severity="error" /> : null}
            <span className={styles.count}>{formatCount(use.get(each.id)?.tracks ?? 0)}</span>
            <span className={styles.digit}>{keys.get(each.id) ?? ""}</span>
          </button>
        ))}
      </div>
      <NewByName label={t("ontology.newClass")} onAdd={add}>
        <Button variant="ghost" aria-label={t("ontology.up")} icon={<ArrowUp {...icon} />} onClick={move(-1)} />
        <Button variant="ghost" aria-label={t("ontology.down")} icon={<ArrowDown {...icon} />} onClick={move(1)} />
        <Button variant="ghost" aria-label={t("ontology.remove")} icon={<Trash2 {...icon} />} onClick={remove} />
      </NewByName>
    </div>
  );
}
