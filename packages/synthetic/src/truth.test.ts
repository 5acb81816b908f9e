import {
  compose,
  cuboidContains,
  cuboidPose,
  interpolateCuboid,
  invert,
  transformPoint,
  vec,
  type Cuboid,
  type Point,
  type Pose,
} from "@sweepmark/geometry";
import type { Keyframe, LaneBoundary, Track } from "@sweepmark/schema";
import { beforeAll, describe, expect, it } from "vitest";
import type { SimulatedSweep } from "./lidar.ts";
import { egoFromLidar } from "./rig.ts";
import { run, type Run } from "./test-support.ts";

describe("the truth of the demo's drive", () => {
  let drive: Run;
  beforeAll(async () => {
    drive = await run({ cameras: "none", beams: 32, columns: 480 });
  }, 120_000);
  const contains = (
    worldFromLidar: Pose<"world", "lidar">,
    sweep: SimulatedSweep,
    i: number,
    cuboid: Cuboid<"world">,
  ) =>
    cuboidContains(
      cuboid,
      transformPoint(worldFromLidar, sweep.positions.slice(i * 3, i * 3 + 3) as unknown as Point<"lidar">),
    );

  it("every true cuboid holds every point that its object was hit with, and the counts are theirs (rule 4)", () => {
    let checked = 0;
    for (const sweep of drive.sweeps) {
      const frame = drive.truth.scene.frames[sweep.frame];
      const worldFromLidar = compose(frame.worldFromEgo, egoFromLidar);
      const counts = new Map<string, number>();
      for (let i = 0; i < sweep.count; i++) {
        const id = sweep.owners[i] >= 0 ? drive.actorIds[sweep.owners[i]] : undefined;
        if (id === undefined) continue;
        counts.set(id, (counts.get(id) ?? 0) + 1);
        if (!contains(worldFromLidar, sweep, i, drive.poseAt(id, sweep.at)!))
          throw new Error(`frame ${sweep.frame}, point ${i} is outside ${id}`);
        checked++;
      }
      for (const { id } of drive.tracks) expect(drive.visiblePoints.get(id)![sweep.frame]).toBe(counts.get(id) ?? 0);
    }
    expect(checked).toBeGreaterThan(50_000);
  });

  it("holds next to nothing else: of all points in true cuboids, under 1 in 200 belongs to another surface", () => {
    let own = 0;
    let other = 0;
    for (const sweep of drive.sweeps.filter(({ frame }) => frame % 10 === 0)) {
      const frame = drive.truth.scene.frames[sweep.frame];
      const worldFromLidar = compose(frame.worldFromEgo, egoFromLidar);
      const cuboids = drive.tracks.map(({ id }) => ({ id, cuboid: drive.poseAt(id, sweep.at)! }));
      const local = cuboids.map(({ id, cuboid }) => ({
        id,
        half: vec.scale(cuboid.size, 0.5),
        boxFromLidar: compose(invert(cuboidPose(cuboid)), worldFromLidar),
        center: transformPoint(invert(worldFromLidar), cuboid.center),
      }));
      for (let i = 0; i < sweep.count; i++) {
        const p: Point<"lidar"> = [sweep.positions[i * 3], sweep.positions[i * 3 + 1], sweep.positions[i * 3 + 2]];
        for (const { id, half, boxFromLidar, center } of local) {
          if (Math.abs(p[0] - center[0]) > 7 || Math.abs(p[1] - center[1]) > 7) continue;
          const q = transformPoint(boxFromLidar, p);
          if (!q.every((value, axis) => Math.abs(value) <= half[axis])) continue;
          if (sweep.owners[i] >= 0 && drive.actorIds[sweep.owners[i]] === id) own++;
          else other++;
        }
      }
    }
    expect(own).toBeGreaterThan(5000);
    expect(other).toBeLessThan(own / 200);
  });

  it("nobody drives through anybody: no two true cuboids overlap at any frame", () => {
    for (const at of drive.truth.scene.frames.filter(({ index }) => index % 5 === 0).map((frame) => frame.at)) {
      const boxes = drive.tracks.map(({ id, name }) => ({ name, cuboid: drive.poseAt(id, at)! }));
      for (const a of boxes)
        for (const b of boxes)
          if (a.name < b.name && overlaps(a.cuboid, b.cuboid)) throw new Error(`${a.name} overlaps ${b.name} at ${at}`);
    }
  });

  it("keyframes at every 10th frame give back straight movers within 5 cm at every frame between", () => {
    const frames = drive.truth.scene.frames;
    const straight = drive.tracks.filter(({ behaviour }) => behaviour === "straight");
    expect(straight.length).toBeGreaterThan(5);
    let worst = 0;
    for (const { id } of straight)
      for (let index = 0; index + 10 < frames.length; index++) {
        const first = frames[index - (index % 10)].at;
        const second = frames[index - (index % 10) + 10].at;
        const t = Number(frames[index].at - first) / Number(second - first);
        const between = interpolateCuboid(drive.poseAt(id, first)!, drive.poseAt(id, second)!, t);
        worst = Math.max(worst, vec.distance(between.center, drive.poseAt(id, frames[index].at)!.center));
      }
    expect(worst).toBeLessThan(0.05);
  });

  it("keyframes are the exact poses; parked objects have one; whoever leaves is said to be absent (rule 5)", () => {
    const keyframes = drive.truth.records.filter((record): record is Keyframe => record.kind === "keyframe");
    const tracks = drive.truth.records.filter((record): record is Track => record.kind === "track");
    for (const track of tracks) {
      const own = keyframes.filter(({ trackId }) => trackId === track.id);
      expect(own.length > 0 && (!track.static || own.length === 1)).toBe(true);
      for (const { at, cuboid } of own) if (cuboid) expect(cuboid).toEqual(drive.poseAt(track.id, at));
    }
    expect(keyframes.some(({ cuboid }) => cuboid === null)).toBe(true);
  });

  it("has turning, stopping, standing, parked and straight objects of the classes a street has", () => {
    expect([...new Set(drive.tracks.map(({ behaviour }) => behaviour))].toSorted()).toEqual([
      "parked",
      "speed-changing",
      "standing",
      "stepping",
      "straight",
      "turning",
    ]);
    const classes = new Set(drive.tracks.map(({ classId }) => classId));
    for (const classId of ["car", "van", "truck", "bus", "rider", "pedestrian", "bicycle", "cone"])
      expect(classes).toContain(classId);
  });

  it("the ego turns, climbs and stands far from the world's origin", () => {
    const poses = drive.truth.scene.frames.map(({ worldFromEgo }) => worldFromEgo);
    const headings = poses.map(({ rotation }) => 2 * Math.atan2(rotation[2], rotation[3]));
    expect(Math.max(...headings) - Math.min(...headings)).toBeGreaterThan(1.4);
    expect(vec.length(poses[0].translation)).toBeGreaterThan(300);
    expect(new Set(poses.map(({ translation }) => translation[2].toFixed(1))).size).toBeGreaterThan(3);
  });

  it("lanes name boundaries that exist, and lie where the lidar sees paint", () => {
    const boundaries = new Map(
      drive.truth.records
        .filter((record): record is LaneBoundary => record.kind === "lane-boundary")
        .map((record) => [record.id, record]),
    );
    const lanes = drive.truth.records.filter((record) => record.kind === "lane");
    expect([...new Set([...boundaries.values()].map(({ classId }) => classId))].toSorted()).toEqual([
      "dashed-white",
      "kerb",
      "solid-white",
      "solid-yellow",
    ]);
    for (const { leftId, rightId, successorIds } of lanes) {
      expect(boundaries.has(leftId) && boundaries.has(rightId)).toBe(true);
      for (const id of successorIds) expect(lanes.some((lane) => lane.id === id)).toBe(true);
    }
    const solid = [...boundaries.values()].filter(({ classId }) => classId === "solid-white");
    const bright: number[] = [];
    const beside: number[] = [];
    const sweep = drive.sweeps[0];
    const worldFromLidar = compose(drive.truth.scene.frames[0].worldFromEgo, egoFromLidar);
    for (let i = 0; i < sweep.count; i++) {
      if (sweep.owners[i] >= 0) continue;
      const p = transformPoint(worldFromLidar, [
        sweep.positions[i * 3],
        sweep.positions[i * 3 + 1],
        sweep.positions[i * 3 + 2],
      ]);
      const distance = Math.min(...solid.map(({ points }) => distanceTo(points, p)));
      if (distance < 0.04) bright.push(sweep.intensity[i]);
      else if (distance > 0.3 && distance < 0.6) beside.push(sweep.intensity[i]);
    }
    expect(bright.length).toBeGreaterThan(10);
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
    expect(median(bright)).toBeGreaterThan(3 * median(beside));
  });
});

