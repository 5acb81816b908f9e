import { useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { hintKeys, useKeymap } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import { Kbd } from "../ui/Kbd.tsx";
import styles from "./KeyLine.module.css";

/** The line under the view: only keys that work right now, and how the mouse moves the view. */
export function KeyLine() {
  const { t, named } = useText();
  const { session } = useWorkspace();
  const hints = useSessionState((state) => state.hints);
  // A rename changes nothing else that is read here.
  useSessionState((state) => state.revision);
  const selectedId = useSessionState((state) => state.selectedId);
  const projection = useSessionState((state) => state.view.projection);
  const mouse = useKeymap((state) => state.mouse);
  const isBatch = useSessionState((state) => state.batch !== undefined);
  const large = useAppState((state) => state.largeCameraId) !== undefined;
  const selected = selectedId === undefined ? undefined : session.document.get(selectedId);
  const name = selected && "name" in selected ? selected.name : undefined;
  return (
    <div className={styles.line}>
      {name === undefined ? null : <span className={styles.name}>{t("keys.selected", { name })}</span>}
      <div className={styles.hints}>
        {hints.map(({ keys, message }) => {
          const standing = hintKeys(keys);
          return standing === undefined ? null : (
            <span className={styles.hint} key={`${keys} ${message}`}>
              <Kbd keys={standing} />
              {named(message)}
            </span>
          );
        })}
      </div>
      <span className={styles.mouse}>
        {t(
          isBatch
            ? "keys.mouseBatch"
            : large
              ? "keys.mouseImage"
              : projection === "top"
                ? "keys.mouseTop"
                : mouse === "pan"
                  ? "keys.mousePan"
                  : "keys.mouse3d",
        )}
      </span>
    </div>
  );
}
