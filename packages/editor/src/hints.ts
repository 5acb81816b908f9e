import type { DocumentReader } from "@sweepmark/document";
import type { RecordId, Track } from "@sweepmark/schema";
import type { BatchState } from "./batch.ts";
import type { AnyTool } from "./tools/index.ts";
import type { KeyHint } from "./types.ts";

const edit = (keys: string, message: string): KeyHint => ({ keys, message });

const nothingSelected: readonly KeyHint[] = [
  edit("KeyN", "hint.draw-cuboid"),
  edit("KeyL", "hint.draw-lane"),
  edit("Tab", "hint.next-object"),
];
const trackSelected = (track: Track): readonly KeyHint[] => [
  edit("KeyW KeyA KeyS KeyD", "hint.move"),
  edit("KeyQ KeyE", "hint.turn"),
  edit("KeyR", "hint.fit"),
  edit("KeyG", "hint.flip"),
  ...(track.static ? [] : [edit("KeyT", "hint.propagate")]),
  edit("KeyK", "hint.keyframe"),
  edit("KeyO", "hint.absent"),
  edit("Delete", "hint.delete-keyframe"),
  edit("Escape", "hint.deselect"),
];
const laneSelected: readonly KeyHint[] = [
  edit("Delete", "hint.delete-lane"),
  edit("KeyZ", "hint.focus"),
  edit("Escape", "hint.deselect"),
];
const vertexSelected: readonly KeyHint[] = [edit("Delete", "hint.delete-vertex"), ...laneSelected.slice(1)];
const allFrames: readonly KeyHint[] = [
  edit("KeyW KeyA KeyS KeyD", "hint.move"),
  edit("KeyQ KeyE", "hint.turn"),
  edit("KeyR", "hint.fit"),
  edit("KeyG", "hint.flip"),
  edit("KeyY", "hint.heading"),
  edit("Alt+KeyI", "hint.interpolate"),
  edit("Shift+KeyK", "hint.accept"),
  edit("Delete", "hint.delete-keyframe"),
  edit("$mod+KeyA", "hint.choose-all"),
  edit("Escape", "hint.close"),
];
const looking: readonly KeyHint[] = [edit("Tab", "hint.next-object"), edit("Escape", "hint.deselect")];

/** The keys that work now: the tool's own inside a gesture or another tool, else those of the selection. */
export function hintsFor(
  tool: AnyTool,
  state: { readonly name: string },
  reader: DocumentReader,
  selection: {
    readonly selectedId: RecordId | undefined;
    readonly selectedVertex: number | undefined;
    readonly readOnly: boolean;
    readonly batch: BatchState | undefined;
  },
): readonly KeyHint[] {
  const own = tool.hint(state);
  if (own.length > 0) return own;
  if (selection.readOnly) return selection.selectedId === undefined ? looking.slice(0, 1) : looking;
  if (selection.batch) return allFrames;
  const record = selection.selectedId === undefined ? undefined : reader.get(selection.selectedId);
  if (record?.kind === "track") return trackSelected(record);
  if (record?.kind === "lane-boundary") return selection.selectedVertex === undefined ? laneSelected : vertexSelected;
  return nothingSelected;
}
