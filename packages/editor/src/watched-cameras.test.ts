import { expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import { createFakeSchedule } from "./fake-schedule.ts";
import type { SessionState } from "./session-types.ts";
import { initialView } from "./session-state.ts";
import { createWatchedCameras } from "./watched-cameras.ts";

function watched() {
  const schedule = createFakeSchedule();
  const told: string[] = [];
  const store = createStore(() => ({ view: initialView }) as SessionState);
  const cameras = createWatchedCameras({
    log: {
      info: { cameras: [{ id: "front" }, { id: "left" }] } as never,
      showCameras: (ids) => void told.push(ids.join(" ")),
    },
    schedule,
    store,
    imagesWanted: () => void told.push("images wanted"),
  });
  return { schedule, store, told, cameras };
}

it("rule 36: images are read of the cameras that somebody looks at; of all while the views come up", async () => {
  const { schedule, told, cameras } = watched();
  const front = cameras.watch("front");
  cameras.watch("left");
  expect(told).toEqual([]);
  await schedule.advance(1000);
  expect(told.splice(0)).toEqual(["front left"]);
  const again = cameras.watch("front");
  const rear = cameras.watch("rear");
  expect(told.splice(0)).toEqual(["front left rear"]);
  front();
  front();
  rear();
  await schedule.advance(1000);
  expect(told.splice(0)).toEqual(["images wanted", "front left"]);
  again();
  await schedule.advance(500);
  cameras.watch("front");
  await schedule.advance(1000);
  // It has only moved: it was read all the time.
  expect(told.splice(0)).toEqual(["left front"]);
  cameras.close();
});

it("several views that come up together want images once", async () => {
  const { schedule, told, cameras } = watched();
  await schedule.advance(1000);
  cameras.watch("front");
  cameras.watch("left");
  await schedule.advance(0);
  expect(told).toEqual(["", "front", "front left", "images wanted"]);
});

it("rule 36: of all cameras while points are coloured by them", async () => {
  const { schedule, store, told, cameras } = watched();
  await schedule.advance(1000);
  store.setState({ view: { ...initialView, colorMode: "camera" } });
  await schedule.advance(0);
  expect(told.splice(0)).toEqual(["", "front", "front left", "images wanted"]);
  store.setState({ view: initialView });
  await schedule.advance(1000);
  expect(told).toEqual([""]);
  cameras.close();
});

it("nothing happens once it is closed", async () => {
  const { schedule, store, told, cameras } = watched();
  await schedule.advance(1000);
  told.splice(0);
  cameras.watch("front");
  expect(told.splice(0)).toEqual(["front"]);
  cameras.close();
  store.setState({ view: { ...initialView, colorMode: "camera" } });
  await schedule.advance(5000);
  expect(told).toEqual([]);
});
