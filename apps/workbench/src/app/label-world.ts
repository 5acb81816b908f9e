import type { History, Label } from "@sweepmark/document";
import type { Session } from "@sweepmark/editor";
import type { LogSettings } from "./log-settings.ts";

type Made = Pick<LogSettings, "labelsWorld" | "labelsClock">;

export interface WorldKeeper {
  readonly made: () => Made;
  readonly keep: (made: Made) => void;
}

/**
 * Labels are positions in the fixed space, at times of the clock, that were chosen when they were made. In another space or
 * by another clock they would lie elsewhere: the scene is read-only there, and says so. What it was is remembered with the
 * first label.
 */
export function watchWorld(
  session: Session,
  history: History,
  { made, keep }: WorldKeeper,
): { check(): void; stop(): void } {
  const shown = (): Required<Made> => {
    const { worldName, choice } = session.log.info;
    return { labelsWorld: worldName ?? "", labelsClock: choice.clock };
  };
  const isLabelled = (): boolean =>
    session.document.tracks().length > 0 || session.document.laneBoundaries().length > 0;
  const check = (): void => {
    const { readOnly } = session.store.getState();
    if (isLabelled() && made().labelsWorld === undefined) keep(shown());
    const refusal = isLabelled() ? refusalOf(made(), shown()) : undefined;
    // Other reasons not to write are stronger: they stay, whatever space and clock are.
    if (refusal && (!readOnly || refusals.includes(readOnly.message))) session.setReadOnly(refusal);
    else if (!refusal && readOnly && refusals.includes(readOnly.message)) session.setReadOnly(undefined);
  };
  check();
  const stop = history.subscribe(() => {
    if (session.store.getState().readOnly === undefined) keep(shown());
  });
  return { check, stop };
}

const refusals: readonly string[] = ["readOnly.otherWorld", "readOnly.madeByStamps", "readOnly.madeByLogTimes"];

function refusalOf(made: Made, shown: Required<Made>): Label | undefined {
  const { labelsWorld, labelsClock = "stamps" } = made;
  if (labelsClock !== shown.labelsClock)
    return { message: labelsClock === "stamps" ? "readOnly.madeByStamps" : "readOnly.madeByLogTimes" };
  if (labelsWorld === shown.labelsWorld) return undefined;
  return { message: "readOnly.otherWorld", params: { made: labelsWorld || "ego", shown: shown.labelsWorld || "ego" } };
}
