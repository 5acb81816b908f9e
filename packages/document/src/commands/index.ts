import { setAttributeOver } from "./attributes-over.ts";
import { createTrack, flipHeading, setCuboid } from "./cuboid.ts";
import { setEgoCorrection, switchEgoCorrection } from "./ego-correction.ts";
import { importRecords } from "./import.ts";
import {
  deleteAfter,
  deleteBefore,
  deleteKeyframe,
  endTrack,
  moveKeyframe,
  resumeTrack,
  setKeyframeAttribute,
  toggleKeyframe,
} from "./keyframes.ts";
import {
  createLaneBoundary,
  deleteLaneBoundary,
  deleteVertex,
  insertVertex,
  moveVertex,
  renameLane,
  setLaneClass,
  setLanePoints,
} from "./lanes.ts";
import { copyLogLabels } from "./log-labels.ts";
import { copyToFrame, headingFromMotion } from "./motion.ts";
import { setOntology } from "./ontology.ts";
import { deleteKeyframes, headingOver, interpolateBetween, setCuboids } from "./over-times.ts";
import { acceptTrack, proposeKeyframes } from "./proposals.ts";
import { setShape } from "./shape.ts";
import { mergeTracks, splitTrack, useSize } from "./split-merge.ts";
import { acceptSuggestions } from "./suggestions.ts";
import {
  deleteTrack,
  renameTrack,
  setBeyond,
  setClass,
  setInterpolation,
  setRigid,
  setStatic,
  setTrackAttribute,
} from "./tracks.ts";

export * from "./cuboid.ts";
export {
  mergeable,
  setEgoCorrection,
  switchEgoCorrection,
  type SetEgoCorrectionArgs,
  type SwitchEgoCorrectionArgs,
} from "./ego-correction.ts";
export * from "./import.ts";
export * from "./keyframes.ts";
export { completeOntology, setOntology, type SetOntologyArgs } from "./ontology.ts";
export * from "./over-times.ts";
export * from "./proposals.ts";
export * from "./lanes.ts";
export {
  copiedTrackId,
  copyLogLabels,
  planLogLabels,
  type CarriedCuboid,
  type CarriedLabels,
  type CopyLogLabelsArgs,
  type LogLabelsCopy,
} from "./log-labels.ts";
export * from "./motion.ts";
export * from "./shape.ts";
export * from "./split-merge.ts";
export * from "./suggestions.ts";
export * from "./attributes-over.ts";
export * from "./tracks.ts";
export { editMessages } from "./messages.ts";

/** Every command on labels. A record that is not there plans nothing; so does an edit that changes nothing. */
export const commands = [
  createTrack,
  setCuboid,
  flipHeading,
  toggleKeyframe,
  deleteKeyframe,
  moveKeyframe,
  endTrack,
  resumeTrack,
  deleteBefore,
  deleteAfter,
  setKeyframeAttribute,
  deleteTrack,
  setClass,
  renameTrack,
  setTrackAttribute,
  setRigid,
  setStatic,
  setInterpolation,
  setBeyond,
  headingFromMotion,
  copyToFrame,
  splitTrack,
  mergeTracks,
  useSize,
  setShape,
  setAttributeOver,
  createLaneBoundary,
  setLanePoints,
  insertVertex,
  moveVertex,
  deleteVertex,
  deleteLaneBoundary,
  setLaneClass,
  renameLane,
  setEgoCorrection,
  switchEgoCorrection,
  importRecords,
  copyLogLabels,
  proposeKeyframes,
  acceptTrack,
  setOntology,
  setCuboids,
  headingOver,
  deleteKeyframes,
  interpolateBetween,
  acceptSuggestions,
] as const;
