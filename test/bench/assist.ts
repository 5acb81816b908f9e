import { cuboidFromClick, groundOf, placedSweeps, propagate } from "@sweepmark/assist";
import { transformPoint, type Point } from "@sweepmark/geometry";
import { openLog, type Frame } from "@sweepmark/log";
import { groundCutM } from "@sweepmark/pointcloud";
import { defaultOntology } from "@sweepmark/schema";
import { filled } from "./kernels.ts";
import { randomNumbers, worked, type Case } from "./measure.ts";
import type { BenchFile } from "./source.ts";

const [car] = defaultOntology.objects;
const clickCount = 40;
const clickedM = 40;
const propagatedFrames = 15;

/**
 * What the assistant costs: one click on anything that stands within 40 m, and following a car from frame to frame. Floor:
 * one plain loop over all points of the sweep.
 */
export async function assistCases(file: BenchFile, rounds: number): Promise<Case[]> {
  const log = await openLog(file.source);
  const count = Math.min(propagatedFrames, log.info.frames.length);
  const frames: Frame[] = [];
  for (let index = 0; index < count; index++) frames.push(await log.frame(index));
  const [first] = frames;
  return [
    ...clickCases(filled(first, 120_000), rounds),
    ...clickCases(filled(first, 1_000_000), rounds),
    propagationCase(file.name, frames, rounds),
  ];
}

function clickCases(frame: Frame, rounds: number): readonly Case[] {
  const places = standingNear(frame);
  const subject = `one click, ${frame.sweeps[0].count} points`;
  const floor = async (round: number): Promise<number> =>
    await worked(() => pointsNear(frame, places[round % places.length]));
  return [
    {
      subject,
      name: "click, the ground is there",
      note: "processor time",
      rounds,
      floor,
      ours: async (round) => await worked(() => cuboidFromClick(frame, places[round % places.length], car)),
    },
    {
      subject,
      name: "click, first in its frame",
      note: "processor time, with the ground",
      rounds,
      floor,
      ours: async (round) => {
        // The ground is remembered with the array of sweeps: another array has none.
        const fresh = { ...frame, sweeps: [...frame.sweeps] };
        return await worked(() => cuboidFromClick(fresh, places[round % places.length], car));
      },
    },
  ];
}

function propagationCase(log: string, frames: readonly Frame[], rounds: number): Case {
  const places = standingNear(frames[0]);
  const times = frames.map(({ at }) => at);
  return {
    subject: `propagation, ${frames[0].sweeps[0].count} points`,
    name: "propagation, each object and frame",
    note: `processor time; ${log}, frames are in memory`,
    rounds,
    floor: async (round) => await worked(() => pointsNear(frames[0], places[round % places.length])),
    ours: async (round) => {
      const cuboid = cuboidFromClick(frames[0], places[round % places.length], car);
      const request = { anchors: [{ index: 0, cuboid }], times, from: 0, to: frames.length - 1 };
      let read = 0;
      const ms = await worked(async () => await propagate(request, async (index) => (read++, frames[index])));
      return ms / Math.max(1, read - 1);
    },
  };
}

/** Points over the ground, not near ego itself. */
function standingNear(frame: Frame): readonly Point<"world">[] {
  const random = randomNumbers(13);
  const ground = groundOf(frame);
  const [{ sweep, worldFromLidar }] = placedSweeps(frame);
  const [ex, ey] = frame.worldFromEgo.translation;
  const found: Point<"world">[] = [];
  while (found.length < clickCount) {
    const at = 3 * Math.floor(random() * sweep.count);
    const point = transformPoint(worldFromLidar, [
      sweep.positions[at],
      sweep.positions[at + 1],
      sweep.positions[at + 2],
    ]);
    const overM = point[2] - ground.heightAt(point[0], point[1]);
    const awayM = Math.hypot(point[0] - ex, point[1] - ey);
    if (overM > groundCutM && overM < car.usualSize[2] && awayM > 3 && awayM < clickedM) found.push(point);
  }
  return found;
}

/** How many points of the first sweep are within 5 m of a place, its space taken for the sweep's: the cost is the same. */
function pointsNear({ sweeps: [{ positions }] }: Frame, [cx, cy, cz]: Point<"world">): number {
  let count = 0;
  for (let i = 0; i + 2 < positions.length; i += 3) {
    const x = positions[i] - cx;
    const y = positions[i + 1] - cy;
    const z = positions[i + 2] - cz;
    if (x * x + y * y + z * z < 25) count++;
  }
  return count;
}
