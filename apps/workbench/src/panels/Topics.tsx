import type { TopicInfo } from "@sweepmark/log";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { plainName } from "../messages/names.ts";
import { formatCount, formatMemory } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { memoryWords } from "./memory-words.ts";
import styles from "./Topics.module.css";

/** What is in the log and what Sweepmark does with it. */
export function Topics() {
  const { t } = useText();
  const { session } = useWorkspace();
  useSessionState((state) => state.frame);
  useSessionState((state) => state.buffered);
  const { topics, lidarTopic } = session.log.info;
  const order: readonly TopicInfo["role"][] = ["lidar", "image", "calibration", "transform", "other"];
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
                <div className={styles.topic}>{plainName(topic)}</div>
                <div className={styles.schema}>
                  {t(`topics.role.${role}`)}
                  {topic === lidarTopic ? ` · ${t("topics.reference")}` : ""} · {plainName(schemaName)} ·{" "}
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
