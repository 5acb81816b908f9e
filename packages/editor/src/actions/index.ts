import type { SessionAction } from "../session-types.ts";
import { alsoInBatch, batchActions } from "./batch.ts";
import { editActions } from "./edit.ts";
import { labelActions } from "./label.ts";
import { propagateActions } from "./propagate.ts";
import { playbackActions } from "./playback.ts";
import { suggestActions } from "./suggest.ts";
import { trackActions } from "./track.ts";
import { viewActions } from "./view.ts";

const all: readonly SessionAction[] = [
  ...editActions,
  ...trackActions,
  ...propagateActions,
  ...batchActions,
  ...labelActions,
  ...suggestActions,
  ...playbackActions,
  ...viewActions,
];

/** Everything that a person can do to a session, in the order of menus. */
export const sessionActions: readonly SessionAction[] = all.map(alsoInBatch);

export { pointSizeRange, usualClip } from "./view.ts";
export { rates } from "./playback.ts";
