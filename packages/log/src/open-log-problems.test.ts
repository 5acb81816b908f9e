import { transformPoint } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { calibration, cloud, drive, image, message, second, start, transforms } from "../test-support/drive.ts";
import { encode } from "../test-support/foxglove.ts";
import { codes, expectPose, open } from "../test-support/open.ts";
import { writeLog } from "../test-support/write-log.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import { LogError } from "./types.ts";

describe("rule 2: what is readable opens", () => {
  it("no lidar and no camera: no frames, and the topics that were found", async () => {
    const log = await open([calibration("/cam/calibration", start)]);
    expect(log.info).toMatchObject({ lidarTopic: undefined, referenceTopic: undefined, frames: [] });
    expect(log.info.problems.find(({ code }) => code === "no-lidar")).toMatchObject({
      severity: "error",
      message: expect.stringMatching(/\/cam\/calibration \(foxglove.CameraCalibration, protobuf\)/) as string,
    });
    await expect(log.frame(0)).rejects.toThrow(LogError);
  });

  it("other encodings and types are named with topic and schema", async () => {
    const log = await open([
      { ...cloud("/lidar/points", start), encoding: "flatbuffer", schemaEncoding: "flatbuffer" },
      {
        topic: "/packets",
        schema: "velodyne_msgs/msg/VelodyneScan",
        schemaEncoding: "ros2msg",
        encoding: "cdr",
        logTime: start,
        data: new Uint8Array(9),
      },
    ]);
    const unknown = log.info.problems.filter(({ code }) => code.startsWith("unknown-"));
    expect(unknown.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [
        "unknown-encoding",
        "'/lidar/points' holds lidar data as 'foxglove.PointCloud' in the encoding 'flatbuffer' (schema: 'flatbuffer'), which is not read.",
        "Readable: protobuf (protobuf), ros1 (ros1msg), cdr (ros2msg), cdr (ros2idl), json (jsonschema). Convert the log.",
      ],
      [
        "unknown-type",
        "'/packets' holds lidar data as 'velodyne_msgs/msg/VelodyneScan' in the encoding 'cdr' (schema: 'ros2msg'), a type that is not read.",
        "Raw packets need the sensor's driver: record its point clouds as well (sensor_msgs/PointCloud2).",
      ],
    ]);
  });

  it("a schema that is not understood is named", async () => {
    const log = await open([{ ...cloud("/lidar/points", start), schemaData: Uint8Array.of(1, 2, 3) }]);
    expect(log.info.problems[0]).toMatchObject({ code: "bad-schema", topic: "/lidar/points" });
  });

  it("a camera without calibration, or with one that is all zeros, has no model", async () => {
    const zeros = calibration("/b/calibration", start, { K: Array(9).fill(0) });
    const log = await open([
      cloud("/lidar/points", start),
      image("/a/compressed", start),
      image("/b/compressed", start),
      zeros,
    ]);
    expect(log.info.cameras.map(({ id, model }) => [id, model])).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
    expect(codes(log.info.problems).toSorted()).toEqual([
      "bad-calibration",
      "camera-without-calibration",
      "lidar-is-ego",
      "missing-transform",
    ]);
    expect((await log.frame(0)).images).toHaveLength(2);
  });

  it("a lens model that is not known is named", async () => {
    const log = await open([
      cloud("/lidar/points", start),
      calibration("/cam/calibration", start, { distortion_model: "cylinder", D: [1] }),
    ]);
    expect(log.info.problems.find(({ code }) => code === "unknown-distortion")?.message).toMatch(
      /'cylinder' with 1 coefficients/,
    );
  });

  it("a rectified picture takes P, without distortion, turned by R", async () => {
    const c = Math.SQRT1_2;
    const info = calibration("/cam/camera_info", start, {
      D: [0.1, 0, 0, 0, 0],
      P: [70, 0, 30, 0, 0, 71, 20, 0, 0, 0, 1, 0],
      R: [c, 0, -c, 0, 1, 0, c, 0, c],
    });
    const still = transforms("/tf_static", start, [
      { at: start, parent: "base_link", child: "lidar" },
      { at: start, parent: "base_link", child: "camera" },
    ]);
    const log = await open([still, cloud("/lidar/points", start), info, image("/cam/image_rect", start)]);
    expect(log.info.cameras[0].model).toMatchObject({ fx: 70, fy: 71, cx: 30, cy: 20, distortion: { kind: "none" } });
    const [picture] = (await log.frame(0)).images;
    // R turns camera into rectified: the pose turns back.
    const seen = picture.worldFromCamera && transformPoint(picture.worldFromCamera, [0, 0, 1]);
    seen?.forEach((v, i) => expect(v).toBeCloseTo([c, 0, c][i], 9));
    const raw = await open([still, cloud("/lidar/points", start), info, image("/cam/image_raw", start)]);
    expect(raw.info.cameras[0].model).toMatchObject({ fx: 50, distortion: { kind: "brown" } });
  });

  it("a calibration is also found by its frame_id", async () => {
    const log = await open([
      cloud("/lidar/points", start),
      image("/pictures/left", start, start, "/left_optical"),
      calibration("/info/left", start, { frame_id: "left_optical" }),
    ]);
    expect(log.info.cameras).toMatchObject([{ id: "pictures", calibrationTopic: "/info/left", model: { fx: 50 } }]);
  });

  it("no transform from a camera: nothing is projected, and the spaces that were found are named", async () => {
    const log = await open([
      transforms("/tf_static", start, [{ at: start, parent: "base_link", child: "lidar" }]),
      cloud("/lidar/points", start),
      image("/cam/compressed", start),
      calibration("/cam/calibration", start),
    ]);
    const frame = await log.frame(0);
    expect(frame.images[0].worldFromCamera).toBeUndefined();
    expect(frame.problems[0].message).toBe(
      "There is no transform from 'camera' to 'base_link' at 0.00 s: nothing is said of 'camera'; found: 'base_link', 'lidar'.",
    );
  });

  it("ego poses that stop: extrapolated for 200 ms, then a problem in each frame", async () => {
    const messages = drive(20).filter(({ topic, logTime }) => topic !== "/tf" || logTime <= start + second);
    const log = await open(messages, { chunkSize: 8000 });
    expect((await log.frame(11)).problems).toEqual([]);
    const late = await log.frame(15);
    expect(late.problems.map(({ code, severity }) => `${severity} ${code}`)).toContain("error transform-gap");
    expectPose(late.worldFromEgo, 10, 0.1);
  });

  it("ego poses that begin late are still found, and missed in the frames before them", async () => {
    const messages = drive(40).filter(({ topic, logTime }) => topic !== "/tf" || logTime >= start + 2n * second);
    const log = await open(messages, { chunkSize: 8000 });
    expect(log.info).toMatchObject({ worldName: "map", egoName: "base_link" });
    expect((await log.frame(0)).problems.map(({ code }) => code)).toContain("transform-gap");
    expectPose((await log.frame(30)).worldFromEgo, 30.03, 0.3003);
    expect((await log.frame(30)).problems).toEqual([]);
  });

  it("a damaged chunk costs the frames in it", async () => {
    const bytes = await writeLog(drive(10), { chunkSize: 1 });
    const whole = await openLog(bytesSource(bytes, "x"));
    const { positions } = (await whole.frame(4)).sweeps[0];
    // x, y, z of the first point lie in a row in the file too.
    const at = Buffer.from(bytes).indexOf(Buffer.from(positions.buffer, 0, 12));
    const bad = bytes.slice();
    bad[at] ^= 1;
    const log = await openLog(bytesSource(bad, "x"));
    await log.scan();
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => log.frame(i)));
    expect(results.map(({ status }) => status === "fulfilled")).toEqual(Array.from({ length: 10 }, (_, i) => i !== 4));
    const reason: unknown = results[4].status === "rejected" ? results[4].reason : undefined;
    expect(reason).toBeInstanceOf(LogError);
    expect((reason as LogError).problem).toMatchObject({
      code: "damaged-chunk",
      topic: "/lidar/points",
      offset: expect.any(BigInt),
    });
    const entries = log.info.frames;
    expect(entries.filter(({ exact }) => !exact).map(({ index }) => index)).toEqual([4]);
    expect(codes(log.info.problems)).toEqual(["damaged-chunk"]);
  });

  it("if the first sweep is damaged, the next one tells what is ego", async () => {
    const bytes = await writeLog(drive(5), { chunkSize: 1 });
    const { positions } = (await (await openLog(bytesSource(bytes, "x"))).frame(0)).sweeps[0];
    bytes[Buffer.from(bytes).indexOf(Buffer.from(positions.buffer, 0, 12))] ^= 1;
    const log = await openLog(bytesSource(bytes, "x"));
    expect(log.info).toMatchObject({ worldName: "map", egoName: "base_link" });
    expect(log.info.frames.map(({ exact }) => exact)).toEqual([false, true, false, false, false]);
  });

  it("damaged message indexes are made anew from the file, under the same identity", async () => {
    const bytes = await writeLog(drive(10), { chunkSize: 9000 });
    const whole = await openLog(bytesSource(bytes, "x"));
    const bad = bytes.slice();
    // The first message-index record after the first chunk: opcode 7, then its length and channel.
    const at = Buffer.from(bytes).indexOf(Buffer.from([7, 22, 0, 0, 0, 0, 0, 0, 0]));
    expect(at).toBeGreaterThan(0);
    bad[at] = 0x55;
    const log = await openLog(bytesSource(bad, "x"));
    expect(codes(log.info.problems)).toEqual(["bad-index", "unknown-record"]);
    expect(log.info.digest).toBe(whole.info.digest);
    expect((await log.scan()).map(({ at: stamp }) => stamp)).toEqual(
      (await whole.scan()).map(({ at: stamp }) => stamp),
    );
  });
});

it("empty fields of a message fall back to protobuf's defaults, and are then named", async () => {
  const log = await open([message("/lidar/points", "PointCloud", start, encode("PointCloud", {}))]);
  await expect(log.frame(0)).rejects.toThrow(/no field 'x', 'y', 'z'; found: nothing/);
});
