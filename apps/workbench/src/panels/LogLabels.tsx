import { copyLogLabels, logLabelTopics, type CopyScope } from "@sweepmark/editor";
import { Copy, Eye, EyeOff, TriangleAlert } from "lucide-react";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { formatCount } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { Menu, type MenuEntry } from "../ui/Menu.tsx";
import { Tip } from "../ui/Tip.tsx";
import styles from "./LogLabels.module.css";

/** Topics of labels that the log itself carries: how many objects are in this frame, and whether they are drawn. */
export function LogLabels() {
  const { t } = useText();
  const { session } = useWorkspace();
  const frame = useSessionState((state) => state.frame);
  const hiddenTopics = useSessionState((state) => state.hiddenLogTopics);
  const readOnly = useSessionState((state) => state.readOnly !== undefined);
  const topics = logLabelTopics(session, "all");
  if (topics.length === 0) return null;
  return (
    <section className={styles.section} aria-label={t("logLabels.title")}>
      <div className={styles.head}>{t("logLabels.title")}</div>
      {topics.map((topic) => {
        const layer = frame?.labels.find((candidate) => candidate.topic === topic);
        const count = layer ? layer.cuboids.length + layer.lines.length : 0;
        const hidden = hiddenTopics.has(topic);
        const problem = layer?.problems[0];
        return (
          <div key={topic} className={cx(styles.row, hidden && styles.dim)} data-log-topic={topic}>
            <span className={styles.topic} title={topic}>
              {topic}
            </span>
            {problem && (
              <span className={styles.problem} title={problem.message}>
                <TriangleAlert size={14} strokeWidth={1.5} aria-label={problem.message} />
              </span>
            )}
            <span className={styles.count}>{formatCount(count)}</span>
            {readOnly ? null : <CopyMenu topic={topic} />}
            <button
              type="button"
              className={styles.eye}
              aria-label={t(hidden ? "objects.show" : "objects.hide", { name: topic })}
              aria-pressed={!hidden}
              onClick={() => session.setLogTopicHidden(topic, hidden ? "shown" : "hidden")}
            >
              {hidden ? <EyeOff size={14} strokeWidth={1.5} /> : <Eye size={14} strokeWidth={1.5} />}
            </button>
          </div>
        );
      })}
    </section>
  );
}

/** Copies what a topic says into the labels: of the shown frame, or of all. */
function CopyMenu({ topic }: { readonly topic: string }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const entry = (scope: CopyScope, text: string): MenuEntry => ({
    kind: "item",
    id: scope,
    text,
    run: () => void copyLogLabels(session, [topic], scope),
  });
  return (
    <Menu
      trigger={
        <Tip text={t("logLabels.copyTip")} side="top">
          <button type="button" className={styles.eye} aria-label={t("logLabels.copy", { topic })}>
            <Copy size={14} strokeWidth={1.5} />
          </button>
        </Tip>
      }
      entries={() => [entry("frame", t("logLabels.copyFrame")), entry("all", t("logLabels.copyAll"))]}
    />
  );
}
