import { timestampNs } from "@sweepmark/geometry";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { spread } from "./info.ts";
import { fixLines, treeLines } from "./info-text.ts";
import { cli } from "./test-support.ts";

const data = new URL("../../../../shared/data/", import.meta.url).pathname;

/** What the ground truth of a real log says of the log itself. */
interface Truth {
  readonly cameras: readonly { topic: string; width: number; height: number; K: readonly number[] }[];
  readonly static_transforms: readonly { parent: string; child: string }[];
  readonly ego_poses: readonly { timestamp_ns: string; parent: string; translation: readonly number[] }[];
  readonly lidar_timestamps_ns: readonly { timestamp_ns: string }[];
  readonly image_timestamps_ns: readonly { camera: string; timestamp_ns: string }[];
}

interface Answer {
  readonly ok: boolean;
  readonly log: {
    readonly worldName: string | null;
    readonly frames: {
      readonly count: number;
      readonly list: readonly { atNs: string; worldFromEgo: { translation: readonly number[] } | null }[];
    };
    readonly cameras: readonly {
      readonly imageTopic: string | null;
      readonly calibrationTopic: string | null;
      readonly imageCount: number;
      readonly model: { width: number; height: number; fx: number; cx: number } | null;
      readonly offsetsMs: { min: number; median: number; max: number } | null;
    }[];
    readonly transforms: readonly { parent: string; child: string; static: boolean }[];
  };
}

const stems = [
  "av2_7fab2350",
  "ddad_scene_02",
  "kitti_raw_0052_front",
  "kitti_tracking_0000_front",
  "kitti_tracking_0000_full_f000",
  "nuscenes_n015_keyframe",
  "sustech_example",
];

describe.skipIf(!existsSync(data))(
  `info tells the truth about the logs of ../shared/data (skipped where absent)`,
  () => {
    it.each(stems)("%s", async (stem) => {
      const truth = JSON.parse(readFileSync(`${data}${stem}.gt.json`, "utf8")) as Truth;
      const { code, out, err } = await cli(["info", `${stem}.foxglove.mcap`, "--json"], data);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const { log } = JSON.parse(out) as Answer;

      const stamps = truth.lidar_timestamps_ns.map(({ timestamp_ns }) => timestamp_ns);
      expect(log.frames.list.map(({ atNs }) => atNs)).toEqual(stamps);

      for (const { topic, width, height, K } of truth.cameras) {
        const camera = log.cameras.find((item) => item.calibrationTopic?.startsWith(`${topic}/`));
        expect(camera?.model).toMatchObject({ width, height });
        expect(camera?.model?.fx).toBeCloseTo(K[0], 6);
        expect(camera?.model?.cx).toBeCloseTo(K[2], 6);
      }
      const images = log.cameras.reduce((sum, { imageCount }) => sum + imageCount, 0);
      expect(images).toBe(truth.image_timestamps_ns.length);

      for (const { parent, child } of truth.static_transforms)
        expect(log.transforms).toContainEqual({ parent, child, static: true });
      expect(log.worldName).toBe(truth.ego_poses.at(0)?.parent ?? null);
      for (const { atNs, worldFromEgo } of log.frames.list) {
        const given = truth.ego_poses.find(({ timestamp_ns }) => timestamp_ns === atNs);
        for (const [axis, value] of (given?.translation ?? []).entries())
          expect(worldFromEgo?.translation[axis]).toBeCloseTo(value, 6);
      }
    });

    it("the offset of DDAD's cameras is that of its stamps", async () => {
      const truth = JSON.parse(readFileSync(`${data}ddad_scene_02.gt.json`, "utf8")) as Truth;
      const ms = (ns: string) => Number(BigInt(ns) - BigInt(truth.lidar_timestamps_ns[0].timestamp_ns)) / 1e6;
      const first = truth.image_timestamps_ns
        .filter(({ camera }) => camera === "CAMERA_01")
        .map((image) => ms(image.timestamp_ns));
      const offsets = truth.lidar_timestamps_ns.map((sweep) => {
        const at = ms(sweep.timestamp_ns);
        return Math.min(...first.map((image) => Math.abs(image - at)));
      });
      const { out } = await cli(["info", "ddad_scene_02.foxglove.mcap", "--json"], data);
      const { log } = JSON.parse(out) as Answer;
      const camera = log.cameras.find(({ imageTopic }) => imageTopic === "/camera_01/compressed");
      expect(Math.abs(camera?.offsetsMs?.median ?? 0)).toBeCloseTo(spread(offsets)?.median ?? NaN, 6);
    });

    it("reads well", async () => {
      const { out } = await cli(["info", "ddad_scene_02.foxglove.mcap"], data);
      expect(out).toMatchSnapshot();
    });
  },
);

describe("spread", () => {
  it("of nothing is nothing", () => expect(spread([])).toBeUndefined());
  it("of one is that one", () => expect(spread([3])).toEqual({ min: 3, median: 3, max: 3 }));
  it("sorts numbers as numbers", () => expect(spread([10, 9, 100, 1])).toEqual({ min: 1, median: 9.5, max: 100 }));
});

describe("the transform tree", () => {
  const tree = (edges: readonly [string, string, "static" | "moving"][]) =>
    treeLines({
      transforms: edges.map(([parent, child, kind]) => ({ parent, child, static: kind === "static" })),
      worldName: "map",
      egoName: "base_link",
    });

  it("is indented, named and sorted", () => {
    expect(
      tree([
        ["base_link", "lidar", "static"],
        ["map", "base_link", "moving"],
        ["base_link", "cam", "static"],
      ]),
    ).toEqual(["map (world)", "  base_link (ego), moving", "    cam, static", "    lidar, static"]);
  });

  it("shows islands and survives a loop", () => {
    expect(
      tree([
        ["x", "y", "static"],
        ["a", "b", "static"],
        ["b", "a", "static"],
      ]),
    ).toEqual(["x", "  y, static", "a", "  b, static", "    a, static"]);
  });
});

it("position fixes: how many, first and last place", () => {
  const first = { at: timestampNs(1n), latitude: 48.137, longitude: 11.575, altitude: 520 };
  expect(
    fixLines({
      fixes: [
        { topic: "/gps/fix", count: 312, first, last: { ...first, latitude: -0.5 } },
        { topic: "/gps", count: 1 },
      ],
    }),
  ).toEqual(["/gps/fix 312, 48.137000 11.575000 → -0.500000 11.575000", "/gps 1, unknown → unknown"]);
});
