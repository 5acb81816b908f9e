import { setEgoCorrection } from "@sweepmark/document";
import type { EgoMatches } from "@sweepmark/log";
import { movingPaths } from "./moving-paths.ts";
import type { Session } from "./session-types.ts";

/**
 * Follows ego through the whole log, as a job. Moving objects are left out where the labels have them. Undefined when
 * cancelled, or where the log cannot tell, which is said.
 */
export async function matchEgo(session: Session): Promise<EgoMatches | undefined> {
  const frames = await session.scanFrames();
  const [first, last] = [frames?.at(0), frames?.at(-1)];
  if (!first || !last) return undefined;
  try {
    return await session.job({ message: "job.match-ego" }, (signal, report) =>
      session.log.matchEgo(
        { exclude: movingPaths(session.document, first.at, last.at) },
        { signal, onProgress: ({ done, total }) => report(done, total) },
      ),
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    session.notify({ message: "notice.match-ego-failed", params: { reason: error.message } });
    return undefined;
  }
}

/** Corrects the ego poses by what was found, as one edit. Where nothing was determined there is nothing to correct. */
export function applyEgoMatches(session: Session, { matches }: EgoMatches): void {
  if (matches.some(({ determined }, i) => determined && i > 0))
    session.run(setEgoCorrection, { shifts: matches.map(({ shift }) => shift) });
  else session.notify({ message: "notice.match-ego-undetermined" });
}
