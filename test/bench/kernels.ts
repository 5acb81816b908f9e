import { cuboidFromFootprint, countsAt } from "@sweepmark/assist";
import { createDocument, momentAt, type LabelDocument } from "@sweepmark/document";
import {
  compose,
  fromYaw,
  invert,
  timestampNs,
  transformPoint,
  vec,
  type Cuboid,
  type Point,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { buildGround, nearestToRay } from "@sweepmark/pointcloud";
import { defaultOntology, keyframeId, type LabelRecord } from "@sweepmark/schema";
import { randomNumbers, timed, type Case } from "./measure.ts";

const pointCount = 120_000;

/** Algorithms on 120 000 points and 200 tracks of 100 keyframes, once the compiler has seen them. */
export function kernelCases(frame: Frame, rounds: number): Case[] {
  const full = filled(frame, pointCount);
  const cuboids = cuboidsAround(full, 100);
  const [sweep] = full.sweeps;
  if (!sweep.egoFromLidar) throw new Error("the sweep has no place");
  const worldFromLidar = compose(full.worldFromEgo, sweep.egoFromLidar);
  const document = drivenDocument(full, 200, 100);
  const between = timestampNs(full.at + 4_950_000_000n);
  const eye = transformPoint(full.worldFromEgo, [-12, 0, 15]);
  const ahead = transformPoint(full.worldFromEgo, [10, 2, 0]);
  const ray = {
    origin: transformPoint(invert(worldFromLidar), eye),
    direction: vec.normalize(
      vec.subtract(transformPoint(invert(worldFromLidar), ahead), transformPoint(invert(worldFromLidar), eye)),
    ) ?? [1, 0, 0],
  } as const;
  const car = defaultOntology.objects[0];
  const test = (name: string, work: () => unknown, note: string): Case => ({
    subject: `kernels, ${sweep.count} points`,
    name,
    note,
    rounds,
    ours: async () => await timed(work),
  });
  return [
    test("momentAt", () => momentAt(document, between), "200 tracks × 100 keyframes, between two"),
    test("countsAt", () => countsAt(full, cuboids), "100 cuboids"),
    test(
      "buildGround",
      () => buildGround([{ positions: sweep.positions, spaceFromLidar: worldFromLidar }], full.worldFromEgo),
      "",
    ),
    test("nearestToRay", () => nearestToRay(sweep.positions, ray, (d) => d / 1000, 8), "8 pixels around the ray"),
    test(
      "cuboidFromFootprint",
      () => cuboidFromFootprint(full, { ...footprintOf(cuboids[0]), yawRad: 0.3 }, car),
      "the ground is there",
    ),
  ];
}

const footprintOf = ({ center, size }: Cuboid<"world">) => ({
  center: [center[0], center[1]] as const,
  lengthM: size[0],
  widthM: size[1],
});

/** The frame with so many points: a sweep that has fewer is repeated, a few centimetres aside each time. */
export function filled(frame: Frame, pointCount: number): Frame {
  const [sweep] = frame.sweeps;
  if (sweep.count >= 0.9 * pointCount) return frame;
  const random = randomNumbers(11);
  const positions = new Float32Array(3 * pointCount);
  for (let i = 0; i < positions.length; i++) {
    const source = sweep.positions[i % sweep.positions.length];
    positions[i] = i < sweep.positions.length ? source : source + 0.1 * (random() - 0.5);
  }
  return { ...frame, sweeps: [{ ...sweep, count: pointCount, positions }] };
}

/** Cars that stand on points of the sweep. */
function cuboidsAround(frame: Frame, count: number): Cuboid<"world">[] {
  const [sweep] = frame.sweeps;
  const random = randomNumbers(5);
  if (!sweep.egoFromLidar) throw new Error("the sweep has no place");
  const worldFromLidar = compose(frame.worldFromEgo, sweep.egoFromLidar);
  return Array.from({ length: count }, () => {
    const at = 3 * Math.floor(random() * sweep.count);
    const { positions } = sweep;
    const center: Point<"world"> = transformPoint(worldFromLidar, [
      positions[at],
      positions[at + 1],
      positions[at + 2],
    ]);
    return { center, size: [4.5, 1.9, 1.6], rotation: fromYaw(random() * 6) };
  });
}

/** Tracks with a keyframe every 100 ms from the frame's time on. */
export function drivenDocument(frame: Frame, trackCount: number, keyframeCount: number): LabelDocument {
  const records: LabelRecord[] = [];
  for (const [t, start] of cuboidsAround(frame, trackCount).entries()) {
    const id = `track:${t}`;
    records.push({
      id,
      kind: "track",
      name: `car-${t}`,
      classId: "car",
      rigid: true,
      static: false,
      attributes: {},
    });
    for (let k = 0; k < keyframeCount; k++) {
      const at: TimestampNs = timestampNs(frame.at + 100_000_000n * BigInt(k));
      const [x, y, z] = start.center;
      const cuboid: Cuboid<"world"> = { ...start, center: [x + 0.3 * k, y, z], rotation: fromYaw(0.01 * k) };
      records.push({
        id: keyframeId(id, at),
        kind: "keyframe",
        trackId: id,
        at,
        cuboid,
        attributes: {},
        source: "human",
      });
    }
  }
  return createDocument(defaultOntology, records);
}
