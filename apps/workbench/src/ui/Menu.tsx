import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./pop.module.css";

export type MenuEntry =
  | { readonly kind: "separator"; readonly id: string }
  | {
      readonly kind: "item";
      readonly id: string;
      readonly text: string;
      readonly icon?: ReactNode;
      readonly keys?: string | undefined;
      readonly tone?: "danger";
      readonly disabled?: boolean;
      readonly run: () => void;
    };

export interface MenuProps {
  readonly trigger: ReactElement;
  /** Asked each time the menu opens. */
  readonly entries: () => readonly MenuEntry[];
}

/** A button that opens a list of actions, each with its key. */
export function Menu({ trigger, entries }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            <Entries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entries({ entries }: Pick<MenuProps, "entries">) {
  return entries().map((entry) =>
    entry.kind === "separator" ? (
      <Base.Separator key={entry.id} className={styles.separator} />
    ) : (
      <Base.Item
        key={entry.id}
        disabled={entry.disabled ?? false}
        onClick={entry.run}
        className={cx(styles.item, entry.tone === "danger" && styles.danger)}
      >
        {entry.icon}
        <span className={styles.grow}>{entry.text}</span>
        {entry.keys ? <span className={styles.keys}>{entry.keys}</span> : null}
      </Base.Item>
    ),
  );
}
