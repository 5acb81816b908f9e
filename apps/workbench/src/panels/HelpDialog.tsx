import { Keyboard } from "lucide-react";
import { actionOf, actions, actionTitle, type AppAction } from "../app/actions.ts";
import { useApp, useAppState } from "../app/context.ts";
import { actionKeys, chordText, keysOf, useKeymap } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import styles from "./HelpDialog.module.css";

/** The groups of actions, in the order that they are listed in. */
export const actionGroups: readonly AppAction["group"][] = [
  "playback",
  "view",
  "label",
  "track",
  "lane",
  "edit",
  "file",
  "app",
];

/** Every key in force, by group; and what the mouse does. */
export function HelpDialog() {
  const app = useApp();
  const { t } = useText();
  const open = useAppState((state) => state.dialog === "help");
  const mouse = useKeymap((state) => state.mouse);
  const change = actionOf("app.keys");
  return (
    <Dialog
      open={open}
      onClose={() => app.showDialog(undefined)}
      title={t("help.title")}
      subtitle={t("help.subtitle")}
      icon={<Keyboard size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={980}
    >
      <div className={styles.columns}>
        <section className={styles.group}>
          <h3>{t("help.mouse")}</h3>
          {(["orbit", "pan", "zoom", "focus", "select", "move"] as const).map((gesture) => (
            <p key={gesture} className={styles.row}>
              <span>{t(`help.${gesture}`)}</span>
              <span className={styles.gesture}>
                {t(
                  mouse === "pan" && (gesture === "orbit" || gesture === "pan")
                    ? `help.${gesture}Other`
                    : `help.${gesture}How`,
                )}
              </span>
            </p>
          ))}
        </section>
        {actionGroups.map((group) => (
          <Group key={group} group={group} />
        ))}
      </div>
      <footer className={styles.foot}>
        <span>{t("help.palette", { key: actionKeys(actionOf("app.palette")) ?? "" })}</span>
        <Button size="dialog" keys={actionKeys(change)} onClick={() => change.run(app)}>
          {t("action.app.keys")}
        </Button>
      </footer>
    </Dialog>
  );
}

function Group({ group }: { readonly group: AppAction["group"] }) {
  const app = useApp();
  const { t } = useText();
  const items = actions.filter((action) => action.group === group && keysOf(action).length > 0);
  if (items.length === 0) return null;
  return (
    <section className={styles.group}>
      <h3>{t(`group.${group}`)}</h3>
      {items.map((action) => (
        <p key={action.id} className={styles.row}>
          <span>{actionTitle(action, app)}</span>
          <span className={styles.keys}>
            {keysOf(action)
              .slice(0, 2)
              .map((chord) => (
                <Kbd key={chord} keys={chordText(chord)} />
              ))}
          </span>
        </p>
      ))}
    </section>
  );
}
