import { existsSync, readFileSync } from "node:fs";
import { McapIndexedReader } from "@mcap/core";
import fc from "fast-check";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";
import { describe, expect, it } from "vitest";
import { messages } from "./declarations.ts";
import { describeMessage, encodeMessage } from "./wire.ts";

/** protobufjs' reading of a FileDescriptorSet: an independent judge. */
const rootOf = (schema: Uint8Array) =>
  (
    protobuf.Root as unknown as { fromDescriptor(bytes: Uint8Array, options: { keepCase: boolean }): protobuf.Root }
  ).fromDescriptor(schema, { keepCase: true });
const fieldsOf = (root: protobuf.Root, name: string) =>
  Object.fromEntries(
    root
      .lookupType(name)
      .fieldsArray.map((field) => [field.name, [field.id, field.type.replace(/^\./, ""), field.repeated]]),
  );

describe("foxglove messages", () => {
  it("a described message is read back as declared, with all that it uses", () => {
    for (const { name, fields } of messages) {
      const read = fieldsOf(rootOf(describeMessage(name)), name);
      expect(read).toEqual(
        Object.fromEntries(fields.map((field) => [field.name, [field.number, field.type, field.repeated ?? false]])),
      );
    }
  });

  it("has the field numbers of the published schemas, as a real log carries them", async (context) => {
    const file = new URL("../../../../../shared/data/kitti_raw_0052_front.foxglove.mcap", import.meta.url);
    if (!existsSync(file)) return context.skip("no ../shared/data");
    const bytes = readFileSync(file);
    const reader = await McapIndexedReader.Initialize({
      readable: {
        size: async () => BigInt(bytes.length),
        read: async (offset, length) => new Uint8Array(bytes.subarray(Number(offset), Number(offset + length))),
      },
    });
    let compared = 0;
    for (const schema of reader.schemasById.values()) {
      const theirs = rootOf(schema.data);
      const ours = rootOf(describeMessage(schema.name));
      for (const { name } of messages) {
        if (!theirs.lookup(name) || !ours.lookup(name)) continue;
        expect(fieldsOf(ours, name)).toEqual(fieldsOf(theirs, name));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(15);
  });

  it("any transform is read back by protobufjs", () => {
    const type = rootOf(describeMessage("foxglove.FrameTransform")).lookupType("foxglove.FrameTransform");
    const number = fc.double({ noNaN: true });
    fc.assert(
      fc.property(
        number,
        number,
        fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.string(),
        (x, w, seconds, nanos, child) => {
          const value = {
            timestamp: { seconds, nanos },
            parent_frame_id: "map",
            child_frame_id: child,
            translation: { x, y: -x, z: 0 },
            rotation: { x: 0, y: 0, z: 0, w },
          };
          const read = type.toObject(type.decode(encodeMessage("foxglove.FrameTransform", value)), {
            longs: String,
            defaults: true,
          });
          expect(read).toEqual({ ...value, timestamp: { seconds: String(seconds), nanos } });
        },
      ),
    );
  });

  it("packs repeated numbers and keeps bytes", () => {
    const calibration = rootOf(describeMessage("foxglove.CameraCalibration")).lookupType("foxglove.CameraCalibration");
    const bytes = encodeMessage("foxglove.CameraCalibration", {
      width: 960,
      D: [0.1, -0.2],
      K: [],
      distortion_model: "plumb_bob",
    });
    expect(calibration.toObject(calibration.decode(bytes), { arrays: true })).toMatchObject({
      width: 960,
      D: [0.1, -0.2],
      K: [],
      distortion_model: "plumb_bob",
    });
    expect(() => encodeMessage("foxglove.CameraCalibration", { widht: 960 })).toThrow("has no field widht");
  });
});
