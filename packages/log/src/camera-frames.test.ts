import { identityPose } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { calibration, cloud, drive, image, second, start, transform } from "../test-support/drive.ts";
import { codes, expectPose, open } from "../test-support/open.ts";

const tenth = second / 10n;
const withoutLidar = (frames: number) => drive(frames).filter(({ topic }) => topic !== "/lidar/points");

describe("rule 32: a log without a lidar has the images of a camera for frames", () => {
  it("each at its own stamp, with the vehicle's pose, the pictures of all cameras, and no sweeps", async () => {
    const all = [
      ...withoutLidar(4),
      image("/side/compressed", start + 15_000_000n),
      image("/side/compressed", start + tenth + 15_000_000n),
    ];
    const log = await open(all.toSorted((a, b) => Number(a.logTime - b.logTime)));
    expect(log.info).toMatchObject({
      lidarTopic: undefined,
      referenceTopic: "/cam/compressed",
      worldName: "map",
      egoName: "base_link",
      sweepCount: 4,
    });
    expect(log.info.problems.map(({ code, severity }) => [code, severity])).toContainEqual(["no-lidar", "warning"]);
    for (const [i, { at }] of log.info.frames.entries()) {
      const frame = await log.frame(i);
      expect([frame.at, at]).toEqual(Array(2).fill(start + BigInt(i) * tenth + 10_000_000n));
      expect([frame.sweeps, frame.images.map(({ cameraId }) => cameraId)]).toEqual([
        [],
        i < 2 ? ["cam", "side"] : ["cam"],
      ]);
      expectPose(frame.worldFromEgo, i + 0.1, 0.1 * (i / 10 + 0.01));
      expect(frame.images[0].worldFromCamera).toBeDefined();
    }
    const entries = await log.scan();
    expect(entries.every(({ exact, pointCount }) => exact && pointCount === undefined)).toBe(true);
  });

  it("of the camera with the most messages, or of the one that is chosen, at a lower rate where that is asked for", async () => {
    const cameras = [0, 1, 2, 3].flatMap((i) => {
      const at = start + BigInt(i) * tenth;
      return [image("/a/compressed", at), ...(i < 2 ? [image("/b/compressed", at + 1n)] : [])];
    });
    const reference = async (choice: object) => {
      const { info } = await open(cameras, {}, choice);
      return [info.referenceTopic, info.choice.lidarTopic, info.frames.length];
    };
    expect(await reference({})).toEqual(["/a/compressed", "/a/compressed", 4]);
    expect(await reference({ lidarTopic: "/b/compressed" })).toEqual(["/b/compressed", "/b/compressed", 2]);
    expect(await reference({ maxRateHz: 5 })).toEqual(["/a/compressed", "/a/compressed", 2]);
    await expect(open(cameras, {}, { lidarTopic: "/c" })).rejects.toThrow(
      "The log has no readable camera topic '/c'; found: '/a/compressed', '/b/compressed'.",
    );
    const lidar = [...cameras, cloud("/lidar", start)].toSorted((a, b) => Number(a.logTime - b.logTime));
    await expect(open(lidar, {}, { lidarTopic: "/a/compressed" })).rejects.toThrow("no readable lidar topic");
  });

  it("in the space that its calibration says, where its images say none; without transforms, in its own", async () => {
    const log = await open([
      calibration("/cam/calibration", start),
      image("/cam/compressed", start, start, ""),
      transform("/tf", start, { at: start, parent: "base_link", child: "camera" }),
    ]);
    expect(log.info.egoName).toBe("base_link");
    const alone = await open([image("/cam/compressed", start)]);
    expect(alone.info.problems.find(({ code }) => code === "lidar-is-ego")?.message).toBe(
      "No transform leads from the camera's space 'camera' to another one; found: no transforms at all.",
    );
    expect((await alone.frame(0)).worldFromEgo).toEqual(identityPose);
  });

  it("what needs points is refused; an image that cannot be read costs its frame's picture only", async () => {
    const log = await open(withoutLidar(3));
    const request = { index: 0, before: { frames: 1 }, after: { frames: 1 }, voxelM: 0 };
    await expect(log.accumulate(request)).rejects.toThrow("has no lidar: there are no sweeps to lay together");
    await expect(log.matchEgo({})).rejects.toThrow("has no lidar");
    const broken = withoutLidar(3).map((said, i, all) =>
      said.topic === "/cam/compressed" && all.findIndex(({ topic }) => topic === said.topic) === i
        ? { ...said, data: said.data.slice(0, 20) }
        : said,
    );
    const opened = await open(broken);
    expect(opened.info.frames.length).toBe(3);
    expect((await opened.frame(1)).images.length).toBe(1);
  });

  it("a planar scan or a radar is a lidar still", async () => {
    const log = await open([image("/cam/compressed", start), cloud("/radar/points", start)]);
    expect(log.info.lidarTopic).toBe("/radar/points");
    expect(codes(log.info.problems)).not.toContain("no-lidar");
  });
});
