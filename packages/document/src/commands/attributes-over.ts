import type { TimestampNs } from "@sweepmark/geometry";
import type { AttributeValue, Keyframe, RecordId } from "@sweepmark/schema";
import { created, replaced, squash } from "../changes.ts";
import { withDraft } from "../draft.ts";
import { trackAt } from "../moment.ts";
import type { Change, Command, DocumentReader } from "../types.ts";
import { keyframeAt, named, newKeyframe, putKeyframe, trackOf } from "./common.ts";

/** A stretch of time: from (inclusive) until (exclusive; undefined: for good). */
export interface Stretch {
  readonly from: TimestampNs;
  readonly until?: TimestampNs;
}

export interface SetAttributeOverArgs {
  readonly trackId: RecordId;
  readonly id: string;
  readonly value: AttributeValue;
  /** In time, apart from each other. */
  readonly stretches: readonly Stretch[];
}

/** Says an attribute over stretches of time and leaves it as it was outside of them (rule 34). */
export const setAttributeOver: Command<SetAttributeOverArgs> = {
  id: "keyframe.setAttributeOver",
  label: (document, { trackId, id }) => named("edit.setAttributeOver", document, trackId, { attribute: id }),
  plan(document, { trackId, id, value, stretches }) {
    const track = trackOf(document, trackId);
    if (!track || track.static) return [];
    let changes: readonly Change[] = [];
    for (const stretch of stretches)
      changes = squash(changes, planStretch(withDraft(document, changes), trackId, id, value, stretch));
    return changes;
  },
};

function planStretch(
  document: DocumentReader,
  trackId: RecordId,
  id: string,
  value: AttributeValue,
  { from, until }: Stretch,
): readonly Change[] {
  const changes = new Map<RecordId, Change>();
  const inside = ({ at }: Keyframe): boolean => at >= from && (until === undefined || at < until);
  // What holds after it is looked up before anything is said.
  const after = until === undefined ? undefined : trackAt(document, trackId, until);
  const start = sayAt(document, trackId, from, id, value);
  if (start) changes.set(start.id, start);
  let first = start !== undefined || trackAt(document, trackId, from)?.attributes[id] === value;
  for (const keyframe of document.keyframes(trackId).filter(inside)) {
    // Where the track is absent at first, its first keyframe says it.
    const says = keyframe.attributes[id] !== undefined ? keyframe.attributes[id] !== value : !first && keyframe.cuboid;
    if (says && !changes.has(keyframe.id))
      changes.set(
        keyframe.id,
        replaced(keyframe, { ...keyframe, attributes: { ...keyframe.attributes, [id]: value } }),
      );
    first ||= keyframe.cuboid !== null;
  }
  const before = after?.attributes[id];
  if (until !== undefined && before !== undefined && before !== value) {
    const back = sayAt(withDraft(document, [...changes.values()]), trackId, until, id, before);
    if (back) changes.set(back.id, back);
  }
  return [...changes.values()];
}

/** Undefined where the track is absent, or it already is so there. */
function sayAt(
  document: DocumentReader,
  trackId: RecordId,
  at: TimestampNs,
  id: string,
  value: AttributeValue,
): Change | undefined {
  const moment = trackAt(document, trackId, at);
  if (!moment || moment.attributes[id] === value) return undefined;
  const here = keyframeAt(document, trackId, at);
  if (here) return replaced(here, { ...here, attributes: { ...here.attributes, [id]: value } });
  const said = { ...newKeyframe(trackId, at, moment.cuboid, { attributes: { [id]: value } }), source: moment.source };
  const change = putKeyframe(document, said);
  return change.after ? created(change.after) : undefined;
}
