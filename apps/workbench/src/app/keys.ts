import { matchKey } from "@sweepmark/editor";
import type { App } from "./app.ts";
import { keymap } from "./keymap.ts";

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.tagName === "TEXTAREA" ||
    target.tagName === "SELECT" ||
    (target.tagName === "INPUT" && (target as HTMLInputElement).type !== "range"));

/** Keys that a focused widget of these roles means for itself. The object list prevents the ones that it uses. */
const widgetKeys = new Set(["Enter", "Space", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "Tab"]);
const widgets = "[role=menu],[role=menuitem],[role=radiogroup],[role=slider],[role=tablist]";

const belongsToWidget = (event: KeyboardEvent): boolean => {
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  if (!target || !widgetKeys.has(event.code) || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (target.closest(widgets)) return true;
  return (event.code === "Enter" || event.code === "Space") && target.closest("button,a,input") !== null;
};

/** The one listener: press → action. Nothing fires while a person types, composes, or is in a dialog. */
export function listenForKeys(app: App): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const { dialog, largeCameraId } = app.store.getState();
    if (
      event.defaultPrevented ||
      dialog !== undefined ||
      document.querySelector("[role=menu],[role=listbox][data-open]")
    )
      return;
    const action = matchKey(keymap.getState().actions, {
      code: event.code,
      key: event.key,
      ctrlKey: event.ctrlKey,
      metaKey: event.metaKey,
      shiftKey: event.shiftKey,
      altKey: event.altKey,
      isComposing: event.isComposing || event.keyCode === 229,
      // Chords with Ctrl that type nothing work from inside a field too: the palette, open, export.
      editable: takesText(event.target) && !(event.ctrlKey || event.metaKey || event.code === "F1"),
    });
    if (largeCameraId !== undefined && event.code === "Escape" && !takesText(event.target) && !app.session?.inGesture) {
      event.preventDefault();
      app.enlarge(undefined);
      return;
    }
    if (!action || belongsToWidget(event)) return;
    if (takesText(event.target) && isTextEdit(event)) return;
    if (action.enabled && !action.enabled(app)) {
      // Ours, but not now: the browser's own meaning (Tab, Ctrl+O) would be a surprise.
      if (event.ctrlKey || event.metaKey) event.preventDefault();
      return;
    }
    event.preventDefault();
    action.run(app);
  };
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}

/** Ctrl+Z, Ctrl+A and the like mean the text while a field has the keyboard. */
const isTextEdit = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey) && ["a", "c", "v", "x", "y", "z"].includes(event.key.toLowerCase());
