import { tableFromIPC as readByFlechette } from "@uwdata/flechette";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { boundary, box, collected, keyframe, sceneOf, stamp, straight, track, turning } from "../test/scenes.ts";
import { arrowFormat } from "./arrow.ts";
import type { Cell, Table } from "./columns.ts";
import { lanesTable, perFrameLaneRows } from "./lanes.ts";
import { perFrameRows, tracksTable } from "./tracks.ts";
import type { Scene } from "./types.ts";

const cellsOf = <Row>(table: Table<Row>, rows: readonly Row[]): Record<string, Cell[]> =>
  Object.fromEntries(table.columns.map(({ name, value }) => [name, rows.map(value)]));

/** Two readers that have nothing in common but the specification. */
const readers: readonly [string, (bytes: Uint8Array) => Record<string, Cell[]>][] = [
  [
    "apache-arrow",
    (bytes) => {
      const table = tableFromIPC(bytes);
      return Object.fromEntries(
        table.schema.fields.map(({ name }) => [name, [...(table.getChild(name) ?? [])] as Cell[]]),
      );
    },
  ],
  [
    "flechette",
    (bytes) => {
      const table = readByFlechette(bytes, { useBigInt: true });
      return Object.fromEntries(table.names.map((name) => [name, [...(table.getChild(name) ?? [])] as Cell[]]));
    },
  ],
];

const crowd = (count: number): Scene =>
  sceneOf(
    [stamp(0), stamp(1)],
    Array.from({ length: count }, (_, index) => [
      track(`ä${index}`, { attributes: { note: "→".repeat(index % 5) } }),
      keyframe(`ä${index}`, 0, box([index, -index, 0.1]), index % 2 ? { source: "model", confidence: 0.25 } : {}),
    ]).flat(),
    { countPoints: (_, cuboids) => Promise.resolve(cuboids.map((__, index) => index)) },
  );

describe("Arrow", () => {
  it.each(readers)("is read back whole by %s", async (_, read) => {
    for (const scene of [straight, turning, sceneOf([], []), crowd(300)]) {
      const { files } = await arrowFormat.write(scene);
      expect(files.map(({ name }) => name)).toEqual(["tracks.arrow", "lanes.arrow"]);
      expect(read(files[0].bytes)).toEqual(cellsOf(tracksTable, await collected(perFrameRows(scene))));
      expect(read(files[1].bytes)).toEqual(cellsOf(lanesTable, await collected(perFrameLaneRows(scene))));
    }
  });

  it("is the IPC file format, in batches, uncompressed (rule 8)", async () => {
    const { files } = await arrowFormat.write(crowd(9000));
    const { bytes } = files[0];
    const magic = (from: number, to?: number) => new TextDecoder().decode(bytes.slice(from, to));
    expect([magic(0, 6), magic(-6)]).toEqual(["ARROW1", "ARROW1"]);
    const table = tableFromIPC(bytes);
    expect(table.batches.map(({ numRows }) => numRows)).toEqual([16_384, 18_000 - 16_384]);
    const names = (await collected(perFrameRows(crowd(9000)))).map(({ trackName }) => trackName);
    for (const [, read] of readers) expect(read(bytes).track_name.join()).toBe(names.join());
    // Uncompressed, doubles lie in the file as they are.
    const some = new Uint8Array(new Float64Array([8998, 8999]).buffer);
    expect(Buffer.from(bytes).indexOf(some)).toBeGreaterThan(0);
  });

  it("says format, version, units and spaces in its schema (golden)", async () => {
    const { files } = await arrowFormat.write(straight);
    const { schema } = tableFromIPC(files[0].bytes);
    expect(Object.fromEntries(schema.metadata)).toMatchInlineSnapshot(`
      {
        "clock": "stamps",
        "format": "sweepmark-tracks",
        "log_name": "drive.mcap",
        "scene_digest": "sha256:0",
        "spaces": "world: fixed, x y z with z up; ego: x forward, y left, z up, at the frame's time",
        "units": "metres, radians, nanoseconds",
        "version": "1",
        "world_name": "map",
      }
    `);
    const lines = schema.fields.map(({ name, type, nullable, metadata }) =>
      [`${name}: ${String(type)}${nullable ? "?" : ""}`, metadata.get("unit"), metadata.get("space")]
        .filter(Boolean)
        .join(" "),
    );
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "frame_index: Int32
      timestamp_ns: Int64 ns
      track_id: Utf8
      track_name: Utf8
      class: Utf8
      length: Float64 m
      width: Float64 m
      height: Float64 m
      world_x: Float64 m world
      world_y: Float64 m world
      world_z: Float64 m world
      world_qx: Float64 world
      world_qy: Float64 world
      world_qz: Float64 world
      world_qw: Float64 world
      world_yaw: Float64 rad world
      ego_x: Float64 m ego
      ego_y: Float64 m ego
      ego_z: Float64 m ego
      ego_qx: Float64 ego
      ego_qy: Float64 ego
      ego_qz: Float64 ego
      ego_qw: Float64 ego
      ego_yaw: Float64 rad ego
      state: Utf8
      source: Utf8
      confidence: Float64?
      num_lidar_points: Int32?
      attributes: Utf8"
    `);
    expect(schema.fields.every(({ metadata }) => metadata.get("description"))).toBe(true);
    const lanes = tableFromIPC(files[1].bytes).schema;
    expect(lanes.metadata.get("format")).toBe("sweepmark-lanes");
    expect(lanes.fields.map(({ name, type }) => `${name}: ${String(type)}`).join("\n")).toMatchInlineSnapshot(`
      "frame_index: Int32
      timestamp_ns: Int64
      boundary_id: Utf8
      boundary_name: Utf8
      class: Utf8
      part: Int32
      vertex: Int32
      world_x: Float64
      world_y: Float64
      world_z: Float64
      ego_x: Float64
      ego_y: Float64
      ego_z: Float64"
    `);
  });

  it("keeps timestamps to the nanosecond", async () => {
    const { files } = await arrowFormat.write(straight);
    expect(tableFromIPC(files[0].bytes).getChild("timestamp_ns")?.get(1)).toBe(1_700_000_000_100_000_001n);
  });

  it("carries text as it is, with nothing put in front", async () => {
    const scene = sceneOf(
      [stamp(0)],
      [
        track("a", { name: "=x" }),
        keyframe("a", 0, box([0, 0, 0])),
        boundary("@l", [
          [0, 0, 0],
          [1, 0, 0],
        ]),
      ],
    );
    const { files, losses } = await arrowFormat.write(scene);
    expect(tableFromIPC(files[0].bytes).getChild("track_name")?.get(0)).toBe("=x");
    expect(losses.map(({ code }) => code)).toEqual(["no-point-counts", "no-boxes"]);
  });
});
