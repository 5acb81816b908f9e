import { ruleNotes, type RuleNote, type TrackMoment } from "@sweepmark/document";
import type { Track } from "@sweepmark/schema";
import { useOntology, useSessionState } from "../app/context.ts";
import { formatCount, formatFixed } from "../messages/numbers.ts";
import { useText, type Text } from "../messages/text.ts";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import { Row } from "./InspectorHead.tsx";
import styles from "./Inspector.module.css";

/** What the project asks of this object: what is not kept first. There for all objects where there are rules at all. */
export function RulesRow({ track, moment }: { readonly track: Track; readonly moment: TrackMoment | undefined }) {
  const { t } = useText();
  const { rules, objects } = useOntology();
  const points = useSessionState((state) => state.pointCounts.get(track.id));
  const ego = useSessionState((state) => state.frame?.worldFromEgo.translation);
  const objectClass = objects.find(({ id }) => id === track.classId);
  const asked = objects.some(({ sizeRange }) => sizeRange !== undefined) || Object.keys(rules ?? {}).length > 0;
  if (!asked) return null;
  const center = moment?.cuboid.center;
  const distanceM = center && ego ? Math.hypot(center[0] - ego[0], center[1] - ego[1]) : undefined;
  const notes = ruleNotes(rules, objectClass, { moment, points: moment && points, distanceM });
  const isBroken = (note: RuleNote): boolean => "broken" in note && note.broken;
  const broken = notes.filter(isBroken);
  const told = notes.filter((note) => !isBroken(note));
  return (
    <Row label={t("rules.label")}>
      <div className={styles.notes}>
        {broken.map((note) => (
          <span key={noteWords(note, t)} className={styles.broken}>
            <SeverityIcon severity="warning" />
            {noteWords(note, t)}
          </span>
        ))}
        <span className={styles.dim}>
          {told.length + broken.length === 0 ? t("rules.kept") : told.map((note) => noteWords(note, t)).join(" · ")}
        </span>
      </div>
    </Row>
  );
}

function noteWords(note: RuleNote, t: Text["t"]): string {
  switch (note.rule) {
    case "mirrors":
      return t(`rules.mirrors.${note.value}`);
    case "standing":
      return t(note.broken ? "rules.standing.broken" : `rules.standing.${note.value}`);
    case "minPoints":
      return note.broken
        ? t("rules.pointsBroken", { found: formatCount(note.found ?? 0), limit: formatCount(note.limit) })
        : t("rules.points", { limit: formatCount(note.limit) });
    case "rangeM":
      return note.broken
        ? t("rules.rangeBroken", { found: formatFixed(note.found ?? 0, 0), limit: formatFixed(note.limit, 0) })
        : t("rules.range", { limit: formatFixed(note.limit, 0) });
    case "size":
      return t("rules.size", {
        side: t(`inspector.${note.side}`),
        found: formatFixed(note.found, 2),
        min: formatFixed(note.min, 2),
        max: formatFixed(note.max, 2),
      });
  }
}
