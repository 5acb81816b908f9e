import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import { cx } from "./cx.ts";
import styles from "./Dialog.module.css";

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly subtitle?: string;
  readonly icon?: ReactNode;
  readonly closeText: string;
  /** CSS width. */
  readonly width: number;
  /** `bare`: no head, for the palette. The title is then for screen readers only. */
  readonly look?: "headed" | "bare";
  readonly children: ReactNode;
}

/** Hangs from the top, so that the timeline stays in sight (ui.md §2). */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, subtitle, icon, closeText, width, look = "headed", children } = props;
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={styles.scrim} />
        <Base.Popup
          // The keyboard goes back to the view, so that the next key is an action again.
          finalFocus={() => document.querySelector<HTMLElement>("[data-view=main]") ?? true}
          className={styles.popup}
          style={{ width: `min(${width}px, calc(100vw - 32px))` }}
        >
          {look === "bare" ? (
            <Base.Title className={styles.hidden}>{title}</Base.Title>
          ) : (
            <header className={styles.head}>
              {icon}
              <Base.Title className={styles.title}>{title}</Base.Title>
              {subtitle ? <span className={styles.subtitle}>{subtitle}</span> : null}
              <Base.Close
                render={<Button variant="ghost" aria-label={closeText} icon={<X size={16} strokeWidth={1.5} />} />}
                className={cx(styles.close)}
              />
            </header>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
