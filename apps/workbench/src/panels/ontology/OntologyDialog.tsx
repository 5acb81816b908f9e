import { setOntology } from "@sweepmark/document";
import { ontologyPresets, type Ontology } from "@sweepmark/schema";
import { Shapes } from "lucide-react";
import { useMemo, useState } from "react";
import { useApp, useSessionState, useWorkspace } from "../../app/context.ts";
import { useText } from "../../messages/text.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { Select } from "../../ui/Select.tsx";
import { SeverityIcon } from "../../ui/SeverityIcon.tsx";
import { ClassForm } from "./ClassForm.tsx";
import { ClassList } from "./ClassList.tsx";
import { draftOf, faultsOf, questionsOf, toPreset, type DraftFault, type OntologyDraft } from "./draft.ts";
import { pickOntology, saveOntology } from "./file.ts";
import { LaneList } from "./LaneList.tsx";
import styles from "./OntologyDialog.module.css";
import { RulesForm } from "./RulesForm.tsx";
import { UseForm } from "./UseForm.tsx";

type Page = "classes" | "lanes" | "rules" | "labels";

/** Classes, attributes and rules of the project. Nothing changes before "Apply"; then all of it in one step of undo. */
export function OntologyDialog() {
  const app = useApp();
  const { t } = useText();
  const { info } = useWorkspace();
  return (
    <Dialog
      open
      onClose={() => app.showDialog(undefined)}
      title={t("ontology.title")}
      subtitle={info.name}
      icon={<Shapes size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={960}
    >
      <Content />
    </Dialog>
  );
}

function Content() {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const { document } = session;
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  const [draft, setDraft] = useState<OntologyDraft>(() => draftOf(document));
  const [page, setPage] = useState<Page>("classes");
  /** Why a file was not taken. */
  const [refused, setRefused] = useState<string>();
  const [chosenId, setChosenId] = useState<string>();
  const chosen = draft.ontology.objects.find(({ id }) => id === chosenId) ?? draft.ontology.objects[0];
  const questions = useMemo(() => questionsOf(document, draft), [document, draft]);
  const faults = useMemo(() => faultsOf(draft), [draft]);
  const close = (): void => app.showDialog(undefined);
  const take = (ontology: Ontology): void => {
    const next = toPreset(document, ontology);
    setDraft(next);
    setRefused(undefined);
    if (questionsOf(document, next).length > 0) setPage("labels");
  };
  const takeFile = async (): Promise<void> => {
    const found = await pickOntology();
    if (typeof found === "string") setRefused(found);
    else if (found) take(found);
  };
  const apply = (): void => {
    if (faults.length > 0 || readOnly) return;
    session.run(setOntology, draft);
    close();
  };
  const pages: readonly { readonly value: Page; readonly text: string }[] = [
    { value: "classes", text: t("ontology.classes", { count: draft.ontology.objects.length }) },
    { value: "lanes", text: t("ontology.lanes", { count: draft.ontology.lanes.length }) },
    { value: "rules", text: t("ontology.rules") },
    { value: "labels", text: t("ontology.labels", { count: questions.length }) },
  ];
  return (
    <div
      className={styles.content}
      data-testid="ontology"
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) apply();
      }}
    >
      <div className={styles.bar}>
        <Segmented label={t("ontology.page")} value={page} choices={pages} onChange={setPage} />
        <div className={styles.preset}>
          <Select
            label={t("ontology.preset")}
            value=""
            disabled={readOnly}
            choices={[
              { value: "", text: t("ontology.preset") },
              ...ontologyPresets.map(({ id, title }) => ({ value: id, text: title })),
              { value: "file", text: t("ontology.fromFile") },
            ]}
            onChange={(id: string) => {
              const preset = ontologyPresets.find((each) => each.id === id);
              if (preset) take(preset.ontology);
              else if (id === "file") void takeFile();
            }}
          />
        </div>
      </div>
      <fieldset className={styles.page} disabled={readOnly}>
        {page === "classes" ? (
          <div className={styles.columns}>
            <ClassList draft={draft} faults={faults} chosenId={chosen?.id} onChoose={setChosenId} onChange={setDraft} />
            {chosen ? <ClassForm key={chosen.id} draft={draft} chosen={chosen} onChange={setDraft} /> : null}
          </div>
        ) : page === "lanes" ? (
          <LaneList draft={draft} onChange={setDraft} />
        ) : page === "rules" ? (
          <RulesForm draft={draft} onChange={setDraft} />
        ) : (
          <UseForm draft={draft} questions={questions} onChange={setDraft} />
        )}
      </fieldset>
      <footer className={styles.foot}>
        {refused === undefined ? (
          <Summary draft={draft} faults={faults} />
        ) : (
          <span className={styles.fault} role="alert">
            <SeverityIcon severity="error" />
            {refused}
          </span>
        )}
        <Button
          size="dialog"
          variant="ghost"
          disabled={faults.length > 0}
          onClick={() => saveOntology(session.log.info.name, draft.ontology)}
        >
          {t("ontology.saveFile")}
        </Button>
        <Button size="dialog" variant="ghost" onClick={close}>
          {t("dialog.cancel")}
        </Button>
        <Button
          size="dialog"
          variant="primary"
          keys="Ctrl+Enter"
          disabled={readOnly || faults.length > 0}
          onClick={apply}
        >
          {t("ontology.apply")}
        </Button>
      </footer>
    </div>
  );
}

/** The first thing that is wrong; else what an application changes. */
function Summary({ draft, faults }: { readonly draft: OntologyDraft; readonly faults: readonly DraftFault[] }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const changes = useMemo(() => setOntology.plan(session.document, draft), [session, draft]);
  const fault = faults.at(0);
  if (fault) {
    const { objects, lanes } = draft.ontology;
    const objectClass = objects.find(({ id }) => id === fault.classId);
    const lane = lanes.find(({ id }) => id === fault.classId);
    const attribute = objectClass?.attributes.find(({ id }) => id === fault.attributeId);
    const params = {
      name: (objectClass ?? lane)?.name || fault.classId,
      attribute: attribute?.name ?? "",
      value: fault.value ?? "",
    };
    return (
      <span className={styles.fault} role="alert">
        <SeverityIcon severity="error" />
        {t(`ontology.fault.${fault.fault}`, params)}
      </span>
    );
  }
  const tracks = changes.filter(({ after }) => after?.kind === "track").length;
  const keyframes = changes.filter(({ after }) => after?.kind === "keyframe").length;
  return (
    <span className={styles.dim}>
      {changes.length === 0
        ? t("ontology.unchanged")
        : tracks + keyframes === 0
          ? t("ontology.noLabels")
          : t("ontology.changes", { tracks, keyframes })}
    </span>
  );
}
