import { useSessionState, useWorkspace } from "../app/context.ts";
import { InspectorEmpty } from "./InspectorEmpty.tsx";
import { LaneInspector } from "./LaneInspector.tsx";
import { TrackInspector } from "./TrackInspector.tsx";

/** What is selected, in fixed rows: nothing moves under the hand when the selection changes (ui.md §1). */
export function Inspector() {
  const { session } = useWorkspace();
  const selectedId = useSessionState((state) => state.selectedId);
  useSessionState((state) => state.revision);
  const record = selectedId === undefined ? undefined : session.document.get(selectedId);
  if (record?.kind === "track") return <TrackInspector key={record.id} track={record} />;
  if (record?.kind === "lane-boundary") return <LaneInspector key={record.id} lane={record} />;
  return <InspectorEmpty />;
}
