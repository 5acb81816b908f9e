import type { Session } from "@sweepmark/editor";
import type { Cuboid } from "@sweepmark/geometry";
import { nextTurn } from "@sweepmark/log";
import { halfDiagonal, pointsNear, reachesAround, type PointLook, type PointsNear } from "./neighbourhood.ts";

/** A frame whose points around a cuboid are wanted. */
export interface WantedTile {
  readonly frameIndex: number;
  readonly cuboid: Cuboid<"world">;
}

/** Seen around a cuboid in a tile, metres; and how far it may be moved before its points are read anew. */
const seenM = 2.5;
const slackM = 1.5;
/** All tiles together hold no more: at 13 bytes a point some 600 tiles of a car at 8 000 points each. */
const mostBytes = 64 * 1024 * 1024;

const bytesOf = ({ offsets, shades }: PointsNear): number => offsets.byteLength + shades.byteLength;

/**
 * The points around one track in many frames: read in the background through the log, one frame at a time, the most
 * urgent first. Of a frame only what is near the cuboid is kept, within a budget; what is least urgent gives way.
 */
export class TilePoints {
  private readonly session: Session;
  private readonly changed: () => void;
  private readonly held = new Map<number, PointsNear | "unreadable">();
  private wanted: readonly WantedTile[] = [];
  private look: PointLook = { mode: "height", hiddenLidars: new Set() };
  private readonly stop = new AbortController();
  private state: "idle" | "reading" | "cancelled" = "idle";
  /** What is held fills the budget, and all of it is more urgent than the rest: nothing is read until others are wanted. */
  private isFull = false;
  private bytes = 0;

  constructor(session: Session, changed: () => void) {
    this.session = session;
    this.changed = changed;
  }

  get heldBytes(): number {
    return this.bytes;
  }

  /** How many of the wanted frames are held, or known to be unreadable. */
  get readCount(): number {
    return this.wanted.filter((tile) => this.isThere(tile)).length;
  }

  /** The frames that are shown, most urgent first. Others are let go when room is needed. */
  want(wanted: readonly WantedTile[], look: PointLook): void {
    if (look.mode !== this.look.mode || look.hiddenLidars !== this.look.hiddenLidars) this.forgetAll();
    if (wanted[0]?.frameIndex !== this.wanted[0]?.frameIndex || wanted.length !== this.wanted.length)
      this.isFull = false;
    this.wanted = wanted;
    this.look = look;
    if (this.state === "idle") void this.read();
  }

  /** Another track: nothing of what is held is of use, and a reading that a person cancelled may begin anew. */
  forgetAll(): void {
    this.held.clear();
    this.bytes = 0;
    if (this.state === "cancelled") this.state = "idle";
    this.report();
  }

  /** undefined: not yet read. */
  of(frameIndex: number): PointsNear | undefined {
    const known = this.held.get(frameIndex);
    return known === "unreadable" ? undefined : known;
  }

  close(): void {
    this.stop.abort();
    this.forgetAll();
    this.state = "cancelled";
  }

  private isThere({ frameIndex, cuboid }: WantedTile): boolean {
    const known = this.held.get(frameIndex);
    return known === "unreadable" || (known !== undefined && reachesAround(known, cuboid, seenM));
  }

  private next(): WantedTile | undefined {
    if (this.stop.signal.aborted) return undefined;
    return this.wanted.find((tile) => !this.isThere(tile) && (!this.isFull || this.held.has(tile.frameIndex)));
  }

  private async read(): Promise<void> {
    if (!this.next()) return;
    this.state = "reading";
    const { session, stop } = this;
    const ended = await session
      .job({ message: "viewport.readingTiles" }, async (signal, report) => {
        const either = AbortSignal.any([signal, stop.signal]);
        for (let tile = this.next(); tile; tile = this.next()) {
          await this.readOne(tile, either);
          report(this.readCount, this.wanted.length);
          this.changed();
          await nextTurn();
        }
        return "done" as const;
      })
      .catch(() => undefined);
    // Wanted between the last look and the end.
    this.state = ended || stop.signal.aborted ? "idle" : "cancelled";
    if (ended && this.next()) void this.read();
  }

  private async readOne({ frameIndex, cuboid }: WantedTile, signal: AbortSignal): Promise<void> {
    const { log } = this.session;
    const { look } = this;
    const frame = await log.frame(frameIndex, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    const found = frame
      ? pointsNear(frame, cuboid.center, halfDiagonal(cuboid) + seenM + slackM, look)
      : ("unreadable" as const);
    if (frame) log.release(frame);
    // Wanted otherwise by now.
    if (look !== this.look && (look.mode !== this.look.mode || look.hiddenLidars !== this.look.hiddenLidars)) return;
    this.keep(frameIndex, found);
  }

  private keep(frameIndex: number, found: PointsNear | "unreadable"): void {
    this.drop(frameIndex);
    this.held.set(frameIndex, found);
    if (found !== "unreadable") this.bytes += bytesOf(found);
    const rank = new Map(this.wanted.map((tile, i) => [tile.frameIndex, i]));
    const limit = Math.min(mostBytes, this.session.memory.shareOf("points"));
    const leastUrgent = [...this.held.keys()].toSorted((a, b) => (rank.get(b) ?? Infinity) - (rank.get(a) ?? Infinity));
    while (this.bytes > limit && leastUrgent.length > 1) {
      const gone = leastUrgent.shift()!;
      this.drop(gone);
      if (gone === frameIndex) this.isFull = true;
    }
    this.report();
  }

  private drop(frameIndex: number): void {
    const known = this.held.get(frameIndex);
    if (known !== undefined && known !== "unreadable") this.bytes -= bytesOf(known);
    this.held.delete(frameIndex);
  }

  private report(): void {
    this.session.memory.report("points", this, this.bytes);
  }
}
