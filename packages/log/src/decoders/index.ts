import { cameraCalibration, cameraInfo } from "./calibration.ts";
import { autowareObjects, detections3d } from "./detected-objects.ts";
import { sceneUpdate } from "./scene-update.ts";
import { compressedImage } from "./compressed-image.ts";
import { compressedVideo } from "./compressed-video.ts";
import { plainTypeName } from "../encodings/definition.ts";
import type { Decoder } from "./decoder.ts";
import { laserScan } from "./laser-scan.ts";
import { locationFix } from "./location-fix.ts";
import { livoxCustom } from "./livox-custom.ts";
import { pointCloud } from "./point-cloud.ts";
import { pointCloud2 } from "./point-cloud2.ts";
import { odometry, poseWithCovariance, stampedPose } from "./pose.ts";
import { radarScan } from "./radar-scan.ts";
import { rawImage } from "./raw-image.ts";
import { frameTransform, frameTransforms, rosTransform, rosTransforms } from "./transform.ts";

/** Every message type that is understood. A new one is a file here and a line in this list. */
export const decoders: readonly Decoder[] = [
  pointCloud,
  pointCloud2,
  livoxCustom,
  laserScan,
  radarScan,
  compressedImage,
  compressedVideo,
  rawImage,
  cameraCalibration,
  cameraInfo,
  frameTransform,
  frameTransforms,
  rosTransform,
  rosTransforms,
  odometry,
  stampedPose,
  poseWithCovariance,
  sceneUpdate,
  autowareObjects,
  detections3d,
  locationFix,
];

/**
 * Types that hold sensor data, but that no decoder reads yet: a topic of one of them is named in the problems instead
 * of passing for "other". Schema name → what it would be.
 */
export const knownElsewhere: Readonly<Record<string, Decoder["role"]>> = {
  "velodyne_msgs/VelodyneScan": "lidar",
  "ouster_msgs/PacketMsg": "lidar",
};

/**
 * One spelling for a type in all encodings: "sensor_msgs/msg/Image" and "sensor_msgs::msg::Image" are ROS 2's of
 * "sensor_msgs/Image"; "foxglove_msgs/msg/PointCloud" and "foxglove_msgs/PointCloud" are ROS's of "foxglove.PointCloud".
 */
export const plainName = (schemaName: string): string =>
  plainTypeName(schemaName).replace(/^foxglove(_msgs)?\//, "foxglove.");
