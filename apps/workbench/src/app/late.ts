import type { ComponentType } from "react";
import type { DialogName } from "./app.ts";
import { graphicsReady } from "./warm-graphics.ts";

/** A component that comes in its own chunk. `now` is there as soon as it was loaded once: then nothing has to wait. */
export interface Late {
  readonly now: ComponentType | undefined;
  load(): Promise<ComponentType>;
  /** Calls when it was loaded; returns the way to stop. */
  subscribe(listener: () => void): () => void;
}

function late(load: () => Promise<ComponentType>): Late {
  const listeners = new Set<() => void>();
  let asked: Promise<ComponentType> | undefined;
  let now: ComponentType | undefined;
  return {
    get now() {
      return now;
    },
    load() {
      asked ??= load().then(
        (component) => {
          now = component;
          for (const listener of listeners) listener();
          return component;
        },
        (error: unknown) => {
          // Asked again next time: the network may be back.
          asked = undefined;
          throw error;
        },
      );
      return asked;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What opens logs, and a worker for the next one. */
export const opener = { load: async () => (await import("./open.ts")).prepareLogWorker() };

/** The panels with three, the decoders' clients and the dock: most of the program, not needed for the first picture. */
export const workbench = late(async () => {
  const [{ Workbench }, { prepareScene }] = await Promise.all([
    import("../panels/Workbench.tsx"),
    import("@sweepmark/viewport"),
  ]);
  void graphicsReady.then(prepareScene);
  return Workbench;
});

export const dialogs: Readonly<Record<DialogName, Late>> = {
  palette: late(async () => (await import("../panels/Palette.tsx")).Palette),
  help: late(async () => (await import("../panels/HelpDialog.tsx")).HelpDialog),
  keys: late(async () => (await import("../panels/KeysDialog.tsx")).KeysDialog),
  log: late(async () => (await import("../panels/LogDialog.tsx")).LogDialog),
  export: late(async () => (await import("../panels/ExportDialog.tsx")).ExportDialog),
  merge: late(async () => (await import("../panels/MergeDialog.tsx")).MergeDialog),
  ego: late(async () => (await import("../panels/EgoDialog.tsx")).EgoDialog),
  ontology: late(async () => (await import("../panels/ontology/OntologyDialog.tsx")).OntologyDialog),
  attributes: late(async () => (await import("../panels/AttributeDialog.tsx")).AttributeDialog),
};

/** Fetches what was not needed yet, once the page is quiet, so that no key press has to wait for the network. */
export function loadWhenQuiet(parts: readonly { load(): Promise<unknown> }[]): () => void {
  const start = (): void => {
    for (const part of parts) part.load().catch(() => undefined);
  };
  if (typeof requestIdleCallback === "function") {
    const id = requestIdleCallback(start, { timeout: 4000 });
    return () => cancelIdleCallback(id);
  }
  const id = setTimeout(start, 1500);
  return () => clearTimeout(id);
}
