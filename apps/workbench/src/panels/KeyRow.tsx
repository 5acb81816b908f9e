import { chordOf, hasOwnKeys, removeKey, resetKeys, type Assignment } from "@sweepmark/editor";
import { Plus, RotateCcw, X } from "lucide-react";
import { useEffect, useEffectEvent } from "react";
import { actionOf, actions, actionTitle, type AppAction } from "../app/actions.ts";
import { useApp } from "../app/context.ts";
import { chordText, keysOf, setKeys, useKeymap } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Kbd } from "../ui/Kbd.tsx";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import styles from "./KeysDialog.module.css";

/** What is going on in one row: waiting for a press, or asking what to do about one. */
export interface KeyEdit {
  readonly id: string;
  /** The chord that a new one takes the place of; undefined: one more. */
  readonly replaced: string | undefined;
  readonly chord?: string;
  readonly result?: Assignment;
}

export interface KeyRowProps {
  readonly action: AppAction;
  readonly edit: KeyEdit | undefined;
  readonly onEdit: (edit: KeyEdit | undefined) => void;
  readonly onPress: (chord: string, replaced: string | undefined) => void;
}

const icon = { size: 12, strokeWidth: 1.5 } as const;

/** An action with its chords: a click on one waits for another in its place. */
export function KeyRow({ action, edit, onEdit, onPress }: KeyRowProps) {
  const app = useApp();
  const { t } = useText();
  const settings = useKeymap((state) => state.keys);
  const title = actionTitle(action, app);
  const listening = edit !== undefined && edit.result === undefined;
  const { id } = action;
  const remove = (chord: string): void => {
    const result = removeKey(actions, settings, id, chord);
    if (result.kind === "set") setKeys(result.settings);
    onEdit(result.kind === "set" ? undefined : { id, replaced: chord, chord, result });
  };
  return (
    <div className={styles.row} data-action={id}>
      <span className={styles.title}>{title}</span>
      <span className={styles.chords}>
        {keysOf(action).map((chord) =>
          listening && edit.replaced === chord ? (
            <Listening key={chord} onPress={(pressed) => onPress(pressed, chord)} onCancel={() => onEdit(undefined)} />
          ) : (
            <span key={chord} className={styles.chord}>
              <button
                type="button"
                className={styles.change}
                aria-label={t("keymap.change", { name: title, keys: chordText(chord) })}
                onClick={() => onEdit({ id, replaced: chord })}
              >
                <Kbd keys={chordText(chord)} />
              </button>
              <button
                type="button"
                className={styles.remove}
                aria-label={t("keymap.remove", { name: title, keys: chordText(chord) })}
                onClick={() => remove(chord)}
              >
                <X {...icon} />
              </button>
            </span>
          ),
        )}
        {listening && edit.replaced === undefined ? (
          <Listening onPress={(pressed) => onPress(pressed, undefined)} onCancel={() => onEdit(undefined)} />
        ) : (
          <button
            type="button"
            className={styles.add}
            aria-label={t("keymap.add", { name: title })}
            onClick={() => onEdit({ id, replaced: undefined })}
          >
            <Plus {...icon} />
          </button>
        )}
      </span>
      <button
        type="button"
        className={cx(styles.add, !hasOwnKeys(settings, id) && styles.hidden)}
        aria-label={t("keymap.reset", { name: title })}
        onClick={() => {
          onEdit(undefined);
          setKeys(resetKeys(settings, id));
        }}
      >
        <RotateCcw {...icon} />
      </button>
      {edit?.result && edit.chord !== undefined ? (
        <Answer result={edit.result} chord={edit.chord} replaced={edit.replaced} onDone={() => onEdit(undefined)} />
      ) : null}
    </div>
  );
}

/** Waits for a press before anything else of the page hears of it. Esc alone leaves things as they are. */
function Listening({
  onPress,
  onCancel,
}: {
  readonly onPress: (chord: string) => void;
  readonly onCancel: () => void;
}) {
  const { t } = useText();
  const hear = useEffectEvent((event: KeyboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.isComposing || event.repeat) return;
    const chord = chordOf(event);
    if (chord === "Escape") onCancel();
    else if (chord !== undefined) onPress(chord);
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => hear(event);
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
  return (
    <button type="button" className={styles.listening} autoFocus onClick={onCancel} onBlur={onCancel}>
      {t("keymap.press")}
    </button>
  );
}

interface AnswerProps {
  readonly result: Assignment;
  readonly chord: string;
  readonly replaced: string | undefined;
  readonly onDone: () => void;
}

/** Why a chord was refused, or whose it is and what may be done about it. */
function Answer({ result, chord, replaced, onDone }: AnswerProps) {
  const app = useApp();
  const { t, label } = useText();
  if (result.kind === "set") return null;
  const words =
    result.kind === "refused"
      ? label(result.reason)
      : t("keymap.taken", { keys: chordText(chord), name: actionTitle(actionOf(result.byId), app) });
  return (
    <div className={styles.answer} role="alert">
      <SeverityIcon severity="warning" />
      <span className={styles.words}>{words}</span>
      {result.kind === "taken" ? (
        <Button
          onClick={() => {
            setKeys(result.settings);
            onDone();
          }}
        >
          {replaced === undefined ? t("keymap.take") : t("keymap.swap", { keys: chordText(replaced) })}
        </Button>
      ) : null}
      <Button variant="ghost" onClick={onDone}>
        {t("dialog.cancel")}
      </Button>
    </div>
  );
}
