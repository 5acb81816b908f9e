import { momentAt, type TrackMoment } from "@sweepmark/document";
import { overlap, vec, type TimestampNs } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import type { Session } from "./session-types.ts";

/** A label and a prediction of the same object that are not alike, or one of them without the other. */
export interface Difference {
  readonly labelId?: RecordId;
  readonly predictionId?: RecordId;
  /** 3D IoU of both. */
  readonly iou?: number;
}

/** Less alike than this, a label and a prediction are shown as a difference. */
export const alikeIou = 0.5;
/** No two objects of one place are farther apart. */
const reachM = 15;

/** Each label with the prediction that overlaps it most, one to one, those that overlap most first; what differs, in that order. */
export function differencesOf(
  labels: readonly TrackMoment[],
  predictions: readonly TrackMoment[],
  alike = alikeIou,
): readonly Difference[] {
  const pairs = labels
    .flatMap((label) =>
      predictions.flatMap((prediction) => {
        if (vec.distance(label.cuboid.center, prediction.cuboid.center) > reachM) return [];
        const { iou3d, bev } = overlap(label.cuboid, prediction.cuboid);
        return bev > 0 ? [{ labelId: label.track.id, predictionId: prediction.track.id, iou: iou3d, bev }] : [];
      }),
    )
    .toSorted((a, b) => b.iou - a.iou || b.bev - a.bev);
  const matched = new Map<RecordId, Difference>();
  for (const { labelId, predictionId, iou } of pairs)
    if (!matched.has(labelId) && !matched.has(predictionId)) {
      const pair = { labelId, predictionId, iou };
      matched.set(labelId, pair).set(predictionId, pair);
    }
  const alone = [
    ...labels.flatMap(({ track: { id } }) => (matched.has(id) ? [] : [{ labelId: id }])),
    ...predictions.flatMap(({ track: { id } }) => (matched.has(id) ? [] : [{ predictionId: id }])),
  ];
  const unlike = [...new Set(matched.values())].filter(({ iou = 1 }) => iou < alike).toReversed();
  return [...unlike, ...alone];
}

const keyOf = ({ labelId, predictionId }: Difference): string => `${labelId ?? ""} ${predictionId ?? ""}`;

function differencesAt(session: Session, at: TimestampNs): readonly Difference[] {
  const { suggestions, document, store } = session;
  const { least } = store.getState().suggestions;
  const predicted = suggestions
    .at(at)
    .filter(({ source, track }) => source === "model" && suggestions.sureness(track.id) >= least);
  // Where labels carry on past what was said, they say nothing anew.
  const labeled = momentAt(document, at).tracks.filter(({ state, track }) => state !== "extrapolated" || track.static);
  return differencesOf(labeled, predicted);
}

/**
 * Goes to the next frame, or the one before, in which labels and predictions begin to differ, and to the object there; in a frame
 * with several to each in turn. Says what differs, or that there is nothing more.
 */
export function stepDifference(session: Session, direction: -1 | 1): void {
  const { frames, frameIndex, selectedId, suggestions } = session.store.getState();
  const meant = (each: Difference): boolean =>
    each.predictionId === undefined ? each.labelId === selectedId : each.predictionId === suggestions.focusedId;
  for (let index = frameIndex; index >= 0 && index < frames.length; index += direction) {
    const before = new Set(index > 0 ? differencesAt(session, frames[index - 1].at).map(keyOf) : []);
    const fresh = differencesAt(session, frames[index].at).filter((each) => !before.has(keyOf(each)));
    const ordered = direction > 0 ? fresh : fresh.toReversed();
    const current = index === frameIndex ? ordered.findIndex(meant) : -1;
    // From a frame backward: what begins in it comes after the person.
    const rest = index === frameIndex && current < 0 && direction < 0 ? [] : ordered.slice(current + 1);
    if (rest.length > 0) return show(session, index, rest[0]);
  }
  session.notify({ message: "notice.no-more-differences" });
}

function show(session: Session, index: number, { labelId, predictionId, iou }: Difference): void {
  const { frameIndex } = session.store.getState();
  const look = (): void => {
    session.select(predictionId === undefined ? labelId : undefined);
    if (predictionId !== undefined) session.suggestions.focus(predictionId, "step");
    else session.requestView("focus-selection");
  };
  const track = labelId === undefined ? undefined : session.document.get(labelId);
  const name = track?.kind === "track" ? track.name : "";
  if (iou !== undefined)
    session.notify({ message: "notice.difference-overlap", params: { name, iou: iou.toFixed(2) } });
  else if (labelId !== undefined) session.notify({ message: "notice.difference-label", params: { name } });
  else session.notify({ message: "notice.difference-prediction" });
  if (index === frameIndex) return look();
  session.goTo(index);
  if (session.store.getState().frame?.index === index) return look();
  const unsubscribe = session.store.subscribe(({ frame, frameIndex: wanted }) => {
    if (wanted === index && frame?.index !== index) return;
    unsubscribe();
    if (wanted === index) look();
  });
}
