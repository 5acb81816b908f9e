import { egoShiftsOf } from "@sweepmark/document";
import { compose, correctedFromLogged, invert, type Pose, type TimestampNs } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";
import type { SceneInfo } from "@sweepmark/schema";
import type { Session } from "./session-types.ts";

/** What the labels need of the log. Undefined while a stamp or an ego pose is not known: scan first. */
export function sceneInfoOf(session: Session, frames: readonly FrameEntry[]): SceneInfo | undefined {
  const { digest, name, worldName, choice } = session.log.info;
  const shifts = egoShiftsOf(session.document);
  // A scene has the log's own poses, whatever the session is shown by.
  const logged = (at: TimestampNs, worldFromEgo: Pose<"world", "ego">): Pose<"world", "ego"> =>
    shifts.length > 0 ? compose(invert(correctedFromLogged(shifts, at)), worldFromEgo) : worldFromEgo;
  const stamps = frames.map(({ index, at, exact, worldFromEgo }) =>
    exact && worldFromEgo ? { index, at, worldFromEgo: logged(at, worldFromEgo) } : undefined,
  );
  if (stamps.some((stamp) => stamp === undefined)) return undefined;
  return {
    digest,
    logName: name,
    ...(worldName === undefined ? {} : { worldName }),
    ...(choice.clock === "stamps" ? {} : { clock: choice.clock }),
    frames: stamps.filter((stamp) => stamp !== undefined),
  };
}
