import type { TimestampNs } from "@sweepmark/geometry";
import { keyframeId, type Keyframe, type Track } from "@sweepmark/schema";
import { created } from "../changes.ts";
import { createDocument } from "../document.ts";
import { trackAt } from "../moment.ts";
import type { Command, DocumentReader, Label } from "../types.ts";
import { naming, newKeyframe } from "./common.ts";

/** A track that a machine suggests. Nothing of it is a label until a person accepts it. */
export interface Suggestion {
  readonly track: Track;
  /** Of the track, in time order, said by an algorithm or a model. */
  readonly keyframes: readonly Keyframe[];
}

export interface AcceptSuggestionsArgs {
  readonly suggestions: readonly Suggestion[];
  /** The time at which they were looked at: what they say there is said by a person from now on. Undefined: nobody did. */
  readonly at?: TimestampNs;
}

const unknownTo = (document: DocumentReader, { suggestions }: AcceptSuggestionsArgs): readonly Suggestion[] =>
  suggestions.filter(({ track }) => !document.get(track.id) && document.keyframes(track.id).length === 0);

/**
 * Makes tracks of suggestions, with names as new tracks have them. Where a person has seen them, the pose is a person's; at all
 * other times it stays the machine's, with its confidence (rule 43). What is a track already stays as it is.
 */
export const acceptSuggestions: Command<AcceptSuggestionsArgs> = {
  id: "suggestions.accept",
  label(document, args): Label {
    const accepted = unknownTo(document, args);
    return accepted.length === 1
      ? { message: "edit.acceptSuggestion", params: { name: naming(document)(accepted[0].track.classId) } }
      : { message: "edit.acceptSuggestions", params: { count: accepted.length } };
  },
  plan(document, args) {
    const name = naming(document);
    return unknownTo(document, args).flatMap(({ track, keyframes }) => [
      created({ ...track, name: name(track.classId) }),
      ...saidAt(document, { track, keyframes }, args.at).map(created),
    ]);
  },
};

/** The keyframes, with that at a time said by a person; one more where the track lies between two there. */
function saidAt(
  { ontology }: DocumentReader,
  { track, keyframes }: Suggestion,
  at: TimestampNs | undefined,
): readonly Keyframe[] {
  if (at === undefined) return keyframes;
  // Its one pose was seen, whichever frame it was said at.
  if (track.static)
    return keyframes.map((keyframe) =>
      newKeyframe(track.id, keyframe.at, keyframe.cuboid, { attributes: keyframe.attributes }),
    );
  const here = trackAt(createDocument(ontology, [track, ...keyframes]), track.id, at);
  if (here?.state !== "keyframe" && here?.state !== "interpolated") return keyframes;
  const id = keyframeId(track.id, at);
  const said = keyframes.find((keyframe) => keyframe.id === id);
  const seen = newKeyframe(track.id, at, here.cuboid, { attributes: said?.attributes ?? {} });
  return [...keyframes.filter((keyframe) => keyframe.id !== id), seen];
}
