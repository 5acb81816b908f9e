import { compose, correctedFromLogged, invert, transformCuboid, transformPoint } from "@sweepmark/geometry";
import type { EgoShift, Point, Pose, TimestampNs } from "@sweepmark/geometry";
import { egoCorrectionId, type EgoCorrection, type LabelRecord, type RecordId } from "@sweepmark/schema";
import type { DocumentReader } from "./types.ts";

const none: readonly EgoShift[] = [];

export function egoCorrectionOf(document: Pick<DocumentReader, "get">): EgoCorrection | undefined {
  const record = document.get(egoCorrectionId);
  return record?.kind === "ego-correction" ? record : undefined;
}

/** The shifts that are in force: of labels and sensor data alike. The same array until the record changes. */
export function egoShiftsOf(document: Pick<DocumentReader, "get">): readonly EgoShift[] {
  const correction = egoCorrectionOf(document);
  return correction?.enabled ? correction.shifts : none;
}

/** Takes labels from the world of one correction to that of another (rule 37). */
export interface Carrying {
  /** The record as it is there; the same object where it has no place, or nothing moves. */
  carry(record: LabelRecord): LabelRecord;
}

/**
 * @param standsAt when a static track was said: the time of its first keyframe with a cuboid; undefined for tracks that
 *   move.
 */
export function carrying(
  from: readonly EgoShift[],
  to: readonly EgoShift[],
  standsAt: (trackId: RecordId) => TimestampNs | undefined,
): Carrying {
  const poseAt = (at: TimestampNs): Pose<"world", "world"> =>
    compose(correctedFromLogged(to, at), invert(correctedFromLogged(from, at)));
  // Where the vehicle drove, in the world that the lanes come from.
  const way = (to.length > 0 ? to : from).map(({ at, ego }) => ({
    at,
    here: transformPoint(correctedFromLogged(from, at), ego),
  }));
  const nearestTime = ([x, y]: Point<"world">): TimestampNs => {
    let best = way[0];
    let bestM = Infinity;
    for (const each of way) {
      const distanceM = Math.hypot(each.here[0] - x, each.here[1] - y);
      if (distanceM < bestM) [best, bestM] = [each, distanceM];
    }
    return best.at;
  };
  return {
    carry(record) {
      if (way.length === 0) return record;
      if (record.kind === "keyframe" && record.cuboid) {
        const pose = poseAt(standsAt(record.trackId) ?? record.at);
        return { ...record, cuboid: transformCuboid(pose, record.cuboid) };
      }
      if (record.kind !== "lane-boundary") return record;
      return { ...record, points: record.points.map((point) => transformPoint(poseAt(nearestTime(point)), point)) };
    },
  };
}
