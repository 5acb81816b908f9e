import { cameraCalibration } from "./calibration.ts";
import { compressedImage } from "./compressed-image.ts";
import type { Decoder } from "./decoder.ts";
import { pointCloud } from "./point-cloud.ts";
import { rawImage } from "./raw-image.ts";
import { frameTransform, frameTransforms } from "./transform.ts";

/** Every message type that is understood. A new one is a file here and a line in this list. */
export const decoders: readonly Decoder[] = [
  pointCloud,
  compressedImage,
  rawImage,
  cameraCalibration,
  frameTransform,
  frameTransforms,
];

/**
 * Types that hold sensor data, but that no decoder reads yet: a topic of one of them is named in the problems instead
 * of passing for "other". Schema name → what it would be.
 */
export const knownElsewhere: Readonly<Record<string, Decoder["role"]>> = {
  "sensor_msgs/PointCloud2": "lidar",
  "sensor_msgs/msg/PointCloud2": "lidar",
  "velodyne_msgs/VelodyneScan": "lidar",
  "velodyne_msgs/msg/VelodyneScan": "lidar",
  "livox_ros_driver2/CustomMsg": "lidar",
  "livox_ros_driver2/msg/CustomMsg": "lidar",
  "sensor_msgs/Image": "image",
  "sensor_msgs/msg/Image": "image",
  "sensor_msgs/CompressedImage": "image",
  "sensor_msgs/msg/CompressedImage": "image",
  "foxglove.CompressedVideo": "image",
  "sensor_msgs/CameraInfo": "calibration",
  "sensor_msgs/msg/CameraInfo": "calibration",
  "tf2_msgs/TFMessage": "transform",
  "tf2_msgs/msg/TFMessage": "transform",
  "tf/tfMessage": "transform",
};

/** "foxglove_msgs/msg/PointCloud" and "foxglove_msgs/PointCloud" are the ROS spellings of "foxglove.PointCloud". */
export const plainName = (schemaName: string): string => schemaName.replace(/^foxglove_msgs\/(msg\/)?/, "foxglove.");
