import { describe, expect, it } from "vitest";
import { messageSeeds, containerSeeds } from "../../test-support/fuzz/seeds.ts";
import { trial } from "../../test-support/fuzz/trial.ts";
import { start } from "../../test-support/drive.ts";
import { open } from "../../test-support/open.ts";
import type { TestMessage } from "../../test-support/write-log.ts";

/** A message in JSON, whose numbers can be anything. */
const json = (topic: string, schema: string, value: unknown): TestMessage => ({
  topic,
  schema,
  schemaEncoding: "jsonschema",
  schemaData: new TextEncoder().encode("{}"),
  encoding: "json",
  logTime: start,
  data: new TextEncoder().encode(JSON.stringify(value)),
});

const xyz = ["x", "y", "z"].map((name, i) => ({ name, offset: 4 * i, type: 7, datatype: 7 }));
const data = Buffer.alloc(48).toString("base64");

describe("what fuzzing and review found", () => {
  it("a cloud of −1 × −1 points does not go round for ever", async () => {
    for (const [width, height] of [
      [-1, -1],
      [1.5, 1],
      [-2, -0.5],
    ]) {
      const log = await open([
        json("/points", "sensor_msgs/PointCloud2", { width, height, point_step: 12, row_step: 12, fields: xyz, data }),
      ]);
      await expect(log.frame(0)).rejects.toThrow(`A point cloud of ${width} × ${height} points`);
    }
  });

  it("an object with a footprint of 300 000 corners and an id of a megabyte is read like any other, without the id", async () => {
    const points = Array.from({ length: 300_000 }, (_, i) => ({ x: i % 5, y: i % 3, z: 0 }));
    const object = {
      object_id: { uuid: Buffer.alloc(1_000_000, 7).toString("base64") },
      classification: [{ label: 1, probability: 1 }],
      kinematics: { pose_with_covariance: { pose: { position: {}, orientation: { w: 1 } } } },
      shape: { type: 2, footprint: { points }, dimensions: { x: 0, y: 0, z: 2 } },
    };
    const log = await open([
      json("/lidar", "foxglove.PointCloud", { frame_id: "lidar", point_stride: 12, fields: xyz, data }),
      json("/objects", "autoware_perception_msgs/TrackedObjects", { header: { frame_id: "lidar" }, objects: [object] }),
    ]);
    const [{ cuboids, problems }] = (await log.frame(0)).labels;
    expect(problems).toEqual([]);
    expect(cuboids).toMatchObject([{ id: "#0", cuboid: { size: [4, 2, 2] } }]);
    expect(cuboids[0].trackKey).toBeUndefined();
  });

  it("a stride or an offset that is no whole number does not fit", async () => {
    for (const cloud of [
      { point_stride: 12.5, fields: xyz },
      { point_stride: 1e-300, fields: xyz },
      { point_stride: 16, fields: [...xyz, { name: "intensity", offset: 0.5, type: 7 }] },
    ]) {
      const log = await open([json("/points", "foxglove.PointCloud", { ...cloud, data })]);
      await expect(log.frame(0)).rejects.toThrow(/^A point cloud has [\d.e-]+ bytes a point; .* does not fit\./);
    }
  });

  it("a picture of −1 × −1 or half a pixel is a problem of its camera", async () => {
    for (const size of [
      { width: -1, height: -1 },
      { width: 0.5, height: 2 },
      { width: 1, height: 1, step: 1.5 },
    ]) {
      const log = await open([
        json("/lidar", "foxglove.PointCloud", { point_stride: 12, fields: xyz, data }),
        json("/cam/raw", "foxglove.RawImage", { ...size, encoding: "mono8", data }),
      ]);
      const { problems, sweeps, images } = await log.frame(0);
      expect([sweeps.length, images.length]).toEqual([1, 0]);
      expect(problems.find(({ topic }) => topic === "/cam/raw")).toMatchObject({ code: "bad-image" });
    }
  });

  it("a parser's words about a message are shown without its control characters", async () => {
    const bad = { ...json("/points", "foxglove.PointCloud", {}), data: Buffer.from('{"a":\u0002}') };
    const log = await open([bad]);
    const [{ message }] = log.info.problems.filter(({ code }) => code === "bad-message");
    expect(message).toMatch(/it is no JSON/);
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  it("a chunk with a damaged record among its messages is listed before anybody asks for them", async () => {
    const [seed] = (await containerSeeds()).filter(({ name }) => name === "one chunk, no checksums");
    const bytes = seed.bytes.slice();
    const view = new DataView(bytes.buffer);
    // The second schema inside the chunk says that its name is longer than it is; and the summary is gone.
    const schemas = seed.sites.records.filter(({ from }) => bytes[from] === 0x03);
    view.setUint32(schemas[1].from + 11, 60_000, true);
    expect(await trial(bytes.subarray(0, -40))).toMatchObject({ kind: "opened" });
  });

  it("a file that ends within the first bytes of a chunk is cut off there", async () => {
    const [seed] = (await containerSeeds()).filter(({ name }) => name === "many chunks");
    const chunks = seed.sites.records.filter(({ from }) => seed.bytes[from] === 0x06);
    for (let more = 1; more <= 9; more++)
      expect(await trial(seed.bytes.slice(0, chunks[2].from + more))).toMatchObject({ kind: "opened" });
  });

  it("statistics that do not know a channel are counted as none", async () => {
    const [seed] = (await messageSeeds()).filter(({ name }) => name.startsWith("json"));
    const bytes = seed.bytes.slice();
    const { from } = seed.sites.records.find(({ from: at }) => bytes[at] === 0x0b)!;
    // The first entry of the counts: another channel's.
    new DataView(bytes.buffer).setUint16(from + 9 + 46, 999, true);
    expect(await trial(bytes)).toMatchObject({ kind: "opened", frames: 3 });
  });
});
