import { describe, expect, it } from "vitest";
import { drive } from "../test-support/drive.ts";
import { writeLog } from "../test-support/write-log.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";

/** A log whose messages have a chunk each, and how many reads there were. */
async function open() {
  const source = bytesSource(await writeLog(drive(8), { chunkSize: 1 }), "drive.mcap");
  const state = { reads: 0 };
  const log = await openLog({
    ...source,
    read(...request) {
      state.reads++;
      return source.read(...request);
    },
  });
  state.reads = 0;
  return { log, state };
}

describe("rule 28: cameras that nobody looks at are not read", () => {
  it("no chunk is read for them, and that an image is missing is not said", async () => {
    const all = await open();
    const whole = await all.log.frame(5);
    const none = await open();
    none.log.showCameras([]);
    const { images, unread, ...frame } = await none.log.frame(5);
    expect({ images, unread }).toEqual({ images: [], unread: ["cam"] });
    expect(whole).toEqual({ ...frame, images: whole.images });
    expect(none.state.reads).toBe(all.state.reads - 1);
  });

  it("a held frame is read anew once one of them is looked at, and goes back to be used again", async () => {
    const { log, state } = await open();
    log.showCameras([]);
    const bare = await log.frame(5);
    expect(await log.frame(5)).toBe(bare);
    log.showCameras(["cam"]);
    const before = state.reads;
    const whole = await log.frame(5);
    // Its own chunk is still there.
    expect(state.reads).toBe(before + 1);
    expect(whole.images.map(({ cameraId }) => cameraId)).toEqual(["cam"]);
    expect(log.buffered()).toEqual([5]);
    expect(bare.sweeps[0].positions).toEqual(whole.sweeps[0].positions);
    log.release(bare);
    log.release(bare);
    expect(bare.sweeps[0].positions).toHaveLength(0);
    log.showCameras([]);
    expect(await log.frame(5)).toBe(whole);
  });

  it("is read once more where it was on its way when the camera came up", async () => {
    const { log } = await open();
    log.showCameras([]);
    const frame = log.frame(3);
    log.showCameras(["cam"]);
    expect((await frame).images).toHaveLength(1);
  });
});
