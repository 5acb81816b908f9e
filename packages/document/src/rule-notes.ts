import type { ObjectClass, ProjectRules } from "@sweepmark/schema";
import type { TrackMoment } from "./types.ts";

/** A rule of the project or the class as it concerns one object here: broken, or only told (nobody can check mirrors). */
export type RuleNote =
  | { readonly rule: "mirrors"; readonly value: "included" | "excluded" }
  | { readonly rule: "standing"; readonly value: "one-pose" | "per-frame"; readonly broken: boolean }
  | { readonly rule: "minPoints"; readonly limit: number; readonly found: number | undefined; readonly broken: boolean }
  | { readonly rule: "rangeM"; readonly limit: number; readonly found: number | undefined; readonly broken: boolean }
  | {
      readonly rule: "size";
      readonly side: "length" | "width" | "height";
      readonly min: number;
      readonly max: number;
      readonly found: number;
      readonly broken: true;
    };

export interface RuleFacts {
  readonly moment: TrackMoment | undefined;
  readonly points: number | undefined;
  readonly distanceM: number | undefined;
}

const sides = ["length", "width", "height"] as const;
/** Shorter ones have no mirrors. */
const mirrorsFromM = 3;
const toleranceM = 1e-6;

/** In one order; sizes are there only where they are not as the class allows. */
export function ruleNotes(
  rules: ProjectRules | undefined,
  objectClass: ObjectClass | undefined,
  { moment, points, distanceM }: RuleFacts,
): readonly RuleNote[] {
  const notes: RuleNote[] = [];
  const { sizeRange, usualSize } = objectClass ?? {};
  if (moment && sizeRange)
    for (const [axis, side] of sides.entries()) {
      const [found, min, max] = [moment.cuboid.size[axis], sizeRange.min[axis], sizeRange.max[axis]];
      if (found < min - toleranceM || found > max + toleranceM)
        notes.push({ rule: "size", side, min, max, found, broken: true });
    }
  const { mirrors, standing, minPoints, rangeM } = rules ?? {};
  if (minPoints !== undefined)
    notes.push({
      rule: "minPoints",
      limit: minPoints,
      found: points,
      broken: points !== undefined && points < minPoints,
    });
  if (rangeM !== undefined)
    notes.push({
      rule: "rangeM",
      limit: rangeM,
      found: distanceM,
      broken: distanceM !== undefined && distanceM > rangeM,
    });
  if (standing !== undefined)
    notes.push({
      rule: "standing",
      value: standing,
      broken: standing === "per-frame" && moment?.track.static === true,
    });
  if (mirrors !== undefined && (usualSize?.[0] ?? 0) >= mirrorsFromM) notes.push({ rule: "mirrors", value: mirrors });
  return notes;
}
