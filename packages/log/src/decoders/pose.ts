import { fieldsOf, headOf, plainFrameId, quaternionOf, textOf, vectorOf } from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import type { Decoder, TransformsSample } from "./decoder.ts";

/** A geometry_msgs/Pose in the space of the message's head, as a transform to it. */
function poseSample(fields: Fields, pose: Fields, child: string): TransformsSample {
  const { at, frameId: parent } = headOf(fields);
  const translation = vectorOf(pose, "position");
  return {
    kind: "transforms",
    steps: [{ at, parent, child, translation: [...translation], rotation: quaternionOf(pose, "orientation") }],
  };
}

/** nav_msgs/Odometry: where `child_frame_id` is, and how fast it moves (not read). */
export const odometry: Decoder = {
  schemaNames: ["nav_msgs/Odometry"],
  role: "transform",
  rank: "fallback",
  requiredFields: ["header", "child_frame_id", "pose"],
  decode: (fields) =>
    poseSample(fields, fieldsOf(fieldsOf(fields, "pose"), "pose"), plainFrameId(textOf(fields, "child_frame_id"))),
};

/** A pose that does not say whose it is: taken for the vehicle's. */
export const stampedPose: Decoder = {
  schemaNames: ["geometry_msgs/PoseStamped", "foxglove.PoseInFrame"],
  role: "transform",
  rank: "fallback",
  requiredFields: ["pose"],
  decode: (fields) => poseSample(fields, fieldsOf(fields, "pose"), ""),
};

export const poseWithCovariance: Decoder = {
  schemaNames: ["geometry_msgs/PoseWithCovarianceStamped"],
  role: "transform",
  rank: "fallback",
  requiredFields: ["header", "pose"],
  decode: (fields) => poseSample(fields, fieldsOf(fieldsOf(fields, "pose"), "pose"), ""),
};
