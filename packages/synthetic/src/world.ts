import type { Pose } from "@sweepmark/geometry";
import { createActors, rightTurn, type Actor } from "./actors.ts";
import { createGround, type Ground } from "./ground.ts";
import { travel, type SpeedProfile } from "./motion.ts";
import { poseOnPath } from "./path.ts";
import { createRandom } from "./random.ts";
import { createScenery, type Prop } from "./scenery.ts";
import { createStreets } from "./streets.ts";

export interface World {
  readonly ground: Ground;
  readonly props: readonly Prop[];
  /** Station of the cross street up to which things are labelled and drawn. */
  readonly crossTo: number;
  readonly actors: readonly Actor[];
  /** Pose of the ego vehicle's base: on the ground, x ahead. Any time may be asked. */
  worldFromEgo(seconds: number): Pose<"world", "ego">;
}

/**
 * The street of a seed, long enough for a drive of `seconds`. The ego drives up the main street out of a bend, turns right at the crossing after about six
 * seconds, and follows the cross street to its end, where it stops.
 */
export function createWorld(seed: number, seconds: number): World {
  const random = createRandom(seed);
  const ground = createGround(createStreets());
  const { main, cross } = ground.streets;
  const egoS = 100;
  const crossTo = Math.min(cross.path.lengthM - 20, cross.crossingS + 110 + Math.max(0, seconds - 10) * 10);
  const route = rightTurn({ street: main, d: -4.95, s: egoS }, { street: cross, d: -1.75 }, 8);
  const cruise = (route.turnAtM - 22.8) / 10;
  const afterTurnM = route.path.lengthM - route.turnAtM - 13.5;
  const profile: SpeedProfile = {
    speedMps: 10,
    phases: [
      [cruise, 0],
      [3, -1.6],
      [2.6, 0],
      [4, 1.2],
      // 30.4 m while gaining speed, 50 m to brake from 10 m/s at 1 m/s².
      [(afterTurnM - 30.4 - 50) / 10, 0],
      [10, -1],
    ],
  };
  return {
    ground,
    props: createScenery(ground, crossTo, random.fork(4)),
    crossTo,
    actors: createActors(ground, egoS, random.fork(5)),
    worldFromEgo(seconds) {
      const { translation, rotation } = ground.stand(poseOnPath(route.path, travel(profile, seconds).distanceM));
      return { translation, rotation };
    },
  };
}
