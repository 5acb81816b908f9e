import type { TimestampNs } from "@sweepmark/geometry";
import type { LabelEntity, LabelsSample } from "../decoders/label-sample.ts";

/** A message of updates, with the time that stands in for stamps that it lacks. */
export interface TimedUpdate {
  readonly sample: LabelsSample;
  readonly at: TimestampNs;
}

/**
 * Entities that there are at a time, after these messages in this order (foxglove.SceneUpdate): one lasts until a message
 * replaces it, deletes it, or its lifetime has ended. Deletions of a message come before its entities, and touch only
 * what was said before their own stamp.
 */
export function entitiesAt(updates: readonly TimedUpdate[], at: TimestampNs): readonly LabelEntity[] {
  const alive = new Map<string, LabelEntity & { readonly at: TimestampNs }>();
  for (const { sample, at: messageAt } of updates) {
    for (const { id, at: before } of sample.deletions) {
      const isOld = (entity: { readonly at: TimestampNs }): boolean => before === undefined || entity.at <= before;
      if (id === undefined) {
        for (const [key, entity] of alive) if (isOld(entity)) alive.delete(key);
      } else {
        const entity = alive.get(id);
        if (entity && isOld(entity)) alive.delete(id);
      }
    }
    for (const entity of sample.entities) alive.set(entity.id, { ...entity, at: entity.at ?? messageAt });
  }
  return [...alive.values()].filter((entity) => entity.lifetimeNs <= 0n || entity.at + entity.lifetimeNs > at);
}

/** Whether what was said before this message no longer matters. */
export const clearsAll = ({ deletions }: LabelsSample): boolean => deletions.some(({ id }) => id === undefined);
