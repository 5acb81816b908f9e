import type { KeyboardEvent } from "react";
import { cx } from "./cx.ts";
import styles from "./Segmented.module.css";

export interface SegmentedProps<Value extends string> {
  /** undefined: nothing chosen yet. */
  readonly value: Value | undefined;
  readonly choices: readonly { readonly value: Value; readonly text: string }[];
  readonly label: string;
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** Up to four fixed values side by side; a radio group for the keyboard. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { value, choices, label, disabled = false, onChange } = props;
  const step = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0 || disabled) return;
    event.preventDefault();
    event.stopPropagation();
    const at = choices.findIndex((choice) => choice.value === value);
    const next = (at + by + choices.length) % choices.length;
    onChange(choices[next].value);
    (event.currentTarget.children[next] as HTMLElement).focus();
  };
  return (
    <div role="radiogroup" aria-label={label} className={styles.group} onKeyDown={step}>
      {choices.map((choice, i) => {
        const checked = choice.value === value;
        return (
          <button
            type="button"
            role="radio"
            key={choice.value}
            aria-checked={checked}
            disabled={disabled}
            tabIndex={checked || (value === undefined && i === 0) ? 0 : -1}
            className={cx(styles.choice, checked && styles.checked)}
            onClick={() => onChange(choice.value)}
          >
            {choice.text}
          </button>
        );
      })}
    </div>
  );
}
