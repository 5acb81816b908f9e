import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "./Kbd.tsx";
import styles from "./Tip.module.css";

export interface TipProps {
  readonly text: ReactNode;
  readonly keys?: string | undefined;
  readonly side?: "top" | "bottom" | "left" | "right";
  /** One element that takes a ref and pointer handlers. */
  readonly children: ReactElement;
}

/** What an element does, and the key that does it too. As the trigger of a menu it hands the menu's props to the element. */
export function Tip({ text, keys, side = "bottom", children, ...handed }: TipProps) {
  return (
    <Tooltip.Root disableHoverablePopup>
      <Tooltip.Trigger render={children} {...handed} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className={styles.positioner}>
          <Tooltip.Popup className={styles.popup}>
            <span>{text}</span>
            {keys ? <Kbd keys={keys} /> : null}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Wraps the app: one delay for all tips, none between neighbours. */
export const TipProvider = ({ children }: { readonly children: ReactNode }) => (
  <Tooltip.Provider delay={400} timeout={300}>
    {children}
  </Tooltip.Provider>
);
