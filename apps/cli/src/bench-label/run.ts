import { correctedLog } from "@sweepmark/assist";
import type { EgoMatches, LogReader } from "@sweepmark/log";
import { baselinesOf, type Baselines } from "./baselines.ts";
import { scoreClicks, type ClickScore } from "./clicks.ts";
import { handOf } from "./hand.ts";
import { openDesk, type Labour } from "./labeler.ts";
import { gatherObjects, stands } from "./objects.ts";
import type { GivenTruth } from "./truth.ts";

/** All that was measured of one object. */
export interface ObjectResult {
  readonly id: string;
  readonly classId: string;
  /** From the first to the last frame in which the lidar hits it. */
  readonly frames: number;
  readonly bestFrame: number;
  /** Lidar points in its best frame. */
  readonly bestPoints: number;
  /** It stands still, by its true poses. */
  readonly stands: boolean;
  readonly clicks: readonly ClickScore[];
  /** Begun by the one click. */
  readonly byClick: Labour;
  /** Begun by the true cuboid in the best frame, as the baselines are. */
  readonly byHand: Labour;
  readonly baselines: Baselines;
}

export interface BenchOptions {
  /** What following the vehicle gave: the labels, the truth and the baselines are in the world that it corrects. */
  readonly ego?: EgoMatches;
  readonly signal: AbortSignal;
  readonly onProgress?: (stage: "reading" | "labeling", done: number, total: number) => void;
}

/** About so many frames are clicked in to see what a click gives: neighbours say little anew. */
const clickedFrames = 26;

/**
 * Labels every object of a log as a person would by the product's own commands, twice: begun by a click, and begun by a
 * true cuboid. The labels of one object are there while the next one is made.
 */
export async function benchObjects(
  logged: LogReader,
  truth: GivenTruth,
  { ego, signal, onProgress }: BenchOptions,
): Promise<readonly ObjectResult[]> {
  const shifts = ego?.matches.map(({ shift }) => shift) ?? [];
  const log = correctedLog(logged, shifts);
  const clickEvery = Math.ceil(log.info.frames.length / clickedFrames);
  const objects = await gatherObjects(log, truth, {
    clickEvery,
    shifts,
    signal,
    onProgress: (done, total) => onProgress?.("reading", done, total),
  });
  const byClick = openDesk(log, truth.ontology, signal);
  const byHand = openDesk(log, truth.ontology, signal);
  const byEstimate = openDesk(log, truth.ontology, signal);
  const results: ObjectResult[] = [];
  try {
    for (const [serial, object] of objects.entries()) {
      const hand = handOf(object);
      if (!hand) continue;
      const id = `track:bench-${serial}`;
      const { moments, best } = object;
      results.push({
        id: object.id,
        classId: object.classId,
        frames: moments.length,
        bestFrame: moments[best].index,
        bestPoints: moments[best].points,
        stands: stands(object),
        clicks: await scoreClicks(log, object, {
          desk: byClick,
          estimated: await byEstimate.estimate(id, hand),
          ontology: truth.ontology,
          clickEvery,
        }),
        byClick: await byClick.label(id, hand, "click"),
        byHand: await byHand.label(id, hand, "hand"),
        baselines: baselinesOf(object),
      });
      onProgress?.("labeling", serial + 1, objects.length);
    }
    return results;
  } finally {
    await byClick.close();
    await byHand.close();
    await byEstimate.close();
  }
}
