import { isSamePlace } from "@sweepmark/assist";
import { egoShiftsOf, type DocumentReader } from "@sweepmark/document";
import {
  correctedFromLogged,
  invert,
  secondsBetween,
  transformCuboid,
  type Cuboid,
  type TimestampNs,
} from "@sweepmark/geometry";

/** A place where a suggestion was dismissed, in the world of the log's own poses: it stays there when these are corrected. */
export interface Dismissal {
  readonly at: TimestampNs;
  readonly cuboid: Cuboid<"world">;
}

export interface Dismissals {
  readonly all: readonly Dismissal[];
  /** Cuboids in the world of the labels. */
  add(places: readonly Dismissal[]): void;
  has(at: TimestampNs, cuboid: Cuboid<"world">): boolean;
}

/** A place where something was dismissed suggests nothing for so long, before and after: bushes stay, cars drive on. */
const dismissedS = 10;

/** @param changed hears of all that are dismissed, to keep them. */
export function createDismissals(
  document: Pick<DocumentReader, "get">,
  kept: readonly Dismissal[],
  changed: (all: readonly Dismissal[]) => void,
): Dismissals {
  let all = kept;
  const logged = (at: TimestampNs, cuboid: Cuboid<"world">): Cuboid<"world"> => {
    const shifts = egoShiftsOf(document);
    return shifts.length > 0 ? transformCuboid(invert(correctedFromLogged(shifts, at)), cuboid) : cuboid;
  };
  return {
    get all() {
      return all;
    },
    add(places) {
      if (places.length === 0) return;
      all = [...all, ...places.map(({ at, cuboid }) => ({ at, cuboid: logged(at, cuboid) }))];
      changed(all);
    },
    has(at, cuboid) {
      const near = all.filter((other) => Math.abs(secondsBetween(other.at, at)) <= dismissedS);
      if (near.length === 0) return false;
      const asLogged = logged(at, cuboid);
      return near.some((other) => isSamePlace(other.cuboid, asLogged));
    },
  };
}
