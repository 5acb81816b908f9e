export * from "./types.ts";
export { created, deleted, replaced, invert, squash } from "./changes.ts";
export { sameValue } from "./equal.ts";
export { createDocument, DocumentError, type LabelDocument } from "./document.ts";
export { egoCorrectionOf, egoShiftsOf } from "./ego-correction.ts";
export { withDraft } from "./draft.ts";
export { momentAt, trackAt } from "./moment.ts";
export { laneClassUse, ontologyUse, type ClassUse, type Use } from "./ontology-use.ts";
export { ruleNotes, type RuleFacts, type RuleNote } from "./rule-notes.ts";
export { trajectoryOf, type TrajectoryPart } from "./trajectory.ts";
export { extrapolationNs } from "./path.ts";
export { slowestMps, velocityOf } from "./motion.ts";
export {
  createHistory,
  openHistory,
  ReadOnlyError,
  type History,
  type HistoryOptions,
  type HistoryProblem,
} from "./history.ts";
export * from "./commands/index.ts";
export * from "./journal/index.ts";
