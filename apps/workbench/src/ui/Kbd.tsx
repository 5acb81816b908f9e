import styles from "./Kbd.module.css";

/** Keys as caps: "Ctrl+Shift+P" becomes three. */
export function Kbd({ keys }: { readonly keys: string }) {
  const caps = keys.split(/(?<=[^+])\+/);
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
