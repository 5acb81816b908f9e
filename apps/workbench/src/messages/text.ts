import { editMessages, type Label } from "@sweepmark/document";
import { editorMessages } from "@sweepmark/editor";
import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { viewportMessages } from "@sweepmark/viewport";
import en from "./en.json" with { type: "json" };

/** A key of the workbench's own catalog; of a plural its base, which `count` completes. */
export type MessageKey = Base<keyof typeof en>;
type Base<Key extends string> = Key extends `${infer Stem}_${"one" | "other"}` ? Stem : Key;
export type Params = Readonly<Record<string, string | number>>;

/** What a component says things with. */
export interface Text {
  /** A text of the workbench's catalog. */
  t(key: MessageKey, params?: Params): string;
  /** A message named by a package below: a transaction, a job, an action's title. */
  label(label: Label): string;
  /** A message key that only exists at run time (action titles, key hints). */
  named(key: string, params?: Params): string;
  /** The text of `key`, or `fallback` where the catalog has none. */
  either(key: string, fallback: string, params?: Params): string;
}

const catalog = { ...editMessages, ...editorMessages, ...viewportMessages, ...en };

/** Sets up the catalog; synchronous, since the texts are part of the build. */
export function startMessages(): void {
  void i18next.init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: catalog } },
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

/** Texts without parameters, found once: panels ask for some hundred of them with every frame. */
const plain = new Map<string, string>();
i18next.on("languageChanged", () => plain.clear());

function translate(key: string, params?: Params): string {
  if (params) return i18next.t(key, { ...params });
  let found = plain.get(key);
  if (found === undefined) {
    found = i18next.t(key);
    // Before the catalog is there a key stands for itself.
    if (i18next.isInitialized) plain.set(key, found);
  }
  return found;
}

export const text: Text = {
  t: (key, params) => translate(key, params),
  label: ({ message, params }) => translate(message, params),
  named: translate,
  either: (key, fallback, params) => (i18next.exists(key) ? translate(key, params) : fallback),
};

const listeners = new Set<() => void>();
let serial = 0;

/** Key names are words, too: the keymap says when they have changed. */
export function wordsChanged(): void {
  serial++;
  for (const listener of listeners) listener();
}
i18next.on("languageChanged", wordsChanged);

const onWords = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** {@link text}, and a new render when the language or the keys in force change. */
export function useText(): Text {
  useSyncExternalStore(onWords, () => serial);
  return text;
}
