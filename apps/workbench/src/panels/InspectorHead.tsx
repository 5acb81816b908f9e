import { Ellipsis } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useSessionState } from "../app/context.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { Menu, type MenuEntry } from "../ui/Menu.tsx";
import styles from "./Inspector.module.css";

export interface InspectorHeadProps {
  readonly chip: ReactNode;
  readonly name: string;
  readonly span: string;
  readonly onRename: (name: string) => void;
  readonly menu: () => readonly MenuEntry[];
}

/** Chip, name (editable in place), what it spans, and the menu of what can go. */
export function InspectorHead({ chip, name, span, onRename, menu }: InspectorHeadProps) {
  const { t } = useText();
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    const next = draft?.trim();
    setDraft(undefined);
    if (next && next !== name) onRename(next);
  };
  return (
    <header className={styles.head}>
      {chip}
      <input
        className={styles.name}
        aria-label={t("inspector.name")}
        value={draft ?? name}
        readOnly={readOnly}
        spellCheck={false}
        maxLength={200}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") {
            event.stopPropagation();
            setDraft(undefined);
            const input = event.currentTarget;
            requestAnimationFrame(() => input.blur());
          }
        }}
      />
      <span className={styles.span}>{span}</span>
      {readOnly ? null : (
        <Menu
          trigger={
            <Button
              variant="ghost"
              aria-label={t("inspector.menu", { name })}
              icon={<Ellipsis size={16} strokeWidth={1.5} />}
            />
          }
          entries={menu}
        />
      )}
    </header>
  );
}

export function Row({ label, children }: { readonly label: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={styles.row}>
      <span className={styles.label}>{label}</span>
      {children}
    </div>
  );
}
