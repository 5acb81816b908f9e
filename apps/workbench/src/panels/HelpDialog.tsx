import { describeKeys } from "@sweepmark/editor";
import { Keyboard } from "lucide-react";
import { actions, actionTitle, platform, type AppAction } from "../app/actions.ts";
import { useApp, useAppState } from "../app/context.ts";
import { useText } from "../messages/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import styles from "./HelpDialog.module.css";

const groups: readonly AppAction["group"][] = ["playback", "view", "label", "track", "lane", "edit", "file", "app"];

/** Every key, by group, from the registry; and what the mouse does. */
export function HelpDialog() {
  const app = useApp();
  const { t } = useText();
  const open = useAppState((state) => state.dialog === "help");
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
              <span className={styles.gesture}>{t(`help.${gesture}How`)}</span>
            </p>
          ))}
        </section>
        {groups.map((group) => (
          <Group key={group} group={group} />
        ))}
      </div>
    </Dialog>
  );
}

function Group({ group }: { readonly group: AppAction["group"] }) {
  const app = useApp();
  const { t } = useText();
  const items = actions.filter((action) => action.group === group && action.keys.length > 0);
  if (items.length === 0) return null;
  return (
    <section className={styles.group}>
      <h3>{t(`group.${group}`)}</h3>
      {items.map((action) => (
        <p key={action.id} className={styles.row}>
          <span>{actionTitle(action, app)}</span>
          <span className={styles.keys}>
            {action.keys.slice(0, 2).map((keys) => (
              <Kbd key={keys} keys={describeKeys(keys, platform)} />
            ))}
          </span>
        </p>
      ))}
    </section>
  );
}
