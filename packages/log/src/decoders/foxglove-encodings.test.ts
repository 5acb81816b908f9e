import {
  foxgloveEnumSchemas,
  foxgloveMessageSchemas,
  generateRosMsg,
  generateRosMsgDefinition,
} from "@foxglove/schemas/internal";
import * as jsonSchemas from "@foxglove/schemas/jsonschema";
import { timestampNs } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../buffer-pool.ts";
import { pngHeader } from "../../test-support/drive.ts";
import { descriptorSet, encode, stamp } from "../../test-support/foxglove.ts";
import { readerOf, rosStamp, writeRos } from "../../test-support/ros.ts";
import type { MessageReader } from "../encodings/encoding.ts";
import { protobuf } from "../encodings/protobuf.ts";
import { defaultLimits } from "../limits.ts";
import type { Sample } from "./decoder.ts";
import { decoders, plainName } from "./index.ts";

const at = timestampNs(1_700_000_000_000_000_007n);
type Type = "PointCloud" | "CompressedImage" | "RawImage" | "CameraCalibration" | "FrameTransform" | "FrameTransforms";

/** Foxglove's own generator: the .msg text with everything that it needs. */
function rosText(type: Type, version: 1 | 2): string {
  const parts: string[] = [];
  const seen = new Set<string>();
  const visit = (name: keyof typeof foxgloveMessageSchemas): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const schema = foxgloveMessageSchemas[name];
    const body = generateRosMsg(generateRosMsgDefinition(schema, { rosVersion: version }), { rosVersion: version });
    parts.push(parts.length === 0 ? body : `MSG: foxglove_msgs/${name}\n${body}`);
    for (const { type: fieldType } of schema.fields)
      if (fieldType.type === "nested") visit(fieldType.schema.name as keyof typeof foxgloveMessageSchemas);
  };
  visit(type);
  const geometry = ["Point", "Vector3"].map((name) => `MSG: geometry_msgs/${name}\nfloat64 x\nfloat64 y\nfloat64 z\n`);
  geometry.push("MSG: geometry_msgs/Quaternion\nfloat64 x\nfloat64 y\nfloat64 z\nfloat64 w\n");
  geometry.push("MSG: geometry_msgs/Pose\nPoint position\nQuaternion orientation\n");
  return [...parts, ...geometry].join(`\n${"=".repeat(80)}\n`);
}

const asRos = (value: unknown): unknown => {
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(asRos);
  if ("seconds" in value) return rosStamp(at);
  const entries = Object.entries(value).map(([name, part]) => [name, asRos(part)] as const);
  return Object.fromEntries([...entries, ...entries.map(([name, part]) => [name.toLowerCase(), part] as const)]);
};
const asJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(asJson);
  if ("seconds" in value) return rosStamp(at);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asJson(part)]));
};

const vector = { x: 1, y: 2, z: 3 };
const turn = { x: 0, y: 0, z: 1, w: 0 };
const transform = {
  timestamp: stamp(at),
  parent_frame_id: "map",
  child_frame_id: "base",
  translation: vector,
  rotation: turn,
};
const values: Readonly<Record<Type, Record<string, unknown>>> = {
  PointCloud: {
    timestamp: stamp(at),
    frame_id: "lidar",
    pose: { position: vector, orientation: turn },
    point_stride: 12,
    fields: ["x", "y", "z"].map((name, i) => ({ name, offset: 4 * i, type: 7 })),
    data: new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer),
  },
  CompressedImage: { timestamp: stamp(at), frame_id: "cam", data: pngHeader(64, 48), format: "png" },
  RawImage: {
    timestamp: stamp(at),
    frame_id: "cam",
    width: 1,
    height: 1,
    encoding: "rgb8",
    step: 3,
    data: Uint8Array.of(1, 2, 3),
  },
  CameraCalibration: {
    timestamp: stamp(at),
    frame_id: "cam",
    width: 64,
    height: 48,
    distortion_model: "plumb_bob",
    D: [0.1, 0, 0, 0, 0],
    K: [50, 0, 32, 0, 50, 24, 0, 0, 1],
    R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    P: [40, 0, 32, 0, 0, 40, 24, 0, 0, 0, 1, 0],
  },
  FrameTransform: transform,
  FrameTransforms: { transforms: [transform, { ...transform, child_frame_id: "other" }] },
};

/** With the picture opened, and arrays without their place in the message. */
function settled(reader: MessageReader, name: string, bytes: Uint8Array): unknown {
  const decoder = decoders.find(({ schemaNames }) => schemaNames.includes(plainName(name)));
  const sample: Sample | undefined = decoder?.decode(reader.read(bytes), defaultLimits);
  if (sample?.kind === "image") return { ...sample, open: sample.open(new BufferPool(0)) };
  return sample?.kind === "cloud" ? { ...sample, data: [...sample.data] } : sample;
}

describe("rule 15: foxglove's messages are the same in every encoding", () => {
  for (const type of Object.keys(values) as Type[]) {
    const value = values[type];
    const name = `foxglove.${type}`;
    const schema = { id: 1, name, encoding: "protobuf", data: descriptorSet };
    const expected = settled(protobuf.compile(schema, defaultLimits), name, encode(type, value));
    it(`${type}: protobuf, JSON, ROS 1, ROS 2`, () => {
      expect(expected).toBeDefined();
      const json = readerOf(name, JSON.stringify(jsonSchemas[type]), "json");
      expect(settled(json, name, new TextEncoder().encode(JSON.stringify(asJson(value))))).toEqual(expected);
      for (const [version, ros, rosName] of [
        ["ros1", 1, `foxglove_msgs/${type}`],
        ["ros2", 2, `foxglove_msgs/msg/${type}`],
      ] as const) {
        const text = rosText(type, ros);
        expect(settled(readerOf(rosName, text, version), rosName, writeRos(text, version, asRos(value)))).toEqual(
          expected,
        );
      }
    });
  }
  it("knows every numeric type of its fields by the published number", () => {
    expect(
      foxgloveEnumSchemas.NumericType.values.map(({ name: typeName, value: number }) => `${number} ${typeName}`),
    ).toEqual([
      "0 UNKNOWN",
      "1 UINT8",
      "2 INT8",
      "3 UINT16",
      "4 INT16",
      "5 UINT32",
      "6 INT32",
      "7 FLOAT32",
      "8 FLOAT64",
    ]);
  });
});
