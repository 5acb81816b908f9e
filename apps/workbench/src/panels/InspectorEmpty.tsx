import { actionOf } from "../app/actions.ts";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatBytes, formatCount, formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Empty } from "../ui/Empty.tsx";
import styles from "./Inspector.module.css";

/** Nothing selected: how to select, and the facts of the log and its labels. */
export function InspectorEmpty() {
  const { t } = useText();
  const { session } = useWorkspace();
  const frames = useSessionState((state) => state.frames);
  useSessionState((state) => state.revision);
  const { info } = session.log;
  const { document } = session;
  const tracks = document.tracks();
  const keyframes = tracks.reduce((sum, track) => sum + document.keyframes(track.id).length, 0);
  const seconds = frames.length > 1 ? Number(frames[frames.length - 1].at - frames[0].at) / 1e9 : 0;
  const facts: readonly (readonly [string, string])[] = [
    [t("facts.frames"), formatCount(frames.length)],
    [t("facts.span"), `${formatFixed(seconds, 1)} s`],
    [t("facts.size"), formatBytes(Number(info.sizeBytes))],
    [t("facts.cameras"), formatCount(info.cameras.length)],
    [t("facts.tracks"), formatCount(tracks.length)],
    [t("facts.keyframes"), formatCount(keyframes)],
    [t("facts.lanes"), formatCount(document.laneBoundaries().length)],
  ];
  return (
    <section className={styles.panel} aria-label={t("panel.inspector")} data-testid="inspector">
      <header className={styles.head}>
        <span className={styles.title}>{t("inspector.nothing")}</span>
      </header>
      <Empty>
        {tracks.length > 0
          ? t("inspector.nothingHelp", { key: actionKeys(actionOf("view.nextObject")) ?? "" })
          : t("inspector.nothingYet")}
      </Empty>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
      </dl>
    </section>
  );
}

const FactRow = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
);
