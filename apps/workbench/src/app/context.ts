import type { SessionState } from "@sweepmark/editor";
import type { Ontology } from "@sweepmark/schema";
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { App, AppState } from "./app.ts";
import type { Workspace } from "./workspace.ts";

export const AppContext = createContext<App | undefined>(undefined);
export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("outside the app");
  return app;
}

export const useAppState = <Value>(selector: (state: AppState) => Value): Value => useStore(useApp().store, selector);

/** The open log; only inside the panels. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error("no log is open");
  return workspace;
}

/** The ontology with its edits; renders again when it is another. */
export function useOntology(): Ontology {
  const { session } = useWorkspace();
  return useStore(session.store, () => session.document.ontology);
}

/** A piece of the session's state; renders again only when the selected value changes (Object.is). */
export const useSessionState = <Value>(selector: (state: SessionState) => Value): Value =>
  useStore(useWorkspace().session.store, selector);
