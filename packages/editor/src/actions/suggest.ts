import { stepDifference } from "../differences.ts";
import { proposeHere } from "../propose-frame.ts";
import { suggestThrough } from "../suggest-through.ts";
import type { Session, SessionAction } from "../session-types.ts";
import { editable, stateOf } from "./common.ts";

const group = "label";
const hasSome = (session: Session): boolean => stateOf(session).suggestions.here.length > 0;
const hasAny = (session: Session): boolean => stateOf(session).suggestions.sureCount > 0;
const shownIds = (session: Session): readonly string[] =>
  stateOf(session).suggestions.here.map(({ track }) => track.id);

/** The suggestion that keys mean, where there is one. */
export const focusedSuggestion = (session: Session): string | undefined => stateOf(session).suggestions.focusedId;

export const suggestActions: readonly SessionAction[] = [
  {
    id: "suggest.here",
    title: "action.suggest.here",
    group,
    keys: ["Shift+KeyF"],
    enabled: (session) => stateOf(session).frame !== undefined,
    run: (session) => void proposeHere(session, "likely"),
  },
  {
    id: "suggest.missed",
    title: "action.suggest.missed",
    group,
    keys: ["Alt+Shift+KeyF"],
    enabled: (session) => stateOf(session).frame !== undefined,
    run: (session) => void proposeHere(session, "missed"),
  },
  ...(
    [
      ["through", "log", ["$mod+Shift+KeyF"]],
      ["around", "around", []],
    ] as const
  ).map(([name, range, keys]): SessionAction => ({
    id: `suggest.${name}`,
    title: `action.suggest.${name}`,
    group,
    keys,
    enabled: (session) => stateOf(session).frame !== undefined,
    run: (session) => void suggestThrough(session, range),
  })),
  {
    id: "suggest.next",
    title: "action.suggest.next",
    group,
    keys: ["Semicolon"],
    repeats: true,
    enabled: hasAny,
    run: (session) => session.suggestions.step(1),
  },
  {
    id: "suggest.previous",
    title: "action.suggest.previous",
    group,
    keys: ["Shift+Semicolon"],
    repeats: true,
    enabled: hasAny,
    run: (session) => session.suggestions.step(-1),
  },
  {
    id: "suggest.acceptAll",
    title: "action.suggest.acceptAll",
    group,
    keys: ["Shift+Enter"],
    enabled: (session) => editable(session) && hasSome(session),
    run: (session) => session.suggestions.accept(shownIds(session)),
  },
  {
    id: "suggest.acceptHere",
    title: "action.suggest.acceptHere",
    group,
    keys: ["Alt+Enter"],
    enabled: (session) => editable(session) && focusedSuggestion(session) !== undefined,
    run(session) {
      const id = focusedSuggestion(session);
      if (id !== undefined) session.suggestions.acceptHere(id);
    },
  },
  {
    id: "suggest.clear",
    title: "action.suggest.clear",
    group,
    keys: [],
    enabled: (session) => stateOf(session).suggestions.count > 0,
    run: ({ suggestions, document }) =>
      suggestions.change({
        remove: suggestions.reader.tracks().flatMap(({ id }) => (document.get(id) ? [] : [id])),
      }),
  },
  ...([1, -1] as const).map((direction): SessionAction => ({
    id: direction > 0 ? "suggest.nextDifference" : "suggest.previousDifference",
    title: direction > 0 ? "action.suggest.nextDifference" : "action.suggest.previousDifference",
    group,
    keys: [direction > 0 ? "Backslash" : "Shift+Backslash"],
    enabled: (session) => stateOf(session).suggestions.count > 0,
    run: (session) => stepDifference(session, direction),
  })),
  {
    id: "suggest.acceptSure",
    title: "action.suggest.acceptSure",
    group,
    keys: ["$mod+Shift+Enter"],
    enabled: (session) => editable(session) && hasAny(session),
    run: (session) => session.suggestions.acceptSure(),
  },
  {
    id: "suggest.dismiss",
    title: "action.suggest.dismiss",
    group,
    keys: ["Quote"],
    enabled: (session) => focusedSuggestion(session) !== undefined,
    run(session) {
      const id = focusedSuggestion(session);
      if (id !== undefined) session.suggestions.dismiss([id]);
    },
  },
  {
    id: "suggest.dismissAll",
    title: "action.suggest.dismissAll",
    group,
    keys: ["Shift+Quote"],
    enabled: hasSome,
    run: (session) => session.suggestions.dismiss(shownIds(session)),
  },
];
