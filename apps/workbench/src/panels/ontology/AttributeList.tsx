import { ontologyUse } from "@sweepmark/document";
import type { AttributeDefinition, ObjectClass } from "@sweepmark/schema";
import { Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useWorkspace } from "../../app/context.ts";
import { useText } from "../../messages/text.ts";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { addAttribute, withClass, type OntologyDraft } from "./draft.ts";
import { NewByName } from "./NewByName.tsx";
import styles from "./OntologyDialog.module.css";

export interface AttributeListProps {
  readonly draft: OntologyDraft;
  readonly chosen: ObjectClass;
  readonly onChange: (draft: OntologyDraft) => void;
}

type Type = AttributeDefinition["type"];

const kinds = ["choice", "number", "boolean", "text"] as const;
const icon = { size: 14, strokeWidth: 1.5 } as const;
const newType = (kind: Type["kind"]): Type => (kind === "choice" ? { kind, values: ["yes", "no"] } : { kind });

/** What is said of objects of a class, once for the track or from keyframe to keyframe. */
export function AttributeList({ draft, chosen, onChange }: AttributeListProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const used = useMemo(() => ontologyUse(session.document).get(chosen.id)?.attributes, [session, chosen.id]);
  const put = (attributes: readonly AttributeDefinition[]): void =>
    onChange(withClass(draft, chosen.id, { attributes: [...attributes] }));
  return (
    <section className={styles.attributes} aria-label={t("ontology.attributes")}>
      <h3 className={styles.heading}>{t("ontology.attributes")}</h3>
      {chosen.attributes.map((attribute, index) => (
        <Attribute
          key={attribute.id}
          attribute={attribute}
          uses={used?.get(attribute.id)?.tracks ?? 0}
          onChange={(next) => put(chosen.attributes.with(index, next))}
          onRemove={() => put(chosen.attributes.filter((each) => each !== attribute))}
        />
      ))}
      <NewByName label={t("ontology.newAttribute")} onAdd={(name) => onChange(addAttribute(draft, chosen.id, name))} />
    </section>
  );
}

interface AttributeProps {
  readonly attribute: AttributeDefinition;
  /** Tracks that say it: then its kind stays, or their values would mean nothing. */
  readonly uses: number;
  readonly onChange: (attribute: AttributeDefinition) => void;
  readonly onRemove: () => void;
}

function Attribute({ attribute, uses, onChange, onRemove }: AttributeProps) {
  const { t } = useText();
  const { name, scope, type, required } = attribute;
  return (
    <div className={styles.attribute} role="group" aria-label={name}>
      <input
        className={styles.text}
        aria-label={t("ontology.name")}
        value={name}
        onChange={(event) => onChange({ ...attribute, name: event.target.value })}
      />
      <Select
        label={t("ontology.scope")}
        value={scope}
        choices={(["track", "keyframe"] as const).map((value) => ({ value, text: t(`ontology.scope.${value}`) }))}
        onChange={(next) => onChange({ ...attribute, scope: next })}
      />
      <Select
        label={t("ontology.kind")}
        value={type.kind}
        disabled={uses > 0}
        choices={kinds.map((value) => ({ value, text: t(`ontology.kind.${value}`) }))}
        onChange={(kind) => onChange({ ...attribute, type: newType(kind) })}
      />
      <TypeField type={type} onChange={(next) => onChange({ ...attribute, type: next })} />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={required === true}
          onChange={(event) => {
            const { required: _, ...others } = attribute;
            onChange(event.target.checked ? { ...others, required: true } : others);
          }}
        />
        {t("ontology.required")}
      </label>
      <Button
        variant="ghost"
        aria-label={t("ontology.removeAttribute", { name })}
        icon={<Trash2 {...icon} />}
        onClick={onRemove}
      />
      {uses > 0 ? <span className={styles.uses}>{t("ontology.attributeUse", { count: uses })}</span> : null}
    </div>
  );
}

/** The values of a choice, the ends of a number. */
function TypeField({ type, onChange }: { readonly type: Type; readonly onChange: (type: Type) => void }) {
  const { t } = useText();
  // As written: a comma that was just typed must not vanish under the hand.
  const [written, setWritten] = useState<string>();
  if (type.kind === "choice")
    return (
      <input
        className={styles.text}
        aria-label={t("ontology.values")}
        value={written ?? type.values.join(", ")}
        onChange={(event) => {
          setWritten(event.target.value);
          const values = event.target.value.split(",").map((each) => each.trim());
          onChange({
            kind: "choice",
            values: values.length > 1 ? values.filter((each, i) => each !== "" || i === 0) : values,
          });
        }}
        onBlur={() => setWritten(undefined)}
      />
    );
  if (type.kind !== "number") return <span />;
  const end = (key: "min" | "max") => (
    <input
      className={styles.text}
      type="number"
      step="any"
      aria-label={t(`ontology.${key}`)}
      placeholder={t(`ontology.${key}`)}
      value={type[key] ?? ""}
      onChange={(event) => {
        const { [key]: _, ...others } = type;
        onChange(event.target.value === "" ? others : { ...others, [key]: Number(event.target.value) });
      }}
    />
  );
  return (
    <span className={styles.ends}>
      {end("min")}
      {end("max")}
    </span>
  );
}
