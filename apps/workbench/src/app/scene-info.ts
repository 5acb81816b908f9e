import type { Session } from "@sweepmark/editor";
import type { FrameEntry } from "@sweepmark/log";
import type { SceneInfo } from "@sweepmark/schema";

/** What the labels need of the log. Undefined while a stamp or an ego pose is not known: scan first. */
export function sceneInfoOf(session: Session, frames: readonly FrameEntry[]): SceneInfo | undefined {
  const { digest, name, worldName } = session.log.info;
  const stamps = frames.map(({ index, at, exact, worldFromEgo }) =>
    exact && worldFromEgo ? { index, at, worldFromEgo } : undefined,
  );
  if (stamps.some((stamp) => stamp === undefined)) return undefined;
  return {
    digest,
    logName: name,
    ...(worldName === undefined ? {} : { worldName }),
    frames: stamps.filter((stamp) => stamp !== undefined),
  };
}
