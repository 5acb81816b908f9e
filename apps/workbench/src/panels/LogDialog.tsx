import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useApp, useAppState, useWorkspace } from "../app/context.ts";
import type { LogSettings } from "../app/log-settings.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { LidarTable } from "./LidarTable.tsx";
import { draftOf, settingsOf, type LogDraft } from "./log-draft.ts";
import { ClockField, MemoryField, RateField, WorldField } from "./LogFields.tsx";
import styles from "./LogDialog.module.css";

/** How the log is made into frames: lidars, fixed space, rate, deskewing; and how much memory they may take. */
export function LogDialog() {
  const app = useApp();
  const { t } = useText();
  const { info } = useWorkspace();
  const open = useAppState((state) => state.dialog === "log");
  return (
    <Dialog
      open={open}
      onClose={() => app.showDialog(undefined)}
      title={t("log.title")}
      subtitle={info.name}
      icon={<SlidersHorizontal size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={680}
    >
      <LogForm />
    </Dialog>
  );
}

function LogForm() {
  const app = useApp();
  const { t } = useText();
  const { session, settings } = useWorkspace();
  const { info } = session.log;
  const [draft, setDraft] = useState<LogDraft>(() => draftOf(info, settings));
  const change = (patch: Partial<LogDraft>): void => setDraft((before) => ({ ...before, ...patch }));
  const close = (): void => app.showDialog(undefined);
  const apply = (): void => {
    const next: LogSettings = settingsOf(info, draft);
    close();
    void app.applySettings(next);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        apply();
      }}
    >
      <div className={styles.body}>
        <LidarTable info={info} draft={draft} onChange={change} />
        <WorldField info={info} draft={draft} onChange={change} />
        <ClockField info={info} draft={draft} onChange={change} />
        <RateField info={info} draft={draft} onChange={change} />
        <MemoryField info={info} draft={draft} onChange={change} />
      </div>
      <footer className={styles.foot}>
        <span className={styles.dim}>{t("log.kept")}</span>
        <Button size="dialog" variant="ghost" type="button" onClick={close}>
          {t("dialog.cancel")}
        </Button>
        <Button size="dialog" variant="primary" type="submit" keys="Ctrl+Enter">
          {t("log.apply")}
        </Button>
      </footer>
    </form>
  );
}
