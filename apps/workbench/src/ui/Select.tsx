import { Select as Base } from "@base-ui/react/select";
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./pop.module.css";
import own from "./Select.module.css";

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly text: string;
  readonly icon?: ReactNode;
  readonly keys?: string | undefined;
}

export interface SelectProps<Value extends string> {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly label: string;
  /** `field`: a sunken field of a form; `hud`: a chip over a view. */
  readonly look?: "field" | "hud";
  readonly prefix?: string;
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** One of many, each with a chip and its key where it has one. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, choices, label, look = "field", prefix, disabled = false, onChange } = props;
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Base.Root
      value={value}
      disabled={disabled}
      modal={false}
      onValueChange={(next) => {
        if (next !== null) onChange(next as Value);
      }}
    >
      <Base.Trigger aria-label={label} className={cx(own.trigger, own[look])}>
        {prefix ? <span className={own.prefix}>{prefix}</span> : null}
        {chosen?.icon}
        <span className={own.value}>{chosen?.text ?? value}</span>
        <ChevronDown size={14} strokeWidth={1.5} className={own.arrow} />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            {choices.map((choice) => (
              <Base.Item key={choice.value} value={choice.value} className={styles.item}>
                {choice.icon}
                <Base.ItemText className={styles.grow}>{choice.text}</Base.ItemText>
                {choice.keys ? <span className={styles.keys}>{choice.keys}</span> : null}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
