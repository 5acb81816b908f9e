import type { Quaternion } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import {
  calibration,
  cloud,
  drive,
  image,
  message,
  pngHeader,
  second,
  start,
  transform,
  transforms,
} from "../../test-support/drive.ts";
import { openFaulty } from "../../test-support/fault.ts";
import { cloudMessage, encode, stamp, xyzi } from "../../test-support/foxglove.ts";
import { header, rosMessage } from "../../test-support/ros.ts";
import { writeLog, type TestMessage } from "../../test-support/write-log.ts";

const floats = ["x", "y", "z"].map((name, i) => ({ name, offset: 4 * i, datatype: 7, count: 1 }));
const points = (...xyz: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(xyz).buffer);

/** A sound cloud of two points, but for what is changed. */
const cloud2 = (change: Readonly<Record<string, unknown>>, at = start): TestMessage =>
  rosMessage("ros2", "/points", "sensor_msgs/PointCloud2", at, {
    header: header(at, "lidar"),
    height: 1,
    width: 2,
    fields: floats,
    is_bigendian: false,
    point_step: 12,
    row_step: 24,
    data: points(1, 2, 3, 4, 5, 6),
    is_dense: true,
    ...change,
  });

/** A bad sweep between two sound ones: those must be read. */
async function betweenSound(bad: TestMessage) {
  const opened = await openFaulty(
    await writeLog([cloud2({}, start - second), bad, cloud2({}, start + second)], { chunkSize: 1 }),
  );
  expect(opened.frames.length).toBeGreaterThanOrEqual(2);
  return opened;
}

/** A log whose pictures or transforms are bad: its sweeps must be whole. */
async function withSweeps(...more: readonly TestMessage[]) {
  const opened = await openFaulty(await writeLog([cloud("/lidar/points", start), ...more]));
  expect(opened.frames.map(({ sweeps }) => sweeps[0].count)).toEqual([2]);
  return opened;
}

