import { nameIn, type ObjectClass } from "@sweepmark/schema";
import { classColor, classContrast, nearestClass } from "@sweepmark/viewport";
import { useAppState } from "../../app/context.ts";
import { formatFixed } from "../../messages/numbers.ts";
import { useText } from "../../messages/text.ts";
import { Button } from "../../ui/Button.tsx";
import { NumberField } from "../../ui/NumberField.tsx";
import { Select } from "../../ui/Select.tsx";
import { AttributeList } from "./AttributeList.tsx";
import { giveDigit, keysOf, withClass, type OntologyDraft } from "./draft.ts";
import styles from "./OntologyDialog.module.css";

export interface ClassFormProps {
  readonly draft: OntologyDraft;
  readonly chosen: ObjectClass;
  readonly onChange: (draft: OntologyDraft) => void;
}

type Size = ObjectClass["usualSize"];

const sides = ["length", "width", "height"] as const;
const otherLanguage = "zh-CN";
const withSide = (size: Size, axis: number, value: number): Size => size.with(axis, value) as unknown as Size;
/** What is allowed first, when it is said at all: half to twice the usual size. */
const usualRange = ({ usualSize }: ObjectClass): NonNullable<ObjectClass["sizeRange"]> => ({
  min: usualSize.map((side) => Number((side / 2).toFixed(2))) as unknown as Size,
  max: usualSize.map((side) => Number((side * 2).toFixed(2))) as unknown as Size,
});

/** Everything of one class. */
export function ClassForm({ draft, chosen, onChange }: ClassFormProps) {
  const { t } = useText();
  const { id, name, names, letter, usualSize, sizeRange } = chosen;
  const keys = keysOf(draft.ontology);
  const digit = keys.get(id);
  const patch = (next: Partial<ObjectClass>): void => onChange(withClass(draft, id, next));
  const sizes = (label: string, size: Size, change: (size: Size) => void) => (
    <div className={styles.triple} role="group" aria-label={label}>
      {sides.map((side, axis) => (
        <NumberField
          key={side}
          label={`${label}: ${t(`inspector.${side}`)}`}
          letter={side.charAt(0).toUpperCase()}
          value={size[axis]}
          min={0.05}
          onCommit={(value) => change(withSide(size, axis, value))}
        />
      ))}
    </div>
  );
  const keyOf = (each: number): string => {
    const holder = draft.ontology.objects.find((other) => other.id !== id && keys.get(other.id) === each);
    return holder ? t("ontology.keyTaken", { key: each, name: holder.name }) : String(each);
  };
  return (
    <div className={styles.form}>
      <label className={styles.field}>
        <span className={styles.label}>{t("ontology.name")}</span>
        <input className={styles.text} value={name} onChange={(event) => patch({ name: event.target.value })} />
      </label>
      <label className={styles.field}>
        <span className={styles.label}>{t("ontology.otherName")}</span>
        <input
          className={styles.text}
          lang={otherLanguage}
          placeholder={name}
          value={nameIn({ name: "", names }, otherLanguage)}
          onChange={(event) => {
            const { [otherLanguage]: _, ...others } = names ?? {};
            const next = event.target.value === "" ? others : { ...others, [otherLanguage]: event.target.value };
            patch({ names: Object.keys(next).length === 0 ? undefined : next });
          }}
        />
      </label>
      <div className={styles.field}>
        <span className={styles.label}>{t("ontology.id")}</span>
        <code className={styles.dim}>{id}</code>
      </div>
      <div className={styles.field}>
        <span className={styles.label}>{t("ontology.key")}</span>
        <div className={styles.pair}>
          <Select
            label={t("ontology.key")}
            value={digit === undefined ? "" : String(digit)}
            choices={[
              { value: "", text: t("ontology.noKey") },
              ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((each) => ({ value: String(each), text: keyOf(each) })),
            ]}
            onChange={(value: string) => onChange(giveDigit(draft, id, value === "" ? undefined : Number(value)))}
          />
          <label className={styles.letter}>
            <span className={styles.label}>{t("ontology.letter")}</span>
            <input
              className={styles.text}
              maxLength={2}
              value={letter}
              onChange={(event) => {
                if (event.target.value !== "") patch({ letter: event.target.value.toUpperCase() });
              }}
            />
          </label>
        </div>
      </div>
      <Color draft={draft} chosen={chosen} onChange={(color) => patch({ color })} />
      <div className={styles.field}>
        <span className={styles.label}>{t("ontology.usualSize")}</span>
        {sizes(t("ontology.usualSize"), usualSize, (size) => patch({ usualSize: size }))}
      </div>
      <div className={styles.field}>
        <span className={styles.label}>{t("ontology.allowed")}</span>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={sizeRange !== undefined}
            onChange={(event) => patch({ sizeRange: event.target.checked ? usualRange(chosen) : undefined })}
          />
          {t("ontology.allowedHelp")}
        </label>
      </div>
      {sizeRange ? (
        <>
          <div className={styles.field}>
            <span className={styles.label}>{t("ontology.from")}</span>
            {sizes(t("ontology.from"), sizeRange.min, (min) => patch({ sizeRange: { ...sizeRange, min } }))}
          </div>
          <div className={styles.field}>
            <span className={styles.label}>{t("ontology.to")}</span>
            {sizes(t("ontology.to"), sizeRange.max, (max) => patch({ sizeRange: { ...sizeRange, max } }))}
          </div>
        </>
      ) : null}
      <AttributeList draft={draft} chosen={chosen} onChange={onChange} />
    </div>
  );
}

interface ColorProps {
  readonly draft: OntologyDraft;
  readonly chosen: ObjectClass;
  readonly onChange: (color: string | undefined) => void;
}

/** The class's colour, how well it is seen, and the class that it may be taken for. */
function Color({ draft, chosen, onChange }: ColorProps) {
  const { t } = useText();
  const theme = useAppState((state) => state.theme);
  const color = classColor(draft.ontology, chosen.id, theme);
  const nearest = nearestClass(draft.ontology, chosen.id, theme);
  const other = draft.ontology.objects.find(({ id }) => id === nearest?.classId);
  return (
    <div className={styles.field}>
      <span className={styles.label}>{t("ontology.color")}</span>
      <div className={styles.color}>
        <input
          type="color"
          aria-label={t("ontology.color")}
          value={color}
          onChange={(event) => onChange(event.target.value.toUpperCase())}
        />
        {chosen.color === undefined ? (
          <span className={styles.dim}>{t("ontology.paletteColor")}</span>
        ) : (
          <>
            <span className={styles.dim}>
              {t("ontology.contrast", { ratio: formatFixed(classContrast(chosen.color), 1) })}
            </span>
            <Button variant="ghost" onClick={() => onChange(undefined)}>
              {t("ontology.toPalette")}
            </Button>
          </>
        )}
        {nearest && other ? (
          <span className={styles.dim}>
            {t("ontology.nearest", { name: other.name, distance: formatFixed(nearest.distance, 0) })}
          </span>
        ) : null}
      </div>
    </div>
  );
}
