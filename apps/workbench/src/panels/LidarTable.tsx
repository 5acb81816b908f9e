import type { Lidar, LogInfo } from "@sweepmark/log";
import { formatCount, formatOffset } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import type { LogDraft } from "./log-draft.ts";
import styles from "./LogDialog.module.css";

export interface LogFieldProps {
  readonly info: LogInfo;
  readonly draft: LogDraft;
  readonly onChange: (patch: Partial<LogDraft>) => void;
}

/** Every lidar of the log: which one makes the frames, which others are read, which are deskewed. */
export function LidarTable({ info, draft, onChange }: LogFieldProps) {
  const { t } = useText();
  if (info.lidars.length === 0) return <p className={styles.dim}>{t("log.noLidar")}</p>;
  return (
    <table className={styles.lidars}>
      <thead>
        <tr>
          <th>{t("log.lidar")}</th>
          <th className={styles.right}>{t("log.sweeps")}</th>
          <th className={styles.right}>{t("log.offset")}</th>
          <th className={styles.mark} title={t("log.referenceHelp")}>
            {t("log.reference")}
          </th>
          <th className={styles.mark} title={t("log.readHelp")}>
            {t("log.read")}
          </th>
          <th className={styles.mark} title={t("log.deskewHelp")}>
            {t("log.deskew")}
          </th>
        </tr>
      </thead>
      <tbody>
        {info.lidars.map((lidar) => (
          <Row key={lidar.topic} lidar={lidar} info={info} draft={draft} onChange={onChange} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ lidar, info, draft, onChange }: LogFieldProps & { readonly lidar: Lidar }) {
  const { t } = useText();
  const { topic, frameId, sweepCount, offsetsMs, hasTimes } = lidar;
  const isReference = topic === draft.lidarTopic;
  const isRead = isReference || draft.companionTopics.includes(topic);
  const whyNot =
    info.worldName === undefined ? "log.deskewNoMotion" : hasTimes === false ? "log.deskewNoTimes" : undefined;
  const toggled = (topics: readonly string[], on: boolean): readonly string[] =>
    on ? [...topics, topic] : topics.filter((other) => other !== topic);
  return (
    <tr className={isRead ? "" : styles.unread}>
      <td>
        <div className={styles.topic} title={topic}>
          {topic}
        </div>
        <div className={styles.frameId}>{frameId ?? t("log.notRead")}</div>
      </td>
      <td className={styles.right}>{formatCount(sweepCount)}</td>
      <td
        className={styles.right}
        title={offsetsMs ? `${formatOffset(offsetsMs.min)} … ${formatOffset(offsetsMs.max)}` : undefined}
      >
        {offsetsMs ? formatOffset(offsetsMs.median) : "–"}
      </td>
      <td className={styles.mark}>
        <input
          type="radio"
          name="reference"
          aria-label={t("log.referenceOf", { topic })}
          checked={isReference}
          onChange={() =>
            onChange({
              lidarTopic: topic,
              // The one that made the frames before goes on being read beside it.
              companionTopics: [
                ...draft.companionTopics,
                ...(draft.lidarTopic === undefined ? [] : [draft.lidarTopic]),
              ],
            })
          }
        />
      </td>
      <td className={styles.mark}>
        <input
          type="checkbox"
          aria-label={t("log.readOf", { topic })}
          checked={isRead}
          disabled={isReference}
          onChange={(event) => onChange({ companionTopics: toggled(draft.companionTopics, event.target.checked) })}
        />
      </td>
      <td className={styles.mark} title={whyNot === undefined ? undefined : t(whyNot)}>
        <input
          type="checkbox"
          aria-label={t("log.deskewOf", { topic })}
          checked={isRead && whyNot === undefined && draft.deskew.includes(topic)}
          disabled={!isRead || whyNot !== undefined}
          onChange={(event) => onChange({ deskew: toggled(draft.deskew, event.target.checked) })}
        />
      </td>
    </tr>
  );
}
