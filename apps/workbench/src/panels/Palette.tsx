import { Command } from "cmdk";
import { CornerDownRight, Search } from "lucide-react";
import { useState } from "react";
import { actions, actionTitle, type AppAction } from "../app/actions.ts";
import { useApp, useAppState } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { text, useText } from "../messages/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import styles from "./Palette.module.css";

/** Every action by name; `@name` selects an object, `:47` goes to a frame. */
export function Palette() {
  const app = useApp();
  const { t } = useText();
  const open = useAppState((state) => state.dialog === "palette");
  const close = (): void => app.showDialog(undefined);
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t("palette.title")}
      closeText={t("dialog.close")}
      width={640}
      look="bare"
    >
      {open ? <Content close={close} /> : null}
    </Dialog>
  );
}

const groups: readonly AppAction["group"][] = ["label", "track", "lane", "edit", "playback", "view", "file", "app"];

function Content({ close }: { readonly close: () => void }) {
  const app = useApp();
  const { t } = useText();
  const [query, setQuery] = useState("");
  const mode = query.startsWith("@") ? "objects" : query.startsWith(":") ? "frame" : "actions";
  const choose = (run: () => void) => () => {
    close();
    // After the dialog gave the keyboard back, so that an action may take it.
    requestAnimationFrame(run);
  };
  const usable = actions.filter((action) => action.id !== "app.palette" && (action.enabled?.(app) ?? true));
  return (
    <Command className={styles.palette} label={t("palette.title")} shouldFilter={mode === "actions"} loop>
      <div className={styles.field}>
        <Search size={16} strokeWidth={1.5} />
        <Command.Input
          value={query}
          onValueChange={setQuery}
          className={styles.input}
          placeholder={t("palette.placeholder")}
        />
        <span className={styles.help}>{t("palette.help")}</span>
      </div>
      <Command.List className={styles.list}>
        <Command.Empty className={styles.empty}>{t("palette.none")}</Command.Empty>
        {mode === "actions"
          ? groups.map((group) => {
              const items = usable.filter((action) => action.group === group);
              return items.length === 0 ? null : (
                <Command.Group key={group} heading={t(`group.${group}`)} className={styles.group}>
                  {items.map((action) => (
                    <ActionItem key={action.id} action={action} onChoose={choose(() => action.run(app))} />
                  ))}
                </Command.Group>
              );
            })
          : null}
        {mode === "objects" ? <ObjectItems query={query.slice(1)} choose={choose} /> : null}
        {mode === "frame" ? <FrameItem query={query.slice(1)} choose={choose} /> : null}
      </Command.List>
      <footer className={styles.foot}>
        <Kbd keys="↑" />
        <Kbd keys="↓" />
        {t("palette.choose")}
        <Kbd keys="Enter" />
        {t("palette.run")}
        <Kbd keys="Esc" />
        {t("palette.leave")}
        <span className={styles.count}>{t("palette.count", { count: usable.length })}</span>
      </footer>
    </Command>
  );
}

function ActionItem({ action, onChoose }: { readonly action: AppAction; readonly onChoose: () => void }) {
  const app = useApp();
  const title = actionTitle(action, app);
  const keys = actionKeys(action);
  return (
    <Command.Item value={`${title} ${action.id}`} keywords={[action.group]} onSelect={onChoose} className={styles.item}>
      <span className={styles.title}>{title}</span>
      {keys ? <Kbd keys={keys} /> : null}
    </Command.Item>
  );
}

interface ItemsProps {
  readonly query: string;
  readonly choose: (run: () => void) => () => void;
}

function ObjectItems({ query, choose }: ItemsProps) {
  const { session } = useApp();
  if (!session) return null;
  const wanted = query.trim().toLowerCase();
  const { document } = session;
  const found = [...document.tracks(), ...document.laneBoundaries()]
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .slice(0, 50);
  return found.map((record) => (
    <Command.Item
      key={record.id}
      value={record.id}
      className={styles.item}
      onSelect={choose(() => {
        session.select(record.id);
        session.requestView("focus-selection");
      })}
    >
      <span className={styles.title}>{record.name}</span>
      <span className={styles.dim}>{record.classId}</span>
    </Command.Item>
  ));
}

function FrameItem({ query, choose }: ItemsProps) {
  const { session } = useApp();
  const last = (session?.store.getState().frames.length ?? 0) - 1;
  if (!session || last < 0 || !/^\d+$/.test(query.trim())) return null;
  const frame = Math.min(last, Number(query));
  return (
    <Command.Item value={`frame ${frame}`} className={styles.item} onSelect={choose(() => session.goTo(frame))}>
      <CornerDownRight size={16} strokeWidth={1.5} />
      <span className={styles.title}>{text.t("palette.goTo", { frame, last })}</span>
    </Command.Item>
  );
}
