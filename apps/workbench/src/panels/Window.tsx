import { createElement, useEffect, useState, useSyncExternalStore } from "react";
import type { DialogName } from "../app/app.ts";
import { WorkspaceContext, useApp, useAppState } from "../app/context.ts";
import { dialogs, loadWhenQuiet, opener, workbench, type Late } from "../app/late.ts";
import { openDropped } from "../app/pick.ts";
import { useText } from "../messages/text.ts";
import { StartScreen } from "./StartScreen.tsx";
import styles from "./Window.module.css";

/** Whether a dialog is about the open log; the others are there without one, too. */
const ofWorkspace: Readonly<Record<DialogName, boolean>> = {
  palette: false,
  help: false,
  keys: false,
  export: true,
  log: true,
  merge: true,
  attributes: true,
  ego: true,
  ontology: true,
};

/** Everything: the open screen or the workbench, dialogs over it, and the drop of a file anywhere. */
export function Window() {
  const phase = useAppState((state) => state.phase);
  const dialog = useAppState((state) => state.dialog);
  // Loaded before the phase is "open".
  const Workbench = workbench.now;
  useEffect(
    () =>
      loadWhenQuiet(phase.kind === "open" ? Object.values(dialogs) : phase.kind === "start" ? [workbench, opener] : []),
    [phase.kind],
  );
  return (
    <>
      {phase.kind === "open" && Workbench ? (
        <WorkspaceContext value={phase.workspace}>
          <Workbench key={phase.workspace.info.digest} />
          {dialog !== undefined && ofWorkspace[dialog] ? <LateDialog key={dialog} name={dialog} /> : null}
        </WorkspaceContext>
      ) : phase.kind === "open" ? null : (
        <StartScreen phase={phase} />
      )}
      <LateDialog name="palette" />
      <LateDialog name="help" />
      <LateDialog name="keys" />
      <DropOverlay />
    </>
  );
}

/** Loaded when it is first asked for, or once the page is quiet; then it stays, and opens at once. */
function LateDialog({ name }: { readonly name: DialogName }) {
  const app = useApp();
  const wanted = useAppState((state) => state.dialog === name);
  const part: Late = dialogs[name];
  // The loaded component, made once by its module: not one that is created here.
  const content = useSyncExternalStore(part.subscribe, () => part.now);
  useEffect(() => {
    if (!wanted || part.now) return;
    // A dialog that cannot be had must not keep the keyboard.
    part.load().catch(() => app.showDialog(undefined));
  }, [app, part, wanted]);
  return content ? createElement(content) : null;
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
