import type { Change, Label } from "@sweepmark/document";
import type { Cuboid, Point } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import type { PointerToolEvent } from "../types.ts";
import type { CuboidGrip } from "./cuboid-drag.ts";

/** What the pointer went down on. */
export type Target =
  | { readonly kind: "cuboid"; readonly trackId: RecordId; readonly cuboid: Cuboid<"world">; readonly grip: CuboidGrip }
  | {
      readonly kind: "vertex" | "midpoint";
      readonly boundaryId: RecordId;
      readonly index: number;
      readonly point: Point<"world">;
    }
  | { readonly kind: "elsewhere" };

/** Where the last click was and what it could have meant: a click on the same spot takes the next one. */
export interface LastClick {
  readonly event: PointerToolEvent;
  readonly id: RecordId | undefined;
  /** Selected by the click before, at the same spot. */
  readonly previousId: RecordId | undefined;
}

/** What a drag would commit. */
export interface Plan {
  readonly label: Label;
  readonly changes: readonly Change[];
}

export type SelectState =
  | { readonly name: "idle"; readonly lastClick?: LastClick }
  | {
      readonly name: "pointing";
      readonly down: PointerToolEvent;
      readonly target: Target;
      readonly lastClick?: LastClick;
    }
  | {
      readonly name: "dragging";
      readonly down: PointerToolEvent;
      readonly target: Exclude<Target, { readonly kind: "elsewhere" }>;
      /** As last shown; undefined until the pointer said something. */
      readonly plan: Plan | undefined;
    };
