import { cuboidFromClick } from "@sweepmark/assist";
import { cuboidYaw, overlap, vec, type Cuboid } from "@sweepmark/geometry";
import type { LogReader } from "@sweepmark/log";
import type { Ontology } from "@sweepmark/schema";
import type { Desk } from "./labeler.ts";
import { nearerSense, type TrueObject } from "./objects.ts";

/** What one click gave, against the truth. Only measured: no label is made of it. */
export interface ClickScore {
  readonly index: number;
  readonly points: number;
  /** 3D, with nothing known but the class and what is usual in the labels made so far. */
  readonly firstIou: number;
  /** From above, metres. */
  readonly firstOffM: number;
  /** The same with the true heading and size given. */
  readonly refitIou: number;
  /** The same with those that the product estimated from all frames of what one click and propagation gave. */
  readonly estimatedIou: number;
}

export interface ClickOptions {
  readonly desk: Desk;
  /** The object as `Desk.estimate` knows it. */
  readonly estimated: (index: number) => Cuboid<"world">;
  readonly ontology: Ontology;
  readonly clickEvery: number;
}

/** Clicks an object in every frame where there is a place to click. */
export async function scoreClicks(
  log: LogReader,
  { classId, moments }: TrueObject,
  { desk, estimated, ontology, clickEvery }: ClickOptions,
): Promise<readonly ClickScore[]> {
  const objectClass = ontology.objects.find(({ id }) => id === classId)!;
  const scores: ClickScore[] = [];
  for (const { index, clicked, cuboid, points } of moments) {
    if (!clicked || index % clickEvery !== 0) continue;
    const first = await desk.click(index, clicked, classId);
    const frame = await log.frame(index);
    const refitBy = (known: Cuboid<"world">): number => {
      const given = { headingYawRad: cuboidYaw(known), size: known.size };
      return overlap(cuboid, cuboidFromClick(frame, clicked, objectClass, given)).iou3d;
    };
    const [refitIou, estimatedIou] = [nearerSense(cuboid, first), estimated(index)].map(refitBy);
    log.release(frame);
    scores.push({
      index,
      points,
      firstIou: overlap(cuboid, first).iou3d,
      firstOffM: offM(cuboid, first),
      refitIou,
      estimatedIou,
    });
  }
  return scores;
}

const offM = (a: Cuboid<"world">, b: Cuboid<"world">): number => {
  const [x, y] = vec.subtract(a.center, b.center);
  return Math.hypot(x, y);
};
