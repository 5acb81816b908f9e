import { mergeConflicts, mergeTracks, type MergeConflict, type MergeTracksArgs } from "@sweepmark/document";
import { rangesOf } from "@sweepmark/editor";
import { Check, Merge } from "lucide-react";
import { useMemo, useState } from "react";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { ClassChip } from "../ui/ClassChip.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Select } from "../ui/Select.tsx";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import { byName } from "./by-name.ts";
import styles from "./TrackDialog.module.css";

/** Merges another track into the selected one; the frames where both say something are shown before. */
export function MergeDialog() {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const { document } = session;
  const trackId = useSessionState((state) => state.selectedId);
  const frames = useSessionState((state) => state.frames);
  const revision = useSessionState((state) => state.revision);
  const into = document.tracks().find(({ id }) => id === trackId);
  const others = useMemo(() => nearestFirst(document.tracks(), into), [document, into]);
  const [chosenId, setChosenId] = useState<string>();
  const [wins, setWins] = useState<MergeTracksArgs["wins"]>("into");
  const from = others.find(({ id }) => id === chosenId) ?? others.at(0);
  const conflicts = useMemo(
    () =>
      into && from
        ? mergeConflicts(
            document,
            into.id,
            from.id,
            frames.map(({ at }) => at),
          )
        : [],
    // The document is one object for all time: its revision says when it is another.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [document, into, from, frames, revision],
  );
  const close = (): void => app.showDialog(undefined);
  const run = (): void => {
    if (!into || !from) return;
    session.run(mergeTracks, { trackId: into.id, fromId: from.id, wins });
    close();
  };
  return (
    <Dialog
      open
      onClose={close}
      title={t("merge.title")}
      icon={<Merge size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={520}
    >
      <div className={styles.body} data-testid="merge">
        {into && from ? (
          <>
            <div className={styles.field}>
              <span className={styles.label}>{t("merge.from")}</span>
              <Select
                label={t("merge.from")}
                value={from.id}
                choices={others.map(({ id, name, classId }) => ({
                  value: id,
                  text: name,
                  icon: <ClassChip ontology={document.ontology} classId={classId} />,
                }))}
                onChange={setChosenId}
              />
            </div>
            <div className={styles.field}>
              <span className={styles.label}>{t("merge.into")}</span>
              <span>{into.name}</span>
            </div>
            <Conflicts conflicts={conflicts} />
            {conflicts.length > 0 ? (
              <div className={styles.field}>
                <span className={styles.label}>{t("merge.wins")}</span>
                <Segmented
                  label={t("merge.wins")}
                  value={wins}
                  choices={[
                    { value: "into", text: into.name },
                    { value: "from", text: from.name },
                  ]}
                  onChange={setWins}
                />
              </div>
            ) : null}
          </>
        ) : (
          <p className={styles.dim}>{t("merge.nothing")}</p>
        )}
      </div>
      <footer className={styles.foot}>
        <span className={styles.dim}>{into && from ? t("merge.help", { name: into.name }) : ""}</span>
        <Button size="dialog" variant="ghost" onClick={close}>
          {t("dialog.cancel")}
        </Button>
        <Button size="dialog" variant="primary" disabled={!into || !from} onClick={run}>
          {t("merge.run")}
        </Button>
      </footer>
    </Dialog>
  );
}

/** Those of the same class first, then by name. */
const nearestFirst = <T extends { readonly id: string; readonly classId: string; readonly name: string }>(
  tracks: readonly T[],
  into: T | undefined,
): readonly T[] =>
  tracks
    .filter(({ id }) => id !== into?.id)
    .toSorted(
      (a, b) => Number(b.classId === into?.classId) - Number(a.classId === into?.classId) || byName(a.name, b.name),
    );

/** Stretches of frames; a click goes to where the two are farthest apart. */
function Conflicts({ conflicts }: { readonly conflicts: readonly MergeConflict[] }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const frames = useSessionState((state) => state.frames);
  const indexOf = new Map(frames.map(({ at, index }) => [at, index]));
  const distances = new Map(conflicts.map(({ at, distanceM }) => [indexOf.get(at) ?? 0, distanceM]));
  if (conflicts.length === 0)
    return (
      <p className={styles.head}>
        <Check size={16} strokeWidth={1.5} />
        {t("merge.noConflicts")}
      </p>
    );
  return (
    <>
      <p className={styles.head}>
        <SeverityIcon severity="warning" />
        <b>{t("merge.conflicts", { count: conflicts.length })}</b>
      </p>
      <ul className={styles.list}>
        {rangesOf([...distances.keys()]).map(([first, last]) => {
          let farthest = first;
          for (let i = first; i <= last; i++)
            if ((distances.get(i) ?? 0) > (distances.get(farthest) ?? 0)) farthest = i;
          return (
            <li key={first}>
              <button type="button" onClick={() => session.goTo(farthest)}>
                <span>{first === last ? t("merge.frame", { first }) : t("merge.frames", { first, last })}</span>
                <span className={styles.dim}>
                  {t("merge.apart", { metres: formatFixed(distances.get(farthest) ?? 0, 1) })}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
