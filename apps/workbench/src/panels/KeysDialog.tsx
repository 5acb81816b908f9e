import { assignKey, keyPresetIds, resetKeys, usualKeys, type KeyPresetId } from "@sweepmark/editor";
import { Keyboard } from "lucide-react";
import { useState } from "react";
import { actions, actionTitle, type AppAction } from "../app/actions.ts";
import { useApp, useAppState } from "../app/context.ts";
import { saveFile } from "../app/export.ts";
import { habitsText, mouseHabits, parseHabits } from "../app/key-settings.ts";
import { chordText, keymap, keysOf, setHabits, setKeys, setMouse, useKeymap } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Select } from "../ui/Select.tsx";
import { actionGroups } from "./HelpDialog.tsx";
import { KeyRow, type KeyEdit } from "./KeyRow.tsx";
import styles from "./KeysDialog.module.css";

/** The keymap: a preset, the mouse, and every action with its chords to press anew. */
export function KeysDialog() {
  const app = useApp();
  const { t } = useText();
  const open = useAppState((state) => state.dialog === "keys");
  return (
    <Dialog
      open={open}
      onClose={() => app.showDialog(undefined)}
      title={t("keymap.title")}
      subtitle={t("keymap.subtitle")}
      icon={<Keyboard size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={720}
    >
      {open ? <Content /> : null}
    </Dialog>
  );
}

function Content() {
  const app = useApp();
  const { t } = useText();
  const settings = useKeymap((state) => state.keys);
  const mouse = useKeymap((state) => state.mouse);
  const [query, setQuery] = useState("");
  const [edit, setEdit] = useState<KeyEdit>();
  const shown = actions.filter((action) =>
    matches(query, [actionTitle(action, app), ...keysOf(action).map(chordText)]),
  );

  const press = (action: AppAction, chord: string, replaced: string | undefined): void => {
    const result = assignKey(actions, settings, action.id, chord, replaced);
    if (result.kind === "set") setKeys(result.settings);
    setEdit(result.kind === "set" ? undefined : { id: action.id, replaced, chord, result });
  };

  return (
    <>
      <div className={styles.bar}>
        <div className={styles.preset}>
          <span className={styles.label}>{t("keymap.preset")}</span>
          <Select
            label={t("keymap.preset")}
            value={settings.preset}
            choices={keyPresetIds.map((value) => ({ value, text: t(`keymap.preset.${value}`) }))}
            onChange={(preset: KeyPresetId) => setKeys({ ...settings, preset })}
          />
        </div>
        <div className={styles.preset}>
          <span className={styles.label}>{t("keymap.mouse")}</span>
          <Segmented
            label={t("keymap.mouse")}
            value={mouse}
            choices={mouseHabits.map((value) => ({ value, text: t(`keymap.mouse.${value}`) }))}
            onChange={setMouse}
          />
        </div>
        <input
          className={styles.search}
          type="search"
          aria-label={t("keymap.search")}
          placeholder={t("keymap.search")}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <p className={styles.note}>{t(`keymap.note.${settings.preset}`)}</p>
      <div className={styles.list} data-testid="keymap">
        {actionGroups.map((group) => {
          const items = shown.filter((action) => action.group === group);
          return items.length === 0 ? null : (
            <section key={group}>
              <h3 className={styles.group}>{t(`group.${group}`)}</h3>
              {items.map((action) => (
                <KeyRow
                  key={action.id}
                  action={action}
                  edit={edit?.id === action.id ? edit : undefined}
                  onEdit={setEdit}
                  onPress={(chord, replaced) => press(action, chord, replaced)}
                />
              ))}
            </section>
          );
        })}
        {shown.length === 0 ? <p className={styles.empty}>{t("keymap.none", { query })}</p> : null}
      </div>
      <Foot onReset={() => setEdit(undefined)} />
    </>
  );
}

const matches = (query: string, texts: readonly string[]): boolean => {
  const wanted = query.trim().toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(wanted));
};

/** Reset, and the keymap as a file. */
function Foot({ onReset }: { readonly onReset: () => void }) {
  const { t } = useText();
  const settings = useKeymap((state) => state.keys);
  const changed = Object.keys(settings.own).length;
  const [problem, setProblem] = useState<string>();
  const read = async (file: File): Promise<void> => {
    const parsed = parseHabits(await file.text());
    if (parsed.kind === "habits") setHabits(parsed.habits);
    setProblem(parsed.kind === "habits" ? undefined : t("keymap.notRead", { name: file.name, reason: parsed.message }));
  };
  const choose = (): void => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".json,application/json";
    input.addEventListener("change", () => {
      const file = input.files?.item(0);
      if (file) void read(file);
    });
    input.click();
  };
  const save = (): void =>
    saveFile({ name: "sweepmark.keys.json", bytes: new TextEncoder().encode(habitsText(keymap.getState())) });
  return (
    <footer className={styles.foot}>
      <span className={problem === undefined ? styles.dim : styles.problem} role="status">
        {problem ?? (changed === 0 ? t("keymap.unchanged") : t("keymap.changed", { count: changed }))}
      </span>
      <Button size="dialog" variant="ghost" onClick={choose}>
        {t("keymap.import")}
      </Button>
      <Button size="dialog" variant="ghost" onClick={save}>
        {t("keymap.export")}
      </Button>
      <Button
        size="dialog"
        disabled={changed === 0 && settings.preset === usualKeys.preset}
        onClick={() => {
          onReset();
          setKeys(changed === 0 ? usualKeys : resetKeys(settings));
        }}
      >
        {t(changed === 0 ? "keymap.toSweepmark" : "keymap.resetAll")}
      </Button>
    </footer>
  );
}
