import type { ProjectRules } from "@sweepmark/schema";
import { useText } from "../../messages/text.ts";
import { Segmented } from "../../ui/Segmented.tsx";
import { withRules, type OntologyDraft } from "./draft.ts";
import styles from "./OntologyDialog.module.css";

export interface RulesFormProps {
  readonly draft: OntologyDraft;
  readonly onChange: (draft: OntologyDraft) => void;
}

/** What the project asks of labels, where the big data sets contradict each other. */
export function RulesForm({ draft, onChange }: RulesFormProps) {
  const { t } = useText();
  const { mirrors, standing, minPoints, rangeM } = draft.ontology.rules ?? {};
  const patch = (rules: { [Key in keyof ProjectRules]: ProjectRules[Key] | undefined }): void =>
    onChange(withRules(draft, rules as ProjectRules));
  const number = (key: "minPoints" | "rangeM", value: number | undefined, min: number) => (
    <div className={styles.rule}>
      <label className={styles.ruleHead}>
        <b>{t(`ontology.rule.${key}`)}</b>
        <input
          className={styles.number}
          type="number"
          min={min}
          step={1}
          placeholder={t("ontology.open")}
          value={value ?? ""}
          onChange={(event) => {
            const next = Math.floor(Number(event.target.value));
            if (event.target.value === "") patch({ [key]: undefined });
            else if (Number.isFinite(next) && next >= min) patch({ [key]: next });
          }}
        />
      </label>
      <p className={styles.dim}>{t(`ontology.rule.${key}Help`)}</p>
    </div>
  );
  return (
    <div className={styles.rules}>
      <div className={styles.rule}>
        <div className={styles.ruleHead}>
          <b>{t("ontology.rule.mirrors")}</b>
          <Segmented
            label={t("ontology.rule.mirrors")}
            value={mirrors ?? "open"}
            choices={(["included", "excluded", "open"] as const).map((value) => ({
              value,
              text: t(value === "open" ? "ontology.open" : `ontology.mirrors.${value}`),
            }))}
            onChange={(value) => patch({ mirrors: value === "open" ? undefined : value })}
          />
        </div>
        <p className={styles.dim}>{t("ontology.rule.mirrorsHelp")}</p>
      </div>
      <div className={styles.rule}>
        <div className={styles.ruleHead}>
          <b>{t("ontology.rule.standing")}</b>
          <Segmented
            label={t("ontology.rule.standing")}
            value={standing ?? "open"}
            choices={(["one-pose", "per-frame", "open"] as const).map((value) => ({
              value,
              text: t(value === "open" ? "ontology.open" : `ontology.standing.${value}`),
            }))}
            onChange={(value) => patch({ standing: value === "open" ? undefined : value })}
          />
        </div>
        <p className={styles.dim}>{t("ontology.rule.standingHelp")}</p>
      </div>
      {number("minPoints", minPoints, 0)}
      {number("rangeM", rangeM, 1)}
    </div>
  );
}
