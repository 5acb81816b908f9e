import type { StoreApi } from "zustand/vanilla";
import type { Session, SessionState } from "./session-types.ts";

export type Settings = Pick<
  Session,
  | "hover"
  | "setHidden"
  | "setLogTopicHidden"
  | "hoverLogLabel"
  | "setClass"
  | "setLaneClass"
  | "setView"
  | "requestView"
  | "notify"
  | "setPointer"
  | "setSaveState"
>;

/** The part of a session that only puts values into the store. */
export function createSettings({ getState: get, setState: set }: StoreApi<SessionState>): Settings {
  return {
    hover: (hoveredId) => set({ hoveredId }),
    setHidden(id, hidden) {
      const hiddenIds = new Set(get().hiddenIds);
      if (hidden === "hidden") hiddenIds.add(id);
      else hiddenIds.delete(id);
      set({ hiddenIds });
    },
    setLogTopicHidden(topic, hidden) {
      const hiddenLogTopics = new Set(get().hiddenLogTopics);
      if (hidden === "hidden") hiddenLogTopics.add(topic);
      else hiddenLogTopics.delete(topic);
      set({ hiddenLogTopics });
    },
    hoverLogLabel(ref) {
      const { hoveredLogLabel: before } = get();
      if (before?.topic !== ref?.topic || before?.id !== ref?.id) set({ hoveredLogLabel: ref });
    },
    setClass: (classId) => set({ classId }),
    setLaneClass: (laneClassId) => set({ laneClassId }),
    setView: (patch) => set({ view: { ...get().view, ...patch } }),
    requestView: (kind) => set({ viewRequest: { kind, serial: get().viewRequest.serial + 1 } }),
    notify: (label) => set({ notice: { label, serial: (get().notice?.serial ?? 0) + 1 } }),
    setPointer: (pointer) => set({ pointer }),
    setSaveState: (saveState) => set({ saveState }),
  };
}
