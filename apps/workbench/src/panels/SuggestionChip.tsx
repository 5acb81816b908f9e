import { Check, CheckCheck, ChevronLeft, ChevronRight, Route, Sparkles, X } from "lucide-react";
import type { ReactNode } from "react";
import { actionOf, actionTitle } from "../app/actions.ts";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { Select } from "../ui/Select.tsx";
import { Tip } from "../ui/Tip.tsx";
import hud from "./Hud.module.css";
import styles from "./SuggestionChip.module.css";

const bars = [0.2, 0.35, 0.5, 0.7, 0.9] as const;

/** What machines suggest in this frame: asked for, stepped through, taken or left, surer than a bar. */
export function SuggestionChip() {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const { here, focusedId, count, sureCount, least } = useSessionState((state) => state.suggestions);
  const ask = actionOf("suggest.here");
  const index = here.findIndex(({ track }) => track.id === focusedId);
  return (
    <div className={cx(hud.chip, styles.chip)} role="group" aria-label={t("suggest.name")}>
      <Tip text={actionTitle(ask, app)} keys={actionKeys(ask)}>
        <button type="button" className={styles.ask} onClick={() => ask.run(app)}>
          <Sparkles size={14} strokeWidth={1.5} />
          {t("suggest.short")}
          {count === 0 ? <span className={hud.key}>{actionKeys(ask)}</span> : null}
        </button>
      </Tip>
      <Step id="suggest.through" icon={<Route size={14} strokeWidth={1.5} />} />
      {count === 0 ? null : (
        <>
          <Step id="suggest.previous" icon={<ChevronLeft size={14} strokeWidth={1.5} />} />
          <b className={styles.count} aria-live="polite">
            {index < 0 ? here.length : t("suggest.which", { index: index + 1, count: here.length })}
          </b>
          <Step id="suggest.next" icon={<ChevronRight size={14} strokeWidth={1.5} />} />
          <Step id="edit.confirm" icon={<Check size={14} strokeWidth={1.5} />} />
          <Step id="suggest.dismiss" icon={<X size={14} strokeWidth={1.5} />} />
          <Step id="suggest.acceptAll" text={t("suggest.all")} />
          {sureCount > here.length ? (
            <Step id="suggest.acceptSure" icon={<CheckCheck size={14} strokeWidth={1.5} />} />
          ) : null}
          <Select
            look="hud"
            label={t("suggest.least")}
            value={String(least)}
            choices={bars.map((bar) => ({ value: String(bar), text: `≥ ${formatFixed(bar, 2)}` }))}
            onChange={(value) => session.suggestions.setLeast(Number(value))}
          />
        </>
      )}
    </div>
  );
}

function Step({ id, icon, text }: { readonly id: string; readonly icon?: ReactNode; readonly text?: string }) {
  const app = useApp();
  const action = actionOf(id);
  const enabled = useSessionState(() => action.enabled?.(app) ?? true);
  return (
    <Tip text={actionTitle(action, app)} keys={actionKeys(action)}>
      <button
        type="button"
        className={styles.step}
        aria-label={actionTitle(action, app)}
        disabled={!enabled}
        onClick={() => action.run(app)}
      >
        {icon ?? text}
      </button>
    </Tip>
  );
}
