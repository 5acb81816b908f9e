import {
  fieldsOf,
  headOf,
  messagesOf,
  plainFrameId,
  quaternionOf,
  stampOf,
  textOf,
  vectorOf,
} from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import type { Decoder, TransformStep } from "./decoder.ts";

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

/** geometry_msgs/TransformStamped: the header names the parent. */
function rosStep(fields: Fields): TransformStep {
  const { at, frameId: parent } = headOf(fields);
  const transform = fieldsOf(fields, "transform");
  return {
    at,
    parent,
    child: plainFrameId(textOf(fields, "child_frame_id")),
    translation: [...vectorOf(transform, "translation")],
    rotation: quaternionOf(transform, "rotation"),
  };
}

export const rosTransform: Decoder = {
  schemaNames: ["geometry_msgs/TransformStamped"],
  role: "transform",
  requiredFields: ["header", "child_frame_id", "transform"],
  decode: (fields) => ({ kind: "transforms", steps: [rosStep(fields)] }),
};

export const rosTransforms: Decoder = {
  schemaNames: ["tf2_msgs/TFMessage", "tf/tfMessage"],
  role: "transform",
  requiredFields: ["transforms"],
  decode: (fields) => ({ kind: "transforms", steps: messagesOf(fields, "transforms").map(rosStep) }),
};
