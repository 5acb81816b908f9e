import { cx } from "./cx.ts";
import styles from "./SeverityIcon.module.css";

/** Octagon, triangle, circle: the shape says it before the colour does. */
export function SeverityIcon({ severity }: { readonly severity: "error" | "warning" | "note" }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" className={cx(styles.icon, styles[severity])} aria-hidden>
      {severity === "error" ? <path d="M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3Z" /> : null}
      {severity === "warning" ? <path d="M8 2.2 14.6 13.6H1.4Z" /> : null}
      {severity === "note" ? <circle cx="8" cy="8" r="6.2" /> : null}
      <path d={severity === "note" ? "M8 7.4v3.4M8 5.1v.2" : "M8 5.4v3.6M8 11.2v.1"} />
    </svg>
  );
}
