import styles from "./Kbd.module.css";

/** Keys as caps: "Ctrl+Shift+P" becomes three, "W A S D" four, "Num 7" stays one. */
export function Kbd({ keys }: { readonly keys: string }) {
  const caps = /^\S( \S)+$/.test(keys) ? keys.split(" ") : keys.split(/(?<=[^+\s])\+/);
  return (
    <span className={styles.keys}>
      {caps.map((cap) => (
        <kbd className={styles.cap} key={cap}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}
