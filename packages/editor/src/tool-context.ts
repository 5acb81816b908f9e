import { groundOf, groundOfCloud, groundUnderCloud, groundUnderRay, objectPointUnderRay } from "@sweepmark/assist";
import { trackAt, type DocumentReader, type Moment } from "@sweepmark/document";
import { newLaneBoundaryId, newTrackId } from "@sweepmark/schema";
import { fittingFrame } from "./fitting.ts";
import { hiddenNow } from "./focus.ts";
import type { SessionState } from "./session-types.ts";
import type { ToolContext, ToolEvent } from "./types.ts";

/**
 * What tools may look at: the labels as committed, without the draft, since gestures compute from those. The ground is
 * made when first asked for (5–12 ms a frame). Undefined while no frame is shown.
 */
export function toolContext(state: SessionState, document: DocumentReader, moment: Moment): ToolContext | undefined {
  const { frame } = state;
  if (!frame) return undefined;
  // What is on the screen is what is pointed at; it knows the ground where one sweep has no points.
  const { cloud } = state.accumulation;
  return {
    document,
    frame,
    moment,
    selectedId: state.selectedId,
    hiddenIds: hiddenNow(state),
    classId: state.classId,
    laneClassId: state.laneClassId,
    readOnly: state.readOnly !== undefined,
    newTrackId,
    newLaneBoundaryId,
    groundAt: (x, y) => (cloud ? groundOfCloud(cloud, frame) : groundOf(frame)).heightAt(x, y),
    fittingFrame: (track, cuboid) => fittingFrame(state, frame, track, cuboid),
    objectUnder: (event) => objectPointUnderRay(frame, event),
    groundUnder: (event) => (cloud ? groundUnderCloud(cloud, frame, event) : groundUnderRay(frame, event)),
  };
}

/** A parallel view of another frame than the shown one has the selection as it is there, and none of the shown one's points. */
export function contextOf(event: ToolEvent, shown: ToolContext): ToolContext {
  if (!("view" in event) || event.view.kind !== "ortho" || event.at === shown.moment.at) return shown;
  const { document, selectedId, moment } = shown;
  const there = selectedId === undefined ? undefined : trackAt(document, selectedId, event.at);
  return {
    ...shown,
    moment: { ...moment, at: event.at, tracks: there ? [there] : [] },
    fittingFrame: () => undefined,
  };
}
