import styles from "./Progress.module.css";

/** A determinate bar; `fraction` undefined: the amount is not known yet, and the bar stays empty. */
export function Progress({ fraction, label }: { readonly fraction: number | undefined; readonly label: string }) {
  const percent = fraction === undefined ? undefined : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { "aria-valuenow": percent })}
      className={styles.track}
    >
      <div className={styles.bar} style={{ width: `${percent ?? 0}%` }} />
    </div>
  );
}
