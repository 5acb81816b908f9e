import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundary, box, keyframe, parseCsv, sceneOf, stamp, straight, textOf, track, turning } from "../test/scenes.ts";
import { csvFormat } from "./csv.ts";
import type { Scene, WriteOptions } from "./types.ts";

async function written(scene: Scene, options?: WriteOptions) {
  const { files, losses } = await csvFormat.write(scene, options);
  expect(files.map(({ name }) => name)).toEqual(["tracks.csv", "lanes.csv"]);
  const [tracks, lanes] = files.map(({ bytes }) => textOf(bytes));
  return { tracks, lanes, losses };
}
/** Cells of one column, by its name. */
function column(text: string, name: string): readonly string[] {
  const [header, ...rows] = parseCsv(text);
  return rows.map((row) => row[header.indexOf(name)]);
}

/** UTF-8 holds no half of a surrogate pair. */
const wellFormed = (text: string): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));

describe("CSV", () => {
  it("of one car that drives straight (golden, checked by hand)", async () => {
    const { tracks, lanes, losses } = await written(straight);
    expect(tracks.replaceAll("\r\n", "\n")).toMatchInlineSnapshot(`
      "frame_index,timestamp_ns,track_id,track_name,class,length,width,height,world_x,world_y,world_z,world_qx,world_qy,world_qz,world_qw,world_yaw,ego_x,ego_y,ego_z,ego_qx,ego_qy,ego_qz,ego_qw,ego_yaw,state,source,confidence,num_lidar_points,attributes
      0,1700000000000000001,track:car-1,car-1,car,4,2,1.5,10,3,0.75,0,0,0,1,0,10,3,0.75,0,0,0,1,0,keyframe,human,,100,"{""motion"":""moving"",""plate"":""x""}"
      1,1700000000100000001,track:car-1,car-1,car,4,2,1.5,11,3,0.75,0,0,0,1,0,11,3,0.75,0,0,0,1,0,interpolated,human,,101,"{""motion"":""moving"",""plate"":""x""}"
      2,1700000000200000001,track:car-1,car-1,car,4,2,1.5,12,3,0.75,0,0,0,1,0,12,3,0.75,0,0,0,1,0,keyframe,model,0.5,102,"{""motion"":""moving"",""plate"":""x""}"
      3,1700000000300000001,track:car-1,car-1,car,4,2,1.5,12,3,0.75,0,0,0,1,0,12,3,0.75,0,0,0,1,0,held,model,0.5,103,"{""motion"":""moving"",""plate"":""x""}"
      "
    `);
    expect(lanes.replaceAll("\r\n", "\n")).toMatchInlineSnapshot(`
      "frame_index,timestamp_ns,boundary_id,boundary_name,class,part,vertex,world_x,world_y,world_z,ego_x,ego_y,ego_z
      "
    `);
    expect(losses.map(({ code }) => code)).toEqual(["no-boxes"]);
  });

  it("of a turning ego and a parked car (golden, checked by hand)", async () => {
    const { tracks, lanes } = await written(turning, { laneRangeM: 500 });
    expect(tracks.replaceAll("\r\n", "\n")).toMatchInlineSnapshot(`
      "frame_index,timestamp_ns,track_id,track_name,class,length,width,height,world_x,world_y,world_z,world_qx,world_qy,world_qz,world_qw,world_yaw,ego_x,ego_y,ego_z,ego_qx,ego_qy,ego_qz,ego_qw,ego_yaw,state,source,confidence,num_lidar_points,attributes
      0,1700000000000000001,track:car-1,car-1,car,4,2,1.5,15,0,0.75,0,0,0,1,0,10,0,0.75,0,0,0,1,0,held,human,,,{}
      1,1700000000100000001,track:car-1,car-1,car,4,2,1.5,15,0,0.75,0,0,0,1,0,0,-10,0.75,0,0,-0.707106781187,0.707106781187,-1.570796326795,keyframe,human,,,{}
      2,1700000000200000001,track:car-1,car-1,car,4,2,1.5,15,0,0.75,0,0,0,1,0,-10,0,0.75,0,0,1,0,3.14159265359,held,human,,,{}
      "
    `);
    expect(lanes.replaceAll("\r\n", "\n")).toMatchInlineSnapshot(`
      "frame_index,timestamp_ns,boundary_id,boundary_name,class,part,vertex,world_x,world_y,world_z,ego_x,ego_y,ego_z
      0,1700000000000000001,lane-boundary:lane-1,lane-1,solid-white,0,0,-100,2,0,-105,2,0
      0,1700000000000000001,lane-boundary:lane-1,lane-1,solid-white,0,1,0,2,0,-5,2,0
      0,1700000000000000001,lane-boundary:lane-1,lane-1,solid-white,0,2,200,2,0,195,2,0
      1,1700000000100000001,lane-boundary:lane-1,lane-1,solid-white,0,0,-100,2,0,2,105,0
      1,1700000000100000001,lane-boundary:lane-1,lane-1,solid-white,0,1,0,2,0,2,5,0
      1,1700000000100000001,lane-boundary:lane-1,lane-1,solid-white,0,2,200,2,0,2,-195,0
      2,1700000000200000001,lane-boundary:lane-1,lane-1,solid-white,0,0,-100,2,0,105,-2,0
      2,1700000000200000001,lane-boundary:lane-1,lane-1,solid-white,0,1,0,2,0,5,-2,0
      2,1700000000200000001,lane-boundary:lane-1,lane-1,solid-white,0,2,200,2,0,-195,-2,0
      "
    `);
  });

  it("is RFC 4180: whatever people write comes back, and no cell starts a formula (rules 6, 7)", async () => {
    const text = fc
      .oneof(fc.string({ unit: "binary", maxLength: 12 }), fc.stringMatching(/^[=+\-@",\r\n';a ]{0,8}$/))
      .map(wellFormed);
    await fc.assert(
      fc.asyncProperty(text, text, async (name, value) => {
        const scene = sceneOf(
          [stamp(0)],
          [
            { ...track("a", { name, classId: value || "car" }), attributes: { note: value } },
            keyframe("a", 0, box([1, 2, 3])),
            {
              ...boundary("l", [
                [0, 0, 0],
                [1, 0, 0],
              ]),
              name,
            },
          ],
        );
        const { tracks, lanes } = await written(scene);
        const back = (cell: string, original: string) => {
          expect(cell).not.toMatch(/^[=+\-@\t\r]/);
          expect(cell).toBe(/^[=+\-@\t\r]/.test(original) ? `'${original}` : original);
        };
        back(column(tracks, "track_name")[0], name);
        back(column(tracks, "class")[0], value || "car");
        back(column(lanes, "boundary_name")[0], name);
        expect(JSON.parse(column(tracks, "attributes")[0])).toEqual({ note: value });
      }),
      { seed: 1 },
    );
  });

  it("leaves numbers alone: a negative coordinate is a number (rule 7)", async () => {
    const scene = sceneOf([stamp(0)], [track("a"), keyframe("a", 0, box([-1.25, 0, 0]))]);
    expect(column((await written(scene)).tracks, "world_x")).toEqual(["-1.25"]);
  });

  it("writes a header even without rows", async () => {
    const { tracks, lanes } = await written(sceneOf([], []));
    expect(parseCsv(tracks)).toHaveLength(1);
    expect(parseCsv(lanes)).toHaveLength(1);
  });

  it("is the same bytes for the same labels, in whatever order they were made", async () => {
    const records = [...turning.document.records(), track("b"), keyframe("b", 0, box([1, 1, 1]))];
    const [one, other] = await Promise.all(
      [records, records.toReversed()].map((list) => csvFormat.write(sceneOf(turning.info.frames, list))),
    );
    expect(other).toEqual(one);
  });
});
