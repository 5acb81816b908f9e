import { existsSync, readFileSync } from "node:fs";
import {
  compose,
  correctedFromLogged,
  overlap,
  transformCuboid,
  vec,
  type Cuboid,
  type EgoShift,
  type Pose,
  type TimestampNs,
} from "@sweepmark/geometry";
import { bytesSource, openLog } from "@sweepmark/log";
import { describe, expect, it } from "vitest";

/** How many of KITTI's parked vehicles have one pose for all their frames, by the log's ego poses and by corrected ones. */
const stem = new URL("../../../../shared/data/kitti_tracking_0000_front", import.meta.url).pathname;
const isThere = existsSync(`${stem}.foxglove.mcap`);
const vehicles = new Set(["Car", "Van", "Truck"]);
/** Parked: slower than this from its first to its last frame, with the wandering of the poses. */
const parkedMps = 0.5;

interface Given {
  readonly track_id: string;
  readonly class: string;
  readonly center: Cuboid<"lidar">["center"];
  readonly size_lwh: Cuboid<"lidar">["size"];
  readonly quaternion_xyzw: Cuboid<"lidar">["rotation"];
  readonly num_points_counted: number;
}
interface Seen {
  readonly at: TimestampNs;
  readonly worldFromLidar: Pose<"world", "lidar">;
  readonly cuboid: Cuboid<"lidar">;
  readonly points: number;
}

describe("parked vehicles of KITTI 0000 with one pose (needs ../shared/data)", () => {
  it.skipIf(!isThere)("at least 80 % pass every frame once ego poses are corrected", { timeout: 180_000 }, async () => {
    const truth = JSON.parse(readFileSync(`${stem}.gt.json`, "utf8")) as {
      readonly frames: readonly { readonly objects: readonly Given[] }[];
    };
    const log = await openLog(bytesSource(readFileSync(`${stem}.foxglove.mcap`), "log.mcap"));
    const tracks = new Map<string, Seen[]>();
    for (const [index, { objects }] of truth.frames.entries()) {
      const frame = await log.frame(index);
      const worldFromLidar = compose(frame.worldFromEgo, frame.sweeps[0].egoFromLidar!);
      for (const given of objects) {
        if (!vehicles.has(given.class)) continue;
        const cuboid = { center: given.center, size: given.size_lwh, rotation: given.quaternion_xyzw };
        const seen = { at: frame.at, worldFromLidar, cuboid, points: given.num_points_counted };
        tracks.set(given.track_id, [...(tracks.get(given.track_id) ?? []), seen]);
      }
      log.release(frame);
    }
    const { matches } = await log.matchEgo({});
    await log.close();
    expect(matches.every(({ determined }) => determined)).toBe(true);
    const parked = [...tracks.values()].filter((track) => speedMps(track) < parkedMps);
    const passing = (shifts: readonly EgoShift[]): number =>
      parked.filter((track) => leastOverlap(track, shifts) >= 0.7).length / parked.length;
    expect(parked.length).toBeGreaterThanOrEqual(10);
    expect(passing([])).toBeLessThan(0.5);
    expect(passing(matches.map(({ shift }) => shift))).toBeGreaterThanOrEqual(0.8);
  });
});

const inWorld = ({ at, worldFromLidar, cuboid }: Seen, shifts: readonly EgoShift[]): Cuboid<"world"> =>
  transformCuboid(compose(correctedFromLogged(shifts, at), worldFromLidar), cuboid);

/** Of the pose in the frame with most points, with the truth of all frames. */
function leastOverlap(track: readonly Seen[], shifts: readonly EgoShift[]): number {
  const best = inWorld(
    track.reduce((a, b) => (b.points > a.points ? b : a)),
    shifts,
  );
  return Math.min(...track.map((seen) => overlap(best, inWorld(seen, shifts)).iou3d));
}

function speedMps(track: readonly Seen[]): number {
  const [first, last] = [track[0], track[track.length - 1]];
  const wayM = vec.distance(inWorld(first, []).center, inWorld(last, []).center);
  return wayM / (track.length / 10);
}
