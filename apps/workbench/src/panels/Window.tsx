import { useEffect, useState } from "react";
import { WorkspaceContext, useApp, useAppState } from "../app/context.ts";
import { openDropped } from "../app/pick.ts";
import { useText } from "../messages/text.ts";
import { ExportDialog } from "./ExportDialog.tsx";
import { HelpDialog } from "./HelpDialog.tsx";
import { Palette } from "./Palette.tsx";
import { StartScreen } from "./StartScreen.tsx";
import { Workbench } from "./Workbench.tsx";
import styles from "./Window.module.css";

/** Everything: the open screen or the workbench, dialogs over it, and the drop of a file anywhere. */
export function Window() {
  const phase = useAppState((state) => state.phase);
  const dialog = useAppState((state) => state.dialog);
  return (
    <>
      {phase.kind === "open" ? (
        <WorkspaceContext value={phase.workspace}>
          <Workbench key={phase.workspace.info.digest} />
          {dialog === "export" ? <ExportDialog /> : null}
        </WorkspaceContext>
      ) : (
        <StartScreen phase={phase} />
      )}
      <Palette />
      <HelpDialog />
      <DropOverlay />
    </>
  );
}

function DropOverlay() {
  const app = useApp();
  const { t } = useText();
  const [over, setOver] = useState<"over" | "away">("away");
  useEffect(() => {
    const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const onOver = (event: DragEvent): void => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver("over");
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver("away");
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFile(event) || !event.dataTransfer) return;
      event.preventDefault();
      setOver("away");
      void openDropped(app, event.dataTransfer);
    };
    addEventListener("dragover", onOver);
    addEventListener("dragleave", onLeave);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragover", onOver);
      removeEventListener("dragleave", onLeave);
      removeEventListener("drop", onDrop);
    };
  }, [app]);
  if (over === "away") return null;
  return (
    <div className={styles.drop}>
      <div className={styles.dropBox}>{t("drop.here")}</div>
    </div>
  );
}
