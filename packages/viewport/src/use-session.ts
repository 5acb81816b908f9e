import type { Session, SessionState } from "@sweepmark/editor";
import { useStore } from "zustand";

/**
 * A piece of the session's state; the component renders again only when the selected value changes (Object.is). A
 * selector that makes a new object each time must be wrapped in zustand's `useShallow`.
 */
export function useSession<Value>(session: Session, selector: (state: SessionState) => Value): Value {
  return useStore(session.store, selector);
}
