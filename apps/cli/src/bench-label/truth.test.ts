import { fromYaw, timestampNs, type Cuboid, type Pose } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { defaultOntology, keyframeId, labelFileToText, type LabelRecord } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { parseTruth } from "./truth.ts";

const at = (ms: number) => timestampNs(BigInt(ms) * 1_000_000n);
const box = (x: number): Cuboid<"world"> => ({ center: [x, 2, 1], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] });

/** Ego stands at x = 100; its lidar looks backward. */
const frameAt = (ms: number): Frame => ({
  index: 0,
  at: at(ms),
  worldFromEgo: { translation: [100, 0, 0], rotation: [0, 0, 0, 1] },
  sweeps: [
    {
      topic: "/points",
      at: at(ms),
      frameId: "velodyne",
      count: 0,
      positions: new Float32Array(),
      dropped: 0,
      egoFromLidar: { translation: [0, 0, 2], rotation: fromYaw(Math.PI) } as Pose<"ego", "lidar">,
    },
  ],
  images: [],
  labels: [],
  problems: [],
});

const track = (id: string, isStatic: boolean): LabelRecord => ({
  id,
  kind: "track",
  name: id,
  classId: "car",
  rigid: true,
  static: isStatic,
  attributes: {},
});
const keyframe = (trackId: string, ms: number, cuboid: Cuboid<"world"> | null): LabelRecord => ({
  id: keyframeId(trackId, at(ms)),
  kind: "keyframe",
  trackId,
  at: at(ms),
  cuboid,
  attributes: {},
  source: "human",
});

const groundTruth = (gtFrame: string, name = "Car") => ({
  conventions: { gt_frame: gtFrame },
  frames: [
    {
      timestamp_ns: "100000000",
      objects: [
        { track_id: "7", class: name, center: [5, 1, 0], size_lwh: [4, 2, 1.5], quaternion_xyzw: [0, 0, 0, 1] },
      ],
    },
  ],
});

describe("true labels", () => {
  it("of a label file are those at the frame's time, and nothing after the last keyframe but of what is static", () => {
    const records = [
      track("track:a", false),
      keyframe("track:a", 100, box(0)),
      keyframe("track:a", 300, box(2)),
      track("track:b", true),
      keyframe("track:b", 200, box(9)),
      track("track:c", false),
      keyframe("track:c", 100, box(20)),
      keyframe("track:c", 200, null),
      keyframe("track:c", 400, box(24)),
    ];
    const truth = parseTruth(
      labelFileToText({ scene: { digest: "", logName: "", frames: [] }, ontology: defaultOntology, records }),
    );
    const xs = (ms: number) => truth.at(frameAt(ms)).map(({ id, cuboid }) => `${id}:${cuboid.center[0]}`);
    expect(xs(200)).toEqual(["track:a:1", "track:b:9"]);
    expect(xs(0)).toEqual(["track:b:9"]);
    expect(xs(400)).toEqual(["track:b:9", "track:c:24"]);
    expect(truth.stamps).toBeUndefined();
    const shift = { at: frameAt(100).at, ego: [0, 0, 0], shift: [0, 5, 0], yawRad: 0 } as const;
    const [moved] = truth.at(frameAt(100), [shift]);
    expect(moved.cuboid.center[1]).toBeCloseTo(truth.at(frameAt(100))[0].cuboid.center[1] + 5, 9);
  });

  it("of ground truth are placed by the lidar that it names, else by ego; its ids are kept as words", () => {
    const [inLidar] = parseTruth(JSON.stringify(groundTruth("velodyne"))).at(frameAt(100));
    expect(inLidar).toMatchObject({ id: "7", classId: "car" });
    inLidar.cuboid.center.forEach((each, axis) => expect(each).toBeCloseTo([95, -1, 2][axis], 9));
    const inEgo = parseTruth(JSON.stringify(groundTruth("base_link")));
    expect(inEgo.at(frameAt(100))[0].cuboid.center).toEqual([105, 1, 0]);
    expect(inEgo.at(frameAt(200))).toEqual([]);
    expect(inEgo.stamps).toEqual([at(100)]);
  });

  it("leaves out classes that no class means, and names them", () => {
    const truth = parseTruth(JSON.stringify(groundTruth("velodyne", "DontCare")));
    expect(truth.unknownClasses).toEqual(["DontCare"]);
    expect(truth.at(frameAt(100))).toEqual([]);
  });

  it("says what is wrong with other files, and where", () => {
    expect(() => parseTruth("{")).toThrow("not JSON");
    expect(() => parseTruth("[1]")).toThrow("neither a Sweepmark label file");
    expect(() => parseTruth('{"format":"sweepmark-labels","version":99}')).toThrow("newer Sweepmark");
    const bad = groundTruth("velodyne");
    bad.frames[0].objects[0].size_lwh = [4, 0, 1.5];
    expect(() => parseTruth(JSON.stringify(bad))).toThrow("frames[0].objects[0].size_lwh[1]");
  });
});
