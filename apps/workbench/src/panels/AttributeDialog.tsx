import { setAttributeOver } from "@sweepmark/document";
import { parseFrameRanges } from "@sweepmark/editor";
import type { AttributeValue } from "@sweepmark/schema";
import { ListChecks } from "lucide-react";
import { useState } from "react";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Select } from "../ui/Select.tsx";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import { AttributeField } from "./AttributeRows.tsx";
import styles from "./TrackDialog.module.css";

/** Sets one attribute of the selected track over frames that are written down: "2-5,8,10-20". */
export function AttributeDialog() {
  const app = useApp();
  const { t, label, either } = useText();
  const { session } = useWorkspace();
  const trackId = useSessionState((state) => state.selectedId);
  const frames = useSessionState((state) => state.frames);
  const track = session.document.tracks().find(({ id }) => id === trackId);
  const definitions = (
    session.document.ontology.objects.find(({ id }) => id === track?.classId)?.attributes ?? []
  ).filter(({ scope }) => scope === "keyframe");
  const [attributeId, setAttributeId] = useState<string>();
  const [value, setValue] = useState<AttributeValue>();
  const [written, setWritten] = useState("");
  const definition = definitions.find(({ id }) => id === attributeId) ?? definitions.at(0);
  const parsed = parseFrameRanges(written, Math.max(0, frames.length - 1));
  const close = (): void => app.showDialog(undefined);
  const ready = track !== undefined && !track.static && definition !== undefined && value !== undefined;
  const run = (): void => {
    if (!ready || parsed.kind === "problem") return;
    const stretches = parsed.ranges.map(([first, last]) => {
      const until = frames[last + 1]?.at;
      return { from: frames[first].at, ...(until === undefined ? {} : { until }) };
    });
    session.run(setAttributeOver, { trackId: track.id, id: definition.id, value, stretches });
    close();
  };
  return (
    <Dialog
      open
      onClose={close}
      title={t("attributes.title")}
      subtitle={track?.name ?? ""}
      icon={<ListChecks size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={520}
    >
      <div
        className={styles.body}
        data-testid="attributes"
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
        }}
      >
        {definition && track && !track.static ? (
          <>
            <div className={styles.field}>
              <span className={styles.label}>{t("attributes.attribute")}</span>
              <Select
                label={t("attributes.attribute")}
                value={definition.id}
                choices={definitions.map(({ id, name }) => ({ value: id, text: either(`attribute.${id}`, name) }))}
                onChange={(id) => {
                  setAttributeId(id);
                  setValue(undefined);
                }}
              />
            </div>
            <div className={styles.field}>
              <span className={styles.label}>{t("attributes.value")}</span>
              <AttributeField
                definition={definition}
                value={value}
                disabled={false}
                onChange={(next) => setValue(next ?? undefined)}
              />
            </div>
            <div className={styles.field}>
              <span className={styles.label}>{t("attributes.frames")}</span>
              <input
                className={styles.text}
                aria-label={t("attributes.frames")}
                placeholder={t("attributes.example")}
                value={written}
                onChange={(event) => setWritten(event.target.value)}
              />
            </div>
            <p className={styles.problem} aria-live="polite">
              {parsed.kind === "problem" && written !== "" ? (
                <>
                  <SeverityIcon severity="warning" />
                  {label(parsed.problem)}
                </>
              ) : (
                t("attributes.help")
              )}
            </p>
          </>
        ) : (
          <p className={styles.dim}>{t("attributes.nothing")}</p>
        )}
      </div>
      <footer className={styles.foot}>
        <span />
        <Button size="dialog" variant="ghost" onClick={close}>
          {t("dialog.cancel")}
        </Button>
        <Button
          size="dialog"
          variant="primary"
          keys="Ctrl+Enter"
          disabled={!ready || parsed.kind === "problem"}
          onClick={run}
        >
          {t("attributes.run")}
        </Button>
      </footer>
    </Dialog>
  );
}
