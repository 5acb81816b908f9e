import type { DocumentReader, Moment, TrackMoment } from "@sweepmark/document";
import { invert, transformPoint } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import type { LaneBoundary, RecordId, Track } from "@sweepmark/schema";
import { byName } from "./by-name.ts";

export type SortKey = "name" | "points" | "distance";
export interface Sort {
  readonly key: SortKey;
  readonly direction: "up" | "down";
}

export type ListRow =
  | { readonly kind: "group"; readonly id: "here" | "absent" | "lanes"; readonly count: number }
  | {
      readonly kind: "track";
      readonly id: RecordId;
      readonly track: Track;
      /** undefined: absent at this frame. */
      readonly moment: TrackMoment | undefined;
      readonly points: number | undefined;
      readonly distanceM: number | undefined;
    }
  | { readonly kind: "lane"; readonly id: RecordId; readonly lane: LaneBoundary };

export interface ListInput {
  readonly document: DocumentReader;
  readonly moment: Moment;
  readonly frame: Frame | undefined;
  readonly pointCounts: ReadonlyMap<RecordId, number>;
  readonly filter: string;
  readonly sort: Sort;
}

/** Tracks at this frame, tracks absent at it, lane boundaries; each group under its head, empty groups left out. */
export function listRows({ document, moment, frame, pointCounts, filter, sort }: ListInput): readonly ListRow[] {
  const words = filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const { objects, lanes } = document.ontology;
  const matches = (name: string, className: string | undefined): boolean => {
    const text = `${name} ${className ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const here = new Map(moment.tracks.map((track) => [track.track.id, track]));
  const egoFromWorld = frame && invert(frame.worldFromEgo);
  const rows = document
    .tracks()
    .filter((track) => matches(track.name, objects.find(({ id }) => id === track.classId)?.name))
    .map((track) => {
      const at = here.get(track.id);
      const centre = at && egoFromWorld ? transformPoint(egoFromWorld, at.cuboid.center) : undefined;
      return {
        kind: "track" as const,
        id: track.id,
        track,
        moment: at,
        points: at && pointCounts.get(track.id),
        distanceM: centre && Math.hypot(centre[0], centre[1]),
      };
    })
    .toSorted(comparing(sort));
  const present = rows.filter((row) => row.moment !== undefined);
  const absent = rows.filter((row) => row.moment === undefined);
  const boundaries = document
    .laneBoundaries()
    .filter((lane) => matches(lane.name, lanes.find(({ id }) => id === lane.classId)?.name))
    .toSorted((a, b) => byName(a.name, b.name))
    .map((lane) => ({ kind: "lane" as const, id: lane.id, lane }));
  return [...group("here", present), ...group("absent", absent), ...group("lanes", boundaries)];
}

const group = (id: "here" | "absent" | "lanes", rows: readonly ListRow[]): readonly ListRow[] =>
  rows.length === 0 ? [] : [{ kind: "group", id, count: rows.length }, ...rows];

interface Sortable {
  readonly track: Track;
  readonly points: number | undefined;
  readonly distanceM: number | undefined;
}

/** What has no value comes last, whatever the direction; equals by name, so that the order is stable. */
function comparing({ key, direction }: Sort): (a: Sortable, b: Sortable) => number {
  const sign = direction === "up" ? 1 : -1;
  return (a, b) => {
    if (key === "name") return sign * byName(a.track.name, b.track.name);
    const [left, right] = key === "points" ? [a.points, b.points] : [a.distanceM, b.distanceM];
    if (left === undefined || right === undefined)
      return left === right ? byName(a.track.name, b.track.name) : left === undefined ? 1 : -1;
    return sign * (left - right) || byName(a.track.name, b.track.name);
  };
}
