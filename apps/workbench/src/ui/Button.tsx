import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx.ts";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: "default" | "ghost" | "primary" | "danger";
  /** 24 px in panels, 32 px in dialogs. */
  readonly size?: "panel" | "dialog";
  readonly icon?: ReactNode;
  /** The key of the same action, shown inside. */
  readonly keys?: string | undefined;
  readonly on?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that says its key. Icon only: give it an `aria-label`. */
export function Button(props: ButtonProps) {
  const { variant = "default", size = "panel", icon, keys, on, className, children, ...rest } = props;
  const iconOnly = children === undefined && keys === undefined;
  return (
    <button
      type="button"
      {...rest}
      {...(on === undefined ? {} : { "aria-pressed": on })}
      className={cx(styles.button, styles[variant], styles[size], iconOnly && styles.icon, on && styles.on, className)}
    >
      {icon}
      {children === undefined ? null : <span className={styles.text}>{children}</span>}
      {keys === undefined ? null : <span className={styles.keys}>{keys}</span>}
    </button>
  );
}
