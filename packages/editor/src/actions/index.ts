import type { SessionAction } from "../session-types.ts";
import { editActions } from "./edit.ts";
import { labelActions } from "./label.ts";
import { propagateActions } from "./propagate.ts";
import { playbackActions } from "./playback.ts";
import { trackActions } from "./track.ts";
import { viewActions } from "./view.ts";

/** Everything that a person can do to a session, in the order of menus. */
export const sessionActions: readonly SessionAction[] = [
  ...editActions,
  ...trackActions,
  ...propagateActions,
  ...labelActions,
  ...playbackActions,
  ...viewActions,
];

export { pointSizeRange, usualClip } from "./view.ts";
export { rates } from "./playback.ts";
