import { lowConfidence, type Anchor, type Propagation, type ProposedPose, type StopReason } from "@sweepmark/assist";
import type { Label } from "@sweepmark/document";
import { cuboidYaw, rotate, vec, wrapAngle } from "@sweepmark/geometry";

const stopped: Readonly<Record<Exclude<StopReason, "log-ends">, string>> = {
  "points-ran-out": "notice.propagate-points-ran-out",
  "poor-fit": "notice.propagate-poor-fit",
  "tracks-meet": "notice.propagate-tracks-meet",
  "frame-unreadable": "notice.propagate-frame-unreadable",
};

/** Two keyframes in a row whose headings differ by more than this: nobody turns so, one of them is the wrong way round. */
const turnedRoundRad = (150 * Math.PI) / 180;
/** Who parks goes backward for a few metres; who goes so far is headed the wrong way. */
const backwardM = 5;

/** What a person should know of a propagation, the least surprising last. @param range the frames it was to reach. */
export function propagationWords(
  name: string,
  { poses, stops, parked }: Propagation,
  { from, to, anchors }: { readonly from: number; readonly to: number; readonly anchors: readonly Anchor[] },
): readonly Label[] {
  const words: Label[] = [];
  const round = turnsRound(anchors);
  if (round)
    words.push({
      message: "notice.propagate-turns-round",
      params: { name, from: round[0].index, to: round[1].index },
    });
  else if (goesBackward(poses)) words.push({ message: "notice.propagate-backward", params: { name } });
  const ends: readonly (readonly [StopReason, number, boolean])[] = [
    [stops.backward, poses[0].index, poses[0].index > from],
    [stops.forward, poses.at(-1)!.index, poses.at(-1)!.index < to],
  ];
  for (const [reason, frame, early] of ends)
    if (early && reason !== "log-ends") words.push({ message: stopped[reason], params: { name, frame } });
  const doubts = poses.filter(({ confidence }) => confidence < lowConfidence).length;
  if (doubts > 0) words.push({ message: "notice.propagate-doubts", params: { name, count: doubts } });
  if (parked) words.push({ message: "notice.propagate-parked", params: { name } });
  return words;
}

function turnsRound(anchors: readonly Anchor[]): readonly [Anchor, Anchor] | undefined {
  for (const [i, to] of anchors.entries()) {
    const from = anchors[i - 1];
    if (i > 0 && Math.abs(wrapAngle(cuboidYaw(to.cuboid) - cuboidYaw(from.cuboid))) > turnedRoundRad) return [from, to];
  }
  return undefined;
}

/** Whether it goes for metres, and most of its way, against its heading. */
function goesBackward(poses: readonly ProposedPose[]): boolean {
  let wayM = 0;
  let aheadM = 0;
  for (const [i, { cuboid }] of poses.entries()) {
    if (i === 0) continue;
    const before = poses[i - 1].cuboid;
    const step = vec.subtract(cuboid.center, before.center);
    wayM += vec.length(step);
    aheadM += vec.dot(step, rotate(before.rotation, [1, 0, 0]));
  }
  return aheadM < -backwardM && aheadM < -0.5 * wayM;
}
