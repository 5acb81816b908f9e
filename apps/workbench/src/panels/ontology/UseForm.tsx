import { useText } from "../../messages/text.ts";
import { useWorkspace } from "../../app/context.ts";
import { ClassChip } from "../../ui/ClassChip.tsx";
import { Select } from "../../ui/Select.tsx";
import type { OntologyDraft, Question } from "./draft.ts";
import styles from "./OntologyDialog.module.css";

export interface UseFormProps {
  readonly draft: OntologyDraft;
  readonly questions: readonly Question[];
  readonly onChange: (draft: OntologyDraft) => void;
}

/** What becomes of the labels whose class or attribute is no more: mapped, kept, or (attributes) taken away. */
export function UseForm({ draft, questions, onChange }: UseFormProps) {
  const { t } = useText();
  if (questions.length === 0) return <p className={styles.nothing}>{t("ontology.noQuestions")}</p>;
  return (
    <div className={styles.questions}>
      {questions.map((question) => (
        <ClassQuestion key={question.classId} draft={draft} question={question} onChange={onChange} />
      ))}
    </div>
  );
}

interface ClassQuestionProps {
  readonly draft: OntologyDraft;
  readonly question: Question;
  readonly onChange: (draft: OntologyDraft) => void;
}

function ClassQuestion({ draft, question, onChange }: ClassQuestionProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const { classId, use, known, targetId, classGone, attributeIds } = question;
  const name = known?.name ?? classId;
  const mapping = draft.attributes[classId] ?? {};
  const target = draft.ontology.objects.find(({ id }) => id === targetId);
  const mapClass = (to: string): void => onChange({ ...draft, classes: { ...draft.classes, [classId]: to } });
  const mapAttribute = (id: string, to: string | null): void =>
    onChange({ ...draft, attributes: { ...draft.attributes, [classId]: { ...mapping, [id]: to } } });
  return (
    <section className={styles.question} aria-label={name}>
      <div className={styles.ask}>
        <span className={styles.asked}>
          <ClassChip ontology={session.document.ontology} classId={classId} />
          <b>{name}</b>
          <span className={styles.dim}>{t("ontology.use", { tracks: use.tracks, keyframes: use.keyframes })}</span>
        </span>
        {classGone ? (
          <Select
            label={t("ontology.becomes", { name })}
            value={targetId}
            choices={[
              { value: classId, text: t("ontology.keepClass", { name }) },
              ...draft.ontology.objects.map(({ id, name: text }) => ({
                value: id,
                text,
                icon: <ClassChip ontology={draft.ontology} classId={id} />,
              })),
            ]}
            onChange={mapClass}
          />
        ) : (
          <span className={styles.dim}>{t("ontology.staysClass")}</span>
        )}
      </div>
      {attributeIds.map((id) => {
        const definition = known?.attributes.find((each) => each.id === id);
        const attributeUse = use.attributes.get(id);
        const to = Object.hasOwn(mapping, id) ? mapping[id] : id;
        const shown = target?.attributes.some((each) => each.id === to) ? to : to === null ? null : id;
        return (
          <div className={styles.ask} key={id}>
            <span className={styles.asked}>
              <span>{definition?.name ?? id}</span>
              <span className={styles.dim}>
                {t("ontology.use", { tracks: attributeUse?.tracks ?? 0, keyframes: attributeUse?.keyframes ?? 0 })}
              </span>
            </span>
            <Select
              label={t("ontology.becomes", { name: definition?.name ?? id })}
              value={shown === null ? takenAway : shown}
              choices={[
                { value: id, text: t("ontology.keepAttribute") },
                ...(target?.attributes ?? []).map((each) => ({ value: each.id, text: each.name })),
                { value: takenAway, text: t("ontology.takeAway") },
              ]}
              onChange={(value: string) => mapAttribute(id, value === takenAway ? null : value)}
            />
          </div>
        );
      })}
    </section>
  );
}

/** No attribute has it as an id: those are never empty. */
const takenAway = "";
