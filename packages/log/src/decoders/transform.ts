import { messagesOf, quaternionOf, stampOf, textOf, vectorOf } from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import type { Decoder, TransformStep } from "./decoder.ts";

/** A leading "/" is ROS 1's old way of writing the same name. */
export const plainFrameId = (frameId: string): string => frameId.replace(/^\//, "");

const step = (fields: Fields): TransformStep => ({
  at: stampOf(fields, "timestamp"),
  parent: plainFrameId(textOf(fields, "parent_frame_id")),
  child: plainFrameId(textOf(fields, "child_frame_id")),
  translation: [...vectorOf(fields, "translation")],
  rotation: quaternionOf(fields, "rotation"),
});

export const frameTransform: Decoder = {
  schemaNames: ["foxglove.FrameTransform"],
  role: "transform",
  requiredFields: ["parent_frame_id", "child_frame_id", "translation", "rotation"],
  decode: (fields) => ({ kind: "transforms", steps: [step(fields)] }),
};

export const frameTransforms: Decoder = {
  schemaNames: ["foxglove.FrameTransforms"],
  role: "transform",
  requiredFields: ["transforms"],
  decode: (fields) => ({ kind: "transforms", steps: messagesOf(fields, "transforms").map(step) }),
};
