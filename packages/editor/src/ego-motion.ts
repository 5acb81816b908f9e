import { egoShiftsOf } from "@sweepmark/document";
import type { Session } from "./session-types.ts";

/** Whether it is known how the vehicle moves: from the log, or from labels that follow it by its sweeps. */
export const hasEgoMotion = ({ log, document }: Pick<Session, "log" | "document">): boolean =>
  log.info.worldName !== undefined || egoShiftsOf(document).length > 0;
