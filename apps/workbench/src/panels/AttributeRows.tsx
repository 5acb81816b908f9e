import { setKeyframeAttribute, setTrackAttribute, type TrackMoment } from "@sweepmark/document";
import type { AttributeDefinition, AttributeValue, Track } from "@sweepmark/schema";
import { memo, useState } from "react";
import { useOntology, useSessionState, useWorkspace } from "../app/context.ts";
import { useText } from "../messages/text.ts";
import { NumberField } from "../ui/NumberField.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Select } from "../ui/Select.tsx";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import { Row } from "./InspectorHead.tsx";
import styles from "./Inspector.module.css";

export interface AttributeRowsProps {
  readonly track: Track;
  readonly moment: TrackMoment | undefined;
}

/** The attributes of the class, said for the whole track or from this frame on, as the ontology has it. */
export function AttributeRows({ track, moment }: AttributeRowsProps) {
  const definitions = useOntology().objects.find(({ id }) => id === track.classId)?.attributes ?? [];
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  return definitions.map((definition) => {
    const keyframed = definition.scope === "keyframe";
    const values = keyframed ? moment?.attributes : track.attributes;
    return (
      <AttributeRow
        key={definition.id}
        trackId={track.id}
        definition={definition}
        value={values?.[definition.id] ?? definition.initial}
        disabled={readOnly || (keyframed && !moment)}
      />
    );
  });
}

interface AttributeRowProps {
  readonly trackId: string;
  readonly definition: AttributeDefinition;
  readonly value: AttributeValue | undefined;
  readonly disabled: boolean;
}

/** Its time is asked for when it is set: most frames change nothing here, and then nothing is rendered. */
const AttributeRow = memo(function AttributeRow({ trackId, definition, value, disabled }: AttributeRowProps) {
  const { session } = useWorkspace();
  const { t, either } = useText();
  const name = either(`attribute.${definition.id}`, definition.name);
  const missing = definition.required === true && value === undefined && !disabled;
  const set = (next: AttributeValue | null): void => {
    const { frame } = session.store.getState();
    if (definition.scope !== "keyframe") session.run(setTrackAttribute, { trackId, id: definition.id, value: next });
    else if (frame) session.run(setKeyframeAttribute, { trackId, at: frame.at, id: definition.id, value: next });
  };
  return (
    <Row
      label={
        <>
          {name}
          {missing ? (
            <span role="img" title={t("attribute.missing", { name })} aria-label={t("attribute.missing", { name })}>
              <SeverityIcon severity="warning" />
            </span>
          ) : null}
        </>
      }
    >
      <AttributeField definition={definition} value={value} disabled={disabled} onChange={set} />
    </Row>
  );
});

interface AttributeFieldProps {
  readonly definition: AttributeDefinition;
  readonly value: AttributeValue | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: AttributeValue | null) => void;
}

/** The field that fits an attribute's type. */
export function AttributeField({ definition, value, disabled, onChange }: AttributeFieldProps) {
  const { t, either } = useText();
  const { type } = definition;
  const label = either(`attribute.${definition.id}`, definition.name);
  switch (type.kind) {
    case "choice": {
      const choices = type.values.map((one) => ({
        value: one,
        text: either(`attribute.${definition.id}.${one}`, sentence(one)),
      }));
      const chosen = typeof value === "string" ? value : undefined;
      if (choices.length <= 4)
        return <Segmented label={label} value={chosen} choices={choices} disabled={disabled} onChange={onChange} />;
      return <Select label={label} value={chosen ?? ""} choices={choices} disabled={disabled} onChange={onChange} />;
    }
    case "boolean":
      return (
        <Segmented
          label={label}
          value={value === undefined ? undefined : value === true ? "yes" : "no"}
          choices={[
            { value: "yes", text: t("attribute.yes") },
            { value: "no", text: t("attribute.no") },
          ]}
          disabled={disabled}
          onChange={(next) => onChange(next === "yes")}
        />
      );
    case "number": {
      const { min, max } = type;
      return (
        <NumberField
          label={label}
          value={typeof value === "number" ? value : 0}
          readOnly={disabled}
          {...(min === undefined ? {} : { min })}
          onCommit={(next) => onChange(max === undefined ? next : Math.min(max, next))}
        />
      );
    }
    case "text":
      return (
        <TextField
          label={label}
          value={typeof value === "string" ? value : ""}
          disabled={disabled}
          onChange={onChange}
        />
      );
  }
}

const sentence = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (value: string | null) => void;
}

function TextField({ label, value, disabled, onChange }: TextFieldProps) {
  const [draft, setDraft] = useState<string>();
  return (
    <input
      className={styles.text}
      aria-label={label}
      value={draft ?? value}
      readOnly={disabled}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => {
        if (draft !== undefined && draft !== value) onChange(draft === "" ? null : draft);
        setDraft(undefined);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
}
