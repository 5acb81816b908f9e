import { expect, it } from "vitest";
import { createFakeSchedule } from "./fake-schedule.ts";
import { createWatchedCameras } from "./watched-cameras.ts";

function watched() {
  const schedule = createFakeSchedule();
  const told: (readonly [ids: string, what: string])[] = [];
  const cameras = createWatchedCameras(schedule, (ids, what) => void told.push([ids.join(" "), what]));
  return { schedule, told, cameras };
}

it("rule 36: images are read of the cameras that somebody looks at; of all while the views come up", async () => {
  const { schedule, told, cameras } = watched();
  const front = cameras.watch("front");
  cameras.watch("left");
  expect(told).toEqual([]);
  await schedule.advance(1000);
  expect(told.splice(0)).toEqual([["front left", "fewer"]]);
  const again = cameras.watch("front");
  const rear = cameras.watch("rear");
  expect(told.splice(0)).toEqual([["front left rear", "more"]]);
  front();
  front();
  rear();
  await schedule.advance(1000);
  expect(told.splice(0)).toEqual([["front left", "fewer"]]);
  again();
  await schedule.advance(500);
  cameras.watch("front");
  await schedule.advance(1000);
  // It has only moved: it was read all the time.
  expect(told.splice(0)).toEqual([["left front", "fewer"]]);
  cameras.close();
});

it("nothing happens once it is closed", async () => {
  const { schedule, told, cameras } = watched();
  cameras.watch("front");
  cameras.close();
  await schedule.advance(5000);
  expect(told).toEqual([]);
});
