import { ulid } from "ulid";
import type { TimestampNs } from "@sweepmark/geometry";

/** `track:<ulid>`, `keyframe:<track ulid>@<ns>`, `lane-boundary:<ulid>`, `lane:<ulid>`, `ontology`, `scene`. */
export type RecordId = string;

export const newTrackId = (): RecordId => `track:${ulid()}`;
export const newLaneBoundaryId = (): RecordId => `lane-boundary:${ulid()}`;
export const newLaneId = (): RecordId => `lane:${ulid()}`;
export const newTransactionId = (): string => ulid();

/** A keyframe's id is derived, so that one track has at most one keyframe at a time and two people on two never meet. */
export const keyframeId = (trackId: RecordId, at: TimestampNs): RecordId =>
  `keyframe:${trackId.replace(/^track:/, "")}@${at}`;