function distanceTo(points: readonly Point<"world">[], p: Point<"world">): number {
  let best = Infinity;
  for (let i = 0; i + 1 < points.length; i++) {
    const along = vec.subtract(points[i + 1], points[i]);
    const t = Math.max(0, Math.min(1, vec.dot(vec.subtract(p, points[i]), along) / vec.dot(along, along)));
    best = Math.min(best, vec.distance(vec.lerp(points[i], points[i + 1], t), p));
  }
  return best;
}

/** Separating axes of two upright boxes, seen from above. */
function overlaps(a: Cuboid<"world">, b: Cuboid<"world">): boolean {
  if (vec.distance(a.center, b.center) > 13) return false;
  const yaw = ({ rotation: [x, y, z, w] }: Cuboid<"world">) => Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z));
  const axes = [a, b]
    .flatMap((box) => [yaw(box), yaw(box) + Math.PI / 2])
    .map((angle) => [Math.cos(angle), Math.sin(angle)]);
  const reach = (box: Cuboid<"world">, [x, y]: number[]) => {
    const [c, s] = [Math.cos(yaw(box)), Math.sin(yaw(box))];
    return (Math.abs(c * x + s * y) * box.size[0] + Math.abs(c * y - s * x) * box.size[1]) / 2;
  };
  return axes.every((axis) => {
    const gap = Math.abs((a.center[0] - b.center[0]) * axis[0] + (a.center[1] - b.center[1]) * axis[1]);
    return gap < reach(a, axis) + reach(b, axis);
  });
}
