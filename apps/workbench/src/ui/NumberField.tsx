import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { minus } from "../messages/numbers.ts";
import { cx } from "./cx.ts";
import { evaluateExpression } from "./expression.ts";
import styles from "./NumberField.module.css";

export interface NumberFieldProps {
  readonly value: number;
  readonly label: string;
  /** Shown inside at the left; dragging it changes the value. */
  readonly letter?: string;
  readonly axis?: "x" | "y" | "z";
  readonly unit?: string;
  readonly decimals?: number;
  /** One arrow press; Shift divides it by ten. */
  readonly step?: number;
  readonly min?: number;
  readonly look?: "field" | "locked";
  readonly readOnly?: boolean;
  /** `entry`: typed, or the end of a drag. `nudge`: an arrow or the wheel, which come in quick succession. */
  readonly onCommit: (value: number, gesture: "entry" | "nudge") => void;
}

/** A number that takes expressions (`+0.2`), arrows, the wheel, and a drag on its letter (ui.md §5). */
export function NumberField(props: NumberFieldProps) {
  const { value, label, letter, axis, unit, decimals = 2, step = 0.1, min, look = "field", readOnly, onCommit } = props;
  const [draft, setDraft] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const drag = useRef<{ readonly x: number; readonly from: number; to: number }>(undefined);
  // A narrow field shows the digits that matter; what is shown is only committed if it was changed.
  const shown = value
    .toFixed(Math.abs(value) >= 100 ? Math.min(1, decimals) : decimals)
    .replace(/^-(?=0(\.0*)?$)/, "")
    .replace("-", minus);

  const commit = (next: number | undefined, gesture: "entry" | "nudge" = "entry") => {
    setDraft(undefined);
    if (next === undefined || readOnly) return;
    const limited = min === undefined ? next : Math.max(min, next);
    if (Math.abs(limited - value) > 1e-9) onCommit(limited, gesture);
  };
  const nudge = (direction: 1 | -1, fine: "fine" | "coarse") => {
    const from = (draft === undefined ? undefined : evaluateExpression(draft, value)) ?? value;
    commit(from + direction * (fine === "fine" ? step / 10 : step), "nudge");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      nudge(event.key === "ArrowUp" ? 1 : -1, event.shiftKey ? "fine" : "coarse");
    } else if (event.key === "Enter") {
      commit(draft === undefined ? undefined : evaluateExpression(draft, value));
      input.current?.blur();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setDraft(undefined);
      // Blur must not commit what was just given up.
      requestAnimationFrame(() => input.current?.blur());
    }
  };
  const onDragStart = (event: PointerEvent<HTMLSpanElement>) => {
    if (readOnly || event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, from: value, to: value };
  };
  const onDrag = (event: PointerEvent<HTMLSpanElement>) => {
    if (!drag.current) return;
    const steps = (event.clientX - drag.current.x) / 4;
    drag.current.to = drag.current.from + steps * (event.shiftKey ? step / 10 : step);
    if (min !== undefined) drag.current.to = Math.max(min, drag.current.to);
    setDraft(drag.current.to.toFixed(decimals).replace("-", minus));
  };
  const onDragEnd = () => {
    const to = drag.current?.to;
    drag.current = undefined;
    commit(to);
  };

  return (
    <label className={cx(styles.field, styles[look], readOnly && styles.readOnly)}>
      {letter ? (
        <span
          className={cx(styles.letter, axis && styles[axis])}
          onPointerDown={onDragStart}
          onPointerMove={onDrag}
          onPointerUp={onDragEnd}
          onPointerCancel={onDragEnd}
        >
          {letter}
        </span>
      ) : null}
      <input
        ref={input}
        className={styles.input}
        aria-label={label}
        // Where the field is too narrow for a coordinate of a map.
        title={shown}
        inputMode="decimal"
        spellCheck={false}
        autoComplete="off"
        readOnly={readOnly ?? false}
        value={draft ?? shown}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => commit(draft === undefined ? undefined : evaluateExpression(draft, value))}
        onKeyDown={onKeyDown}
        onWheel={(event) => {
          if (document.activeElement === input.current)
            nudge(event.deltaY < 0 ? 1 : -1, event.shiftKey ? "fine" : "coarse");
        }}
      />
      {unit ? <span className={styles.unit}>{unit}</span> : null}
    </label>
  );
}
