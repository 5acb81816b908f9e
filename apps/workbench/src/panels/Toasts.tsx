import { useEffect } from "react";
import { Toaster, toast } from "sonner";
import { actionOf } from "../app/actions.ts";
import { useApp, useAppState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import styles from "./Toasts.module.css";

/** Transactions whose result is easily overlooked or regretted: these are told, with Undo. */
const told = /^edit\.(delete|endTrack|makeStatic|import|flipHeadingAll)/;

/** Notices that answer what was asked; all others say what was not done, or done otherwise. */
const answers = /^notice\.(suggest-through|predictions|difference-\w+|best-frame)$/;

/** Results of a person's own actions, bottom right of the main view (ui.md §8). */
export function Toasts() {
  const theme = useAppState((state) => state.theme);
  useTransactionToasts();
  return (
    <div className={styles.place}>
      <Toaster
        theme={theme}
        position="bottom-right"
        offset={{ bottom: 38, right: 8 }}
        gap={8}
        duration={4000}
        visibleToasts={3}
        toastOptions={{
          unstyled: true,
          classNames: {
            toast: styles.toast,
            title: styles.title,
            description: styles.description,
            actionButton: styles.action,
            error: styles.error,
            warning: styles.warning,
            icon: styles.icon,
            content: styles.content,
          },
        }}
      />
    </div>
  );
}

function useTransactionToasts(): void {
  const app = useApp();
  const { t, label } = useText();
  const { session, history } = useWorkspace();
  useEffect(() => {
    const undo = actionOf("edit.undo");
    const stopHistory = history.subscribe((transaction) => {
      if (transaction.undoes !== undefined || !told.test(transaction.label.message)) return;
      const keys = actionKeys(undo);
      toast.success(label(transaction.label), {
        action: {
          label: keys ? `${t("toast.undo")}  ${keys}` : t("toast.undo"),
          onClick: () => {
            // Only this transaction: something newer may have been done meanwhile.
            if (history.transactions.at(-1)?.id === transaction.id) undo.run(app);
          },
        },
      });
    });
    const stopNotices = session.store.subscribe(({ notice, saveState }, before) => {
      if (notice && notice.serial !== before.notice?.serial) {
        const { message } = notice.label;
        (answers.test(message) ? toast.info : toast.warning)(label(notice.label), { id: message });
      }
      if (saveState.kind === "failed" && before.saveState.kind !== "failed")
        toast.error(t("save.failedTitle", { reason: saveState.reason }), {
          id: "save",
          duration: Number.POSITIVE_INFINITY,
          description: t("save.failedEffect", { count: saveState.pending }),
          action: {
            label: t("save.again"),
            onClick: () => void app.workspace?.journal.settled().catch(() => undefined),
          },
        });
      if (saveState.kind === "saved" && before.saveState.kind === "failed") toast.dismiss("save");
    });
    return () => {
      stopHistory();
      stopNotices();
      toast.dismiss();
    };
  }, [app, session, history, t, label]);
}
