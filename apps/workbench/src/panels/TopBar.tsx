import {
  Download,
  FolderOpen,
  Moon,
  Redo2,
  Search,
  Shapes,
  SlidersHorizontal,
  Sun,
  Undo2,
  CircleHelp,
} from "lucide-react";
import type { ReactNode } from "react";
import { actionOf, actionTitle } from "../app/actions.ts";
import { useApp, useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { Tip } from "../ui/Tip.tsx";
import styles from "./TopBar.module.css";

export const iconProps = { size: 16, strokeWidth: 1.5 } as const;

/** Mark, log, undo and redo; the command field in the middle; export, theme, help at the right. */
export function TopBar() {
  const { info } = useWorkspace();
  return (
    <BarFrame
      left={
        <>
          <Mark />
          <span className={styles.file} title={info.name}>
            {info.name}
          </span>
          <History />
        </>
      }
      right={
        <>
          <ActionButton id="file.open" icon={<FolderOpen {...iconProps} />} look="icon" />
          <ActionButton id="file.ontology" icon={<Shapes {...iconProps} />} look="icon" />
          <ActionButton id="file.settings" icon={<SlidersHorizontal {...iconProps} />} look="icon" />
          <ActionButton id="file.export" icon={<Download {...iconProps} />} look="text" />
        </>
      }
    />
  );
}

/** The same bar without a log. */
export function StartBar() {
  const { t } = useText();
  return (
    <BarFrame
      left={
        <>
          <Mark />
          <span className={styles.file}>{t("app.name")}</span>
        </>
      }
      right={<ActionButton id="app.help" icon={<CircleHelp {...iconProps} />} look="icon" />}
    />
  );
}

function BarFrame({ left, right }: { readonly left: ReactNode; readonly right: ReactNode }) {
  const app = useApp();
  const { t } = useText();
  const theme = useAppState((state) => state.theme);
  const palette = actionOf("app.palette");
  return (
    <header className={styles.bar}>
      <div className={styles.side}>{left}</div>
      <button type="button" className={styles.command} onClick={() => palette.run(app)}>
        <Search {...iconProps} />
        <span className={styles.commandText}>{t("top.command")}</span>
        <span className={styles.commandShort}>{t("top.commandShort")}</span>
        <span className={styles.commandKeys}>
          <Kbd keys={actionKeys(palette) ?? ""} />
        </span>
        <span className={styles.commandKey}>
          <Kbd keys="F1" />
        </span>
      </button>
      <div className={styles.end}>
        {right}
        <Tip text={t(theme === "dark" ? "top.light" : "top.dark")}>
          <Button
            variant="ghost"
            aria-label={t(theme === "dark" ? "top.light" : "top.dark")}
            icon={theme === "dark" ? <Sun {...iconProps} /> : <Moon {...iconProps} />}
            onClick={() => actionOf("app.theme").run(app)}
          />
        </Tip>
      </div>
    </header>
  );
}

function ActionButton({
  id,
  icon,
  look,
}: {
  readonly id: string;
  readonly icon: ReactNode;
  readonly look: "icon" | "text";
}) {
  const app = useApp();
  const action = actionOf(id);
  const title = actionTitle(action, app);
  return (
    <Tip text={title} keys={actionKeys(action)}>
      <Button
        variant={look === "text" ? "default" : "ghost"}
        aria-label={title}
        icon={icon}
        onClick={() => action.run(app)}
        {...(look === "text" ? { children: title } : {})}
      />
    </Tip>
  );
}

function History() {
  const app = useApp();
  const { t, label } = useText();
  const { session } = useWorkspace();
  // The labels of undo and redo change with the revision, and a read-only scene has neither.
  useSessionState((state) => state.revision);
  useSessionState((state) => state.readOnly);
  if (session.store.getState().readOnly) return null;
  const entries = [
    {
      id: "edit.undo",
      of: session.undoLabel,
      icon: <Undo2 {...iconProps} />,
      named: "top.undo",
      none: "top.nothingToUndo",
    },
    {
      id: "edit.redo",
      of: session.redoLabel,
      icon: <Redo2 {...iconProps} />,
      named: "top.redo",
      none: "top.nothingToRedo",
    },
  ] as const;
  return (
    <div className={styles.history}>
      {entries.map(({ id, of, icon, named, none }) => {
        const action = actionOf(id);
        const title = of ? t(named, { name: label(of) }) : t(none);
        return (
          <Tip key={id} text={title} keys={actionKeys(action)}>
            <Button
              variant="ghost"
              aria-label={title}
              icon={icon}
              aria-disabled={!of}
              className={of ? "" : styles.idle}
              onClick={() => action.run(app)}
            />
          </Tip>
        );
      })}
    </div>
  );
}

export const Mark = () => (
  <svg viewBox="0 0 16 16" width="16" height="16" fill="none" strokeLinecap="round" className={styles.mark} aria-hidden>
    <path d="M2.5 13.5C2.5 7.4 7.4 2.5 13.5 2.5" />
    <path d="M6 13.5C6 9.4 9.4 6 13.5 6" opacity=".75" />
    <circle cx="10.6" cy="12.6" r="1.3" fill="currentColor" stroke="none" />
  </svg>
);
