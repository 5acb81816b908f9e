export * from "./types.ts";
export * from "./session-types.ts";
export {
  accumulationPresets,
  cloudColorModes,
  type AccumulationSettings,
  type AccumulationState,
  type CloudColorMode,
} from "./accumulation.ts";
export { createSession } from "./session.ts";
export type { SessionJournal, SessionOptions } from "./session-options.ts";
export { usualMemoryBytes, type Memory, type MemoryUse } from "./memory.ts";
export { reopenableLog, type ReopenableLog } from "./reopenable-log.ts";
export { copyLogLabels, logLabelTopics, type CopyScope } from "./copy-log-labels.ts";
export { showPredictions, predictionsOf, type PredictedTracks, type Predictions } from "./predictions.ts";
export { differencesOf, type Difference } from "./differences.ts";
export type { Dismissal } from "./dismissals.ts";
export { suggestThrough, type SuggestRange } from "./suggest-through.ts";
export type { Suggestions, SuggestionsState } from "./suggestions.ts";
export { proposeHere, type ProposeBar } from "./propose-frame.ts";
export { realSchedule, type Schedule } from "./schedule.ts";
export { describeKeys, matchesKeys, matchKey, type KeyPress, type Platform } from "./keymap.ts";
export { chordOf, chordRefusal, chordsCollide, isChord } from "./keys/chords.ts";
export {
  assignKey,
  hasOwnKeys,
  keysInForce,
  removeKey,
  resetKeys,
  standingFor,
  usualKeys,
  type Assignment,
  type KeySettings,
  type Keyed,
} from "./keys/bindings.ts";
export { keyPresets, keyPresetIds, type KeyPresetId } from "./keys/presets.ts";
export {
  chosenByClick,
  sidesOfTile,
  sizeTile,
  tileKind,
  tilesOf,
  type BatchState,
  type Tile,
  type TileKind,
  type TileSides,
  type TileSize,
} from "./batch.ts";
export { isDoubtful } from "./doubt.ts";
export { yawRingRadius } from "./handles.ts";
export { orthoAxes, orthoDepth, orthoExtent, orthoRay, orthoYaw, type OrthoSide } from "./ortho.ts";
export { focusedCuboid, focusM, hiddenNow } from "./focus.ts";
export { facePullable } from "./tools/picking.ts";
export { tools, type AnyTool } from "./tools/index.ts";
export { pointSizeRange, rates, sessionActions, usualClip } from "./actions/index.ts";
export { editorMessages } from "./messages.ts";
export { parseFrameRanges, rangesOf, type FrameRange, type FrameRanges } from "./frame-ranges.ts";
export { hasEgoMotion } from "./ego-motion.ts";
export { sceneInfoOf } from "./scene-info.ts";
export { smearOfTrack } from "./smear-track.ts";
export { correctEgoPose, summaryOf, type EgoSummary } from "./correct-ego.ts";
export { estimateTrack } from "./estimate-track.ts";
export { propagateTrack, type PropagateWay } from "./propagate-track.ts";
export { framesShowing, type ShownIn } from "./best-frame.ts";
