import type { TopicInfo } from "@sweepmark/log";
import { Eye, EyeOff } from "lucide-react";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { plainName } from "../messages/names.ts";
import { formatCount, formatMemory } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { memoryWords } from "./memory-words.ts";
import styles from "./Topics.module.css";

/** What is in the log and what Sweepmark does with it. */
export function Topics() {
  const { t } = useText();
  const { session } = useWorkspace();
  useSessionState((state) => state.frame);
  useSessionState((state) => state.buffered);
  const { topics, lidarTopic, referenceTopic, choice } = session.log.info;
  // Of one lidar alone there is nothing to choose.
  const isRead = (topic: string): boolean =>
    choice.companionTopics.length > 0 && (topic === lidarTopic || choice.companionTopics.includes(topic));
  const order: readonly TopicInfo["role"][] = ["lidar", "image", "calibration", "transform", "labels", "fix", "other"];
  const sorted = topics.toSorted(
    (a, b) => order.indexOf(a.role) - order.indexOf(b.role) || a.topic.localeCompare(b.topic),
  );
  return (
    <div className={styles.panel}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t("topics.topic")}</th>
            <th className={styles.right}>{t("topics.messages")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ topic, schemaName, messageEncoding, messageCount, role }) => (
            <tr key={`${topic} ${schemaName}`} className={cx(role === "other" && styles.unused)}>
              <td>
                <div className={styles.topic}>
                  {plainName(topic)}
                  {isRead(topic) ? <Visibility topic={topic} /> : null}
                </div>
                <div className={styles.schema}>
                  {t(`topics.role.${role}`)}
                  {topic === referenceTopic ? ` · ${t("topics.reference")}` : ""} · {plainName(schemaName)} ·{" "}
                  {plainName(messageEncoding)}
                </div>
              </td>
              <td className={styles.right}>{formatCount(messageCount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.memory} data-testid="memory">
        <b>{t("memory.budget", { budget: formatMemory(session.memory.budgetBytes) })}</b>
        <span>{memoryWords(session.memory)}</span>
      </p>
    </div>
  );
}

/** Draws a lidar's points in the 3D view, or not. */
function Visibility({ topic }: { readonly topic: string }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const hidden = useSessionState((state) => state.view.hiddenLidars);
  const isHidden = hidden.has(topic);
  const title = t(isHidden ? "topics.show" : "topics.hide", { topic });
  const toggle = (): void => {
    const next = new Set(hidden);
    if (!next.delete(topic)) next.add(topic);
    session.setView({ hiddenLidars: next });
  };
  const icon = { size: 14, strokeWidth: 1.5 } as const;
  return (
    <Button
      variant="ghost"
      aria-label={title}
      title={title}
      on={!isHidden}
      icon={isHidden ? <EyeOff {...icon} /> : <Eye {...icon} />}
      onClick={toggle}
    />
  );
}
