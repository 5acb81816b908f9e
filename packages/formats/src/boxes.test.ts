import { distortionOf, invert, type CameraModel, type CameraView, type Pose } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { box, keyframe, sceneOf, stamp, time, track } from "../test/scenes.ts";
import { boxRowsOf } from "./boxes.ts";
import { csvFormat } from "./csv.ts";

const model: CameraModel = {
  width: 1000,
  height: 600,
  fx: 500,
  fy: 500,
  cx: 499.5,
  cy: 299.5,
  skew: 0,
  distortion: distortionOf("", [])!,
};
/** At the world's origin, looking along x. */
const worldFromCamera: Pose<"world", "camera"> = { translation: [0, 0, 0], rotation: [-0.5, 0.5, -0.5, 0.5] };
const view = (frame: number, cameraId = "front"): CameraView => ({
  cameraId,
  at: time(frame),
  model,
  cameraFromWorld: invert(worldFromCamera),
});
/** One car comes nearer by a metre a frame, another stands behind it. */
const records = [
  track("near"),
  keyframe("near", 0, box([12, 0, 0])),
  keyframe("near", 2, box([10, 0, 0])),
  track("far", { static: true }),
  keyframe("far", 0, box([30, 0, 0])),
];

describe("boxes (rule 13)", () => {
  it("an object is where it is at the picture's own time", async () => {
    const at = async (frame: number) => {
      const scene = sceneOf([stamp(0)], records, { viewsAt: async () => [view(frame)] });
      return (await boxRowsOf(scene, stamp(0))).find(({ trackName }) => trackName === "near")!;
    };
    // The rear of the box is 2 m nearer than its centre: 1 m to each side of it.
    expect((await at(0)).box.right).toBeCloseTo(499.5 + 500 / 10, 6);
    expect((await at(1)).box.right).toBeCloseTo(499.5 + 500 / 9, 6);
    expect(await at(1)).toMatchObject({ frameIndex: 0, at: time(0), imageAt: time(1), truncated: 0, hidden: 0 });
  });

  it("rows come by camera, then name; what no picture has a part of has none", async () => {
    const behind: CameraView = {
      ...view(0, "back"),
      cameraFromWorld: invert({ translation: [0, 0, 0], rotation: [0.5, 0.5, -0.5, -0.5] }),
    };
    const scene = sceneOf([stamp(0)], records, { viewsAt: async () => [view(0, "b"), behind, view(0, "a")] });
    const rows = await boxRowsOf(scene, stamp(0));
    expect(rows.map(({ cameraId, trackName }) => `${cameraId} ${trackName}`)).toEqual([
      "a far",
      "a near",
      "b far",
      "b near",
    ]);
    expect(rows[0].hidden).toBe(1);
    expect(rows[1].hidden).toBe(0);
  });

  it("is a table beside the others, with pixels to 0.1 of a thousandth", async () => {
    const scene = sceneOf([stamp(0)], records, { viewsAt: async () => [view(0)], countPoints: async () => [1, 2] });
    const { files, losses } = await csvFormat.write(scene);
    expect(files.map(({ name }) => name)).toEqual(["tracks.csv", "lanes.csv", "boxes.csv"]);
    expect(losses.map(({ code }) => code)).toEqual(["keyframes-between-frames", "track-flags"]);
    const [head, , near] = new TextDecoder().decode(files[2].bytes).split("\r\n");
    expect(head).toBe(
      "frame_index,timestamp_ns,camera,image_timestamp_ns,track_id,track_name,class,left,top,right,bottom,truncated,hidden",
    );
    expect(near).toBe(`0,${time(0)},front,${time(0)},track:near,near,car,449.5,262,549.5,337,0,0`);
  });
});
