import { editMessages, type Label } from "@sweepmark/document";
import { editorMessages } from "@sweepmark/editor";
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
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
  void i18next.use(initReactI18next).init({
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

const translate = (key: string, params?: Params): string => i18next.t(key, { ...params });

export const text: Text = {
  t: (key, params) => translate(key, params),
  label: ({ message, params }) => translate(message, params),
  named: translate,
  either: (key, fallback, params) => (i18next.exists(key) ? translate(key, params) : fallback),
};

/** {@link text}, and a new render when the language changes. */
export function useText(): Text {
  useTranslation();
  return text;
}
