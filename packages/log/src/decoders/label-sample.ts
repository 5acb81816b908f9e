import type { Quaternion, Size, TimestampNs, Vec3 } from "@sweepmark/geometry";
import type { Limits } from "../limits.ts";
import { logError } from "../problem.ts";
import type { LogCuboid } from "../types.ts";

/** A box that a log names, in the space `frameId` of its entity. */
export interface FramedCuboid {
  /** Unlike that of every other cuboid of the entity; "" where there is one only. */
  readonly part: string;
  readonly className: string;
  readonly score?: number;
  readonly center: Vec3;
  readonly size: Size;
  /** Of unit length. */
  readonly rotation: Quaternion;
  readonly heading: LogCuboid["heading"];
  /** Metres per second, in the entity's space. */
  readonly velocity?: Vec3;
}

export interface FramedLine {
  readonly part: string;
  readonly points: readonly Vec3[];
}

/** What a log says about one object, or about several that come and go together. */
export interface LabelEntity {
  /** Unlike that of every other entity of the message. */
  readonly id: string;
  /** The same id in other messages of the topic is the same object. */
  readonly lasting: boolean;
  /** undefined: absent or zero. */
  readonly at: TimestampNs | undefined;
  readonly frameId: string;
  /** 0: until it is replaced or deleted. */
  readonly lifetimeNs: bigint;
  /** Goes along with its space (true), or stays where it was in the world at `at`. */
  readonly frameLocked: boolean;
  readonly cuboids: readonly FramedCuboid[];
  readonly lines: readonly FramedLine[];
}

/** `id` undefined: of all entities. `at`: only of those said before it; undefined: of whatever was said. */
export interface LabelDeletion {
  readonly id: string | undefined;
  readonly at: TimestampNs | undefined;
}

export interface LabelsSample {
  readonly kind: "labels";
  readonly at: TimestampNs | undefined;
  /** "whole": all that there is at its time. "update": changes what the messages before it said; deletions come first. */
  readonly mode: "whole" | "update";
  readonly deletions: readonly LabelDeletion[];
  readonly entities: readonly LabelEntity[];
  /** Boxes and lines left out because a number in them is not finite or a size not above zero. */
  readonly dropped: number;
}

const longestText = 64;

/**
 * A text of the log for people: without control and format characters (they turn the direction of writing, hide or
 * forge), in at most 64 characters. It is still text: a page shows markup in it as it is written.
 */
export function plainText(text: string): string {
  const clean = Array.from(text.slice(0, 4 * longestText), (c) =>
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(c) ? "\ufffd" : c,
  );
  return clean.length > longestText || text.length > 4 * longestText
    ? `${clean.slice(0, longestText - 1).join("")}…`
    : clean.join("");
}

/** As {@link plainText}; ids that differ only in what it leaves out stay apart. */
export function plainId(id: string): string {
  const plain = plainText(id);
  if (plain === id) return id;
  // FNV-1a over the code units.
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193) >>> 0;
  return `${Array.from(plain).slice(0, 48).join("")}~${hash.toString(16).padStart(8, "0")}`;
}

export function checkLabelCount(count: number, what: string, limits: Limits): void {
  if (count <= limits.maxLabels) return;
  throw logError("too-many-labels", `A message has ${count} ${what}; the limit is ${limits.maxLabels}.`, {
    params: { count, limit: limits.maxLabels },
  });
}

export const isUsableSize = (size: readonly number[]): size is Size =>
  size.length === 3 && size.every((v) => v > 0 && v < 1e6);

/** Coordinates of a map may be large, but not this large. */
export const isUsablePoint = (point: readonly number[]): boolean => point.every((v) => Math.abs(v) <= 1e8);
