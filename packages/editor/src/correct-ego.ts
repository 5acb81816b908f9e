import { setEgoCorrection } from "@sweepmark/document";
import { vec } from "@sweepmark/geometry";
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

export interface EgoSummary {
  readonly frames: number;
  /** Frames in which the surroundings do not tell. */
  readonly undetermined: number;
  /** Farthest shift, metres. */
  readonly driftM: number;
  /** Medians over the frames of how far points lie from what stood there before; undefined where nothing did. */
  readonly beforeM: number | undefined;
  readonly afterM: number | undefined;
}

export function summaryOf({ matches }: EgoMatches): EgoSummary {
  return {
    frames: matches.length,
    undetermined: matches.filter(({ determined }) => !determined).length,
    driftM: Math.max(0, ...matches.map(({ shift }) => vec.length(shift.shift))),
    beforeM: median(matches.map(({ beforeM }) => beforeM)),
    afterM: median(matches.map(({ afterM }) => afterM)),
  };
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return known[known.length >> 1];
}

/**
 * Follows ego (see `matchEgo`) and corrects its poses by what was found, as one edit; says how far they were off. Where
 * nothing was determined there is nothing to correct. Undefined where nothing was done.
 */
export async function correctEgoPose(session: Session): Promise<EgoMatches | undefined> {
  const { readOnly } = session.store.getState();
  if (readOnly) return void session.notify(readOnly);
  const found = await matchEgo(session);
  if (!found) return undefined;
  if (!found.matches.some(({ determined }, i) => determined && i > 0))
    return void session.notify({ message: "notice.match-ego-undetermined" });
  session.run(setEgoCorrection, { shifts: found.matches.map(({ shift }) => shift) });
  return found;
}
