import { createDocument, egoShiftsOf, momentAt, ruleNotes, type RuleNote } from "@sweepmark/document";
import { compose, correctedFromLogged } from "@sweepmark/geometry";
import type { LabelRecord, Ontology, RecordId, SceneInfo } from "@sweepmark/schema";
import type { Fault } from "./label-faults.ts";

/**
 * Where labels are not as the project's rules and the classes' allowed sizes ask: one warning for each track and rule, with the
 * frames. Looked at in the frames of the scene. How many points a cuboid holds only the log knows: that rule is not looked at.
 */
export function ruleWarnings(records: readonly LabelRecord[], ontology: Ontology, scene: SceneInfo): readonly Fault[] {
  const { rules, objects } = ontology;
  if (!rules && objects.every(({ sizeRange }) => sizeRange === undefined)) return [];
  const classes = new Map(objects.map((each) => [each.id, each]));
  const document = createDocument(ontology, records);
  const broken = new Map<string, Broken>();
  const shifts = egoShiftsOf(document);
  for (const { index, at, worldFromEgo } of scene.frames) {
    // A scene has the log's own poses; labels are in the world of the corrected ones.
    const [egoX, egoY] = compose(correctedFromLogged(shifts, at), worldFromEgo).translation;
    for (const moment of momentAt(document, at).tracks) {
      const { track, cuboid } = moment;
      const distanceM = Math.hypot(cuboid.center[0] - egoX, cuboid.center[1] - egoY);
      for (const note of ruleNotes(rules, classes.get(track.classId), { moment, points: undefined, distanceM })) {
        const words = wordsOf(note);
        if (words === undefined) continue;
        const key = `${track.id} ${note.rule} ${note.rule === "size" ? note.side : ""}`;
        const known = broken.get(key);
        if (known) known.frames.push(index);
        else broken.set(key, { trackId: track.id, name: track.name, rule: note.rule, words, frames: [index] });
      }
    }
  }
  return [...broken.values()].map(({ trackId, name, rule, words, frames }) => ({
    severity: "warning",
    code: `rule-${rule.toLowerCase()}`,
    place: trackId,
    message: `${name}: ${words}${rule === "standing" ? "" : ` (frame ${frames[0]}, ${frames.length} of ${scene.frames.length} frames)`}`,
  }));
}

interface Broken {
  readonly trackId: RecordId;
  readonly name: string;
  readonly rule: RuleNote["rule"];
  readonly words: string;
  readonly frames: number[];
}

/** Of a rule that is not kept. */
function wordsOf(note: RuleNote): string | undefined {
  switch (note.rule) {
    case "size":
      return `${note.side} ${note.found.toFixed(2)} m, allowed ${note.min.toFixed(2)} to ${note.max.toFixed(2)} m`;
    case "rangeM":
      return note.broken ? `${note.found?.toFixed(0)} m from ego, labels end at ${note.limit} m` : undefined;
    case "standing":
      return note.broken ? "static with one pose, the project asks for a pose per frame" : undefined;
    case "minPoints":
    case "mirrors":
      return undefined;
  }
}