describe("A7: point clouds", () => {
  it("A7.23 a step of 0 or beyond all, rows that do not fit, data that end early", async () => {
    for (const [change, words] of [
      [{ point_step: 0 }, "A point cloud has 0 bytes a point; its field 'x' at byte 0 (f32) does not fit."],
      [
        { point_step: 4_294_967_295 },
        "A point cloud of 2 × 1 points with 4294967295 bytes each, in rows of 24 bytes, needs 8589934590 bytes, but has 24.",
      ],
      [
        { height: 3, row_step: 36 },
        "A point cloud of 2 × 3 points with 12 bytes each, in rows of 36 bytes, needs 96 bytes, but has 24.",
      ],
      [
        { data: points(1, 2, 3) },
        "A point cloud of 2 × 1 points with 12 bytes each, in rows of 24 bytes, needs 24 bytes, but has 12.",
      ],
    ] as const) {
      const { said, frames } = await betweenSound(cloud2(change));
      expect(said("bad-cloud")).toMatchObject({
        message: words,
        topic: "/points",
        offset: expect.any(BigInt) as bigint,
      });
      expect(frames.length).toBe(2);
    }
    // One row needs no step: what it says of it does not matter.
    expect((await betweenSound(cloud2({ row_step: 7 }))).frames.length).toBe(3);
  });

  it("A7.24 65 536 × 65 537 points, which are 65 536 in 32 bits", async () => {
    const { said } = await betweenSound(cloud2({ width: 65_536, height: 65_537, row_step: 65_536 * 12 }));
    expect(said("bad-cloud").message).toBe(
      "A point cloud of 65536 × 65537 points with 12 bytes each, in rows of 786432 bytes, needs 51540393984 bytes, but has 24.",
    );
  });

  it("A7.25 fields that leave the point, of no known type, twice, or not there; big-endian", async () => {
    const field = (name: string, offset: number, datatype = 7) => ({ name, offset, datatype, count: 1 });
    const outside = await betweenSound(cloud2({ fields: [...floats, field("intensity", 12)] }));
    expect(outside.said("bad-cloud").message).toBe(
      "A point cloud has 12 bytes a point; its field 'intensity' at byte 12 (f32) does not fit.",
    );
    const missing = await betweenSound(cloud2({ fields: floats.slice(0, 2) }));
    expect(missing.said("bad-cloud")).toMatchObject({
      message: "A point cloud has no field 'z'; found: 'x', 'y'.",
      hint: "Each point needs x, y and z in metres.",
    });
    const untyped = await betweenSound(cloud2({ fields: [...floats.slice(0, 2), field("z", 8, 99)] }));
    expect(untyped.said("bad-cloud").message).toBe("A point cloud has no field 'z'; found: 'x', 'y'.");
    // A further field of an unknown type is left out, of two with one name the first counts.
    const kept = await betweenSound(cloud2({ fields: [...floats, field("odd", 0, 99), field("x", 8)] }));
    expect([...kept.frames[1].sweeps[0].positions]).toEqual([1, 2, 3, 4, 5, 6]);
    const big = new DataView(new ArrayBuffer(24));
    [1, 2, 3, 4, 5, 6].forEach((value, i) => big.setFloat32(4 * i, value));
    const swapped = await betweenSound(cloud2({ is_bigendian: true, data: new Uint8Array(big.buffer) }));
    expect([...swapped.frames[1].sweeps[0].positions]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("A7.26 points that are not finite, or out of this world: dropped and counted", async () => {
    const data = points(NaN, 0, 0, 1, 2, 3, 0, Infinity, 0, 1e30, 0, 0, 0, 0, -1e30);
    const { frames } = await betweenSound(cloud2({ width: 5, row_step: 60, data }));
    const [sweep] = frames[1].sweeps;
    expect({ count: sweep.count, dropped: sweep.dropped, positions: [...sweep.positions] }).toEqual({
      count: 1,
      dropped: 4,
      positions: [1, 2, 3],
    });
  });

  it("A7.27 a sweep without points is an empty view", async () => {
    const { said, frames } = await betweenSound(cloud2({ width: 0, row_step: 0, data: new Uint8Array(0) }));
    expect(said("no-points")).toMatchObject({
      severity: "note",
      message: "The sweep of '/points' has no points (0 were not finite).",
    });
    expect(frames.map(({ sweeps }) => sweeps[0].count)).toEqual([2, 0, 2]);
  });

  it("A7.28 more points than the limit: thinned, and said", async () => {
    const many = (count: number): TestMessage =>
      message(
        "/lidar/points",
        "PointCloud",
        start,
        cloudMessage({
          at: start,
          frameId: "lidar",
          stride: 16,
          fields: xyzi,
          points: Array.from({ length: count }, (_, i) => [i, 0, 0, i]),
        }),
      );
    const { said, frames, log } = await openFaulty(await writeLog([many(25)]), { limits: { maxPoints: 10 } });
    expect(said("points-thinned").message).toBe(
      "A sweep of '/lidar/points' has 25 points; one of 3 in each row is shown, 9 in all.",
    );
    const [{ count, positions, intensity }] = frames[0].sweeps;
    expect([count, positions[3], intensity?.[8]]).toEqual([9, 3, 24]);
    expect(log.info.frames[0].pointCount).toBe(25);

    const organised = cloud2({ width: 8, height: 3, row_step: 100, data: new Uint8Array(300) });
    const rows = await openFaulty(await writeLog([organised]), { limits: { maxPoints: 10 } });
    expect(rows.said("points-thinned").message).toBe(
      "A sweep of '/points' has 24 points; one of 3 in each row is shown, 9 in all.",
    );
  });
});

const picture = (data: Uint8Array, format = "jpeg"): TestMessage =>
  message(
    "/cam/compressed",
    "CompressedImage",
    start,
    encode("CompressedImage", { timestamp: stamp(start), data, format, frame_id: "camera" }),
  );

const jpegHeader = (width: number, height: number): Uint8Array =>
  Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3, 0, 0, 0, 0);

describe("A7: pictures", () => {
  it("A7.29 a damaged picture, or one of four gigapixels: its header is looked at first, the tile names the topic", async () => {
    const damaged = await withSweeps(picture(Uint8Array.of(1, 2, 3, 4)));
    expect(damaged.said("unknown-image-format")).toMatchObject({
      message: "An image says its format is 'jpeg', but its 4 bytes are no JPEG, PNG or WebP.",
      topic: "/cam/compressed",
      offset: expect.any(BigInt) as bigint,
    });
    for (const data of [jpegHeader(65_535, 65_535), pngHeader(65_535, 65_535)]) {
      const { said, frames } = await withSweeps(picture(data));
      expect(said("image-too-large")).toMatchObject({
        message: `An image has 65535 × 65535 pixels in ${data.length} bytes; the limit is 100000000 pixels and 268435456 bytes.`,
        topic: "/cam/compressed",
      });
      // The frame says which camera has no picture: its tile stands there with the reason.
      expect(frames[0].images).toEqual([]);
      expect(
        frames[0].problems.some(({ topic, severity }) => topic === "/cam/compressed" && severity === "error"),
      ).toBe(true);
    }
    const raw = {
      timestamp: stamp(start),
      width: 65_535,
      height: 65_535,
      encoding: "rgb8",
      step: 3 * 65_535,
      data: new Uint8Array(9),
    };
    const { said } = await withSweeps(message("/raw/image", "RawImage", start, encode("RawImage", raw)));
    expect(said("image-too-large").topic).toBe("/raw/image");
    const short = { ...raw, width: 100, height: 100, step: 300 };
    expect(
      (await withSweeps(message("/raw/image", "RawImage", start, encode("RawImage", short)))).said("bad-image").message,
    ).toBe("A raw rgb8 image of 100 × 100 pixels with 300 bytes a row needs 30000 bytes, but has 9.");
  });

  it("A7.31 a calibration of zeros, of NaN, of an unknown lens, for other pictures: nothing is projected, and why", async () => {
    for (const [change, code, words] of [
      [
        { K: Array(9).fill(0) },
        "bad-calibration",
        "The camera matrix K is [0, 0, 0, 0, 0] for 64 × 48 pixels; expected focal lengths above 0 and a size.",
      ],
      [
        { K: [NaN, 0, 32, 0, 50, 24, 0, 0, 1] },
        "bad-calibration",
        "The camera matrix K is [NaN, 0, 32, 50, 24] for 64 × 48 pixels; expected focal lengths above 0 and a size.",
      ],
      [
        { K: [] },
        "bad-calibration",
        "The camera matrix K is [] for 64 × 48 pixels; expected focal lengths above 0 and a size.",
      ],
      [{ width: 0 }, "bad-calibration", /^The camera matrix K is .* for 0 × 48 pixels/],
      [
        { distortion_model: "fisheye_9000", D: [1, 2] },
        "unknown-distortion",
        "The lens model is 'fisheye_9000' with 2 coefficients, which is not known.",
      ],
      [
        { D: [NaN, 0, 0, 0, 0] },
        "unknown-distortion",
        "The lens model is 'plumb_bob' with 5 coefficients, which is not known.",
      ],
    ] as const) {
      const { said, log, frames } = await withSweeps(
        image("/cam/compressed", start),
        calibration("/cam/calibration", start, change),
      );
      expect(said(code)).toMatchObject({ severity: "warning", topic: "/cam/calibration" });
      expect(said(code).message).toMatch(words);
      expect(said(code).hint).toMatch(/projected into/);
      expect([log.info.cameras[0].model, frames[0].images.length]).toEqual([undefined, 1]);
    }
    const still = transforms(
      "/tf_static",
      start,
      ["lidar", "camera"].map((child) => ({ at: start, parent: "base_link", child })),
    );
    const tall = await withSweeps(
      still,
      image("/cam/compressed", start),
      calibration("/cam/calibration", start, { width: 64, height: 64 }),
    );
    expect(tall.said("calibration-size").message).toBe(
      "The calibration '/cam/calibration' is for 64 × 64 pixels, but the pictures of '/cam/compressed' have 64 × 48.",
    );
    expect(tall.frames[0].images[0].worldFromCamera).toBeUndefined();
    // Pictures of half the size show the same: the calibration is made theirs.
    const half = await withSweeps(
      still,
      image("/cam/compressed", start),
      calibration("/cam/calibration", start, { width: 128, height: 96 }),
    );
    expect(half.said("calibration-scaled")).toMatchObject({
      severity: "note",
      message:
        "The calibration '/cam/calibration' is for 128 × 96 pixels, but the pictures of '/cam/compressed' have 64 × 48: it is scaled to them.",
    });
    expect(half.frames[0].images[0].worldFromCamera).toBeDefined();
    expect(half.log.info.cameras[0].model).toMatchObject({
      width: 64,
      height: 48,
      fx: 25,
      fy: 25,
      cx: 15.75,
      cy: 11.75,
    });
  });
});

describe("A7: transforms", () => {
  const step = (
    parent: string,
    child: string,
    rest: { readonly rotation?: Quaternion; readonly translation?: readonly [number, number, number] } = {},
  ) => ({ at: start, parent, child, ...rest });

  it("A7.32 a circle, two parents, a missing link, a quaternion of zeros, a gap, a static one that changes", async () => {
    const round = await withSweeps(
      transforms("/tf_static", start, [step("a", "lidar"), step("b", "a"), step("a", "b")]),
    );
    expect(round.said("transform-loop").message).toBe("The transforms go round in a circle: 'a' → 'b' → 'a'.");

    const parents = await withSweeps(transforms("/tf_static", start, [step("a", "lidar"), step("b", "lidar")]));
    expect(parents.said("two-parents").message).toBe(
      "The space 'lidar' has two parents, 'a' and 'b'; the first is used.",
    );

    const missing = await withSweeps(
      transforms("/tf_static", start, [step("base_link", "lidar"), step("elsewhere", "camera")]),
      image("/cam/compressed", start),
    );
    expect(missing.said("missing-transform").message).toBe(
      "There is no transform from 'camera' to 'base_link' at 0.00 s: 'camera' leads up to 'elsewhere' and 'base_link' to 'base_link', and nothing connects these.",
    );

    for (const [bad, said] of [
      [{ rotation: [0, 0, 0, 0] }, "[0, 0, 0] and rotation [0, 0, 0, 0]"],
      [{ rotation: [NaN, 0, 0, 1] }, "[0, 0, 0] and rotation [NaN, 0, 0, 1]"],
      [{ translation: [Infinity, 0, 0] }, "[Infinity, 0, 0] and rotation [0, 0, 0, 1]"],
    ] as const) {
      const zero = await withSweeps(transforms("/tf_static", start, [step("base_link", "lidar", bad)]));
      expect(zero.said("bad-transform").message).toBe(
        `The transform 'base_link' → 'lidar' has translation ${said}; expected two names, finite numbers and a unit quaternion. It is left out.`,
      );
    }
    // One that is only not of unit length is made so.
    const long = await withSweeps(
      transforms("/tf_static", start, [step("base_link", "lidar", { rotation: [0, 0, 0, 5] })]),
    );
    expect(long.frames[0].sweeps[0].egoFromLidar?.rotation).toEqual([0, 0, 0, 1]);

    const changed = await withSweeps(
      transforms("/tf_static", start, [step("base_link", "lidar")]),
      transforms("/tf_static", start + 1n, [step("base_link", "lidar", { translation: [1, 0, 0] })]),
    );
    expect(changed.said("static-changed").message).toBe(
      "The static transform 'base_link' → 'lidar' is said twice, 1.000 m and 0.00° apart; the first is used.",
    );

    const stops = drive(12).filter(({ topic, logTime }) => topic !== "/tf" || logTime <= start + second / 2n);
    const { said, frames } = await openFaulty(await writeLog(stops));
    expect(said("transform-gap")).toMatchObject({
      severity: "error",
      message: expect.stringMatching(
        /^The pose of the vehicle \('map' → 'base_link'\) is not known at this time; the nearest one known, \d+ ms away, stands in\.$/,
      ) as string,
      hint: "Labels made in this frame may be misplaced in the world.",
    });
    expect(frames.length).toBe(12);
  });
});

it("A7.33 names of megabytes, of markup, of control and direction characters: shown short and harmless", async () => {
  const names = [
    "x".repeat(1_000_000),
    '<img src=x onerror="alert(1)">',
    "a\u202eb\u2066c\u200d\ufeff",
    "\u001b[2J\u0007\u0000bell\r\nline",
    "שלום مرحبا",
    "=HYPERLINK(1)",
  ];
  for (const name of names) {
    const log = await openFaulty(
      await writeLog([
        cloud(`/${name}/points`, start, { frameId: name }),
        cloud(`/${name}/empty`, start, { frameId: `${name} 2`, points: [] }),
        image(`/${name}/compressed`, start, start, name),
        calibration(`/${name}/calibration`, start, { distortion_model: name, frame_id: name }),
        transform("/tf", start, { at: start, parent: name, child: name }),
        { ...cloud(`/${name}/other`, start), encoding: name },
      ]),
    );
    const { problems, topics } = log.log.info;
    expect(problems.length).toBeGreaterThan(3);
    for (const { message: words, hint = "" } of [...problems, ...log.frames[0].problems]) {
      expect(words.length).toBeLessThanOrEqual(1500);
      expect(`${words}${hint}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      // A name is cut at 80 characters.
      expect(words).not.toContain("x".repeat(81));
    }
    // What is not words is as it was: a topic is found again by its name.
    expect(topics.map(({ topic }) => topic)).toContain(`/${name}/points`);
  }
});
