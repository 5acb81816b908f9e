import type { History } from "@sweepmark/document";
import type { Session } from "@sweepmark/editor";
import type { LogSettings } from "./log-settings.ts";

export interface WorldKeeper {
  readonly labelsWorld: () => string | undefined;
  readonly keep: (patch: Pick<LogSettings, "labelsWorld">) => void;
}

const refusal = "readOnly.otherWorld";

/**
 * Labels are positions in the fixed space that was chosen when they were made. In another one they would lie elsewhere:
 * the scene is read-only there, and says so. Which space it was is remembered with the first label.
 */
export function watchWorld(
  session: Session,
  history: History,
  { labelsWorld, keep }: WorldKeeper,
): { check(): void; stop(): void } {
  const shown = (): string => session.log.info.worldName ?? "";
  const isLabelled = (): boolean =>
    session.document.tracks().length > 0 || session.document.laneBoundaries().length > 0;
  const check = (): void => {
    const { readOnly } = session.store.getState();
    const made = labelsWorld();
    if (isLabelled() && made === undefined) keep({ labelsWorld: shown() });
    const differs = isLabelled() && made !== undefined && made !== shown();
    // Other reasons not to write are stronger: they stay, whatever the space is.
    if (differs && !readOnly)
      session.setReadOnly({ message: refusal, params: { made: made || "ego", shown: shown() || "ego" } });
    else if (!differs && readOnly?.message === refusal) session.setReadOnly(undefined);
  };
  check();
  const stop = history.subscribe(() => {
    if (session.store.getState().readOnly === undefined) keep({ labelsWorld: shown() });
  });
  return { check, stop };
}
