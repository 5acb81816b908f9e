/** Definitions as ROS publishes them (comments shortened), the same for both versions but for header, time and case. */
const plain: Readonly<Record<string, string>> = {
  "std_msgs/Header": `
# Standard metadata for higher-level stamped data types.
uint32 seq
time stamp # Two-integer timestamp: seconds = 5
string frame_id
`,
  "sensor_msgs/PointField": `
uint8 INT8    = 1
uint8 UINT8   = 2
uint8 FLOAT32 = 7
uint8 FLOAT64 = 8
string name      # Name of field
uint32 offset    # Offset from start of point struct
uint8  datatype  # Datatype enumeration, see above
uint32 count     # How many elements in the field
`,
  "sensor_msgs/PointCloud2": `
Header header
uint32 height
uint32 width
PointField[] fields
bool    is_bigendian # Is this data bigendian?
uint32  point_step   # Length of a point in bytes
uint32  row_step     # Length of a row in bytes
uint8[] data         # Actual point data, size is (row_step*height)
bool is_dense        # True if there are no invalid points
`,
  "sensor_msgs/LaserScan": `
std_msgs/Header header
float32 angle_min
float32 angle_max
float32 angle_increment
float32 time_increment
float32 scan_time
float32 range_min
float32 range_max
float32[] ranges
float32[] intensities
`,
  "livox_ros_driver2/CustomPoint": `
uint32 offset_time # offset time relative to the base time
float32 x
float32 y
float32 z
uint8 reflectivity
uint8 tag
uint8 line # laser number in lidar
`,
  "livox_ros_driver2/CustomMsg": `
std_msgs/Header header
uint64 timebase  # The time of first point
uint32 point_num # Total number of pointclouds
uint8 lidar_id
uint8[3] rsvd
CustomPoint[] points
`,
  "radar_msgs/RadarReturn": `
float32 range
float32 azimuth
float32 elevation
float32 doppler_velocity
float32 amplitude
`,
  "radar_msgs/RadarScan": "std_msgs/Header header\nradar_msgs/RadarReturn[] returns\n",
  "sensor_msgs/NavSatStatus": "int8 status # whether to output an augmented fix is determined\nuint16 service\n",
  "sensor_msgs/NavSatFix": `
std_msgs/Header header
NavSatStatus status
float64 latitude
float64 longitude
float64 altitude
float64[9] position_covariance
uint8 position_covariance_type
`,
  "sensor_msgs/CompressedImage": "std_msgs/Header header\nstring format\nuint8[] data\n",
  "sensor_msgs/Image": `
std_msgs/Header header
uint32 height
uint32 width
string encoding
uint8 is_bigendian
uint32 step
uint8[] data
`,
  "sensor_msgs/RegionOfInterest": "uint32 x_offset\nuint32 y_offset\nuint32 height\nuint32 width\nbool do_rectify\n",
  "sensor_msgs/CameraInfo": `
std_msgs/Header header
uint32 height
uint32 width
string distortion_model
float64[] D
float64[9]  K # 3x3 row-major matrix
float64[9]  R # 3x3 row-major matrix
float64[12] P # 3x4 row-major matrix
uint32 binning_x
uint32 binning_y
RegionOfInterest roi
`,
  "geometry_msgs/Vector3": "float64 x\nfloat64 y\nfloat64 z\n",
  "geometry_msgs/Point": "float64 x\nfloat64 y\nfloat64 z\n",
  "geometry_msgs/Quaternion": "float64 x\nfloat64 y\nfloat64 z\nfloat64 w\n",
  "geometry_msgs/Transform": "Vector3 translation\nQuaternion rotation\n",
  "geometry_msgs/TransformStamped": "std_msgs/Header header\nstring child_frame_id\nTransform transform\n",
  "geometry_msgs/Pose": "Point position\ngeometry_msgs/Quaternion orientation\n",
  "geometry_msgs/PoseStamped": "std_msgs/Header header\nPose pose\n",
  "geometry_msgs/PoseWithCovariance": "Pose pose\nfloat64[36] covariance\n",
  "geometry_msgs/PoseWithCovarianceStamped": "std_msgs/Header header\nPoseWithCovariance pose\n",
  "geometry_msgs/Twist": "Vector3 linear\nVector3 angular\n",
  "geometry_msgs/TwistWithCovariance": "Twist twist\nfloat64[36] covariance\n",
  "tf2_msgs/TFMessage": "geometry_msgs/TransformStamped[] transforms\n",
  "tf/tfMessage": "geometry_msgs/TransformStamped[] transforms\n",
  "nav_msgs/Odometry": `
std_msgs/Header header
string child_frame_id
geometry_msgs/PoseWithCovariance pose
geometry_msgs/TwistWithCovariance twist
`,
  "geometry_msgs/Point32": "float32 x\nfloat32 y\nfloat32 z\n",
  "geometry_msgs/Polygon": "Point32[] points\n",
  "geometry_msgs/Accel": "Vector3 linear\nVector3 angular\n",
  "geometry_msgs/AccelWithCovariance": "Accel accel\nfloat64[36] covariance\n",
  "unique_identifier_msgs/UUID": "uint8[16] uuid\n",
  "autoware_perception_msgs/ObjectClassification": "uint8 label\nfloat32 probability\n",
  "autoware_perception_msgs/Shape": "uint8 type\ngeometry_msgs/Polygon footprint\ngeometry_msgs/Vector3 dimensions\n",
  "autoware_perception_msgs/TrackedObjectKinematics": `
geometry_msgs/PoseWithCovariance pose_with_covariance
geometry_msgs/TwistWithCovariance twist_with_covariance
geometry_msgs/AccelWithCovariance acceleration_with_covariance
uint8 orientation_availability
bool is_stationary
`,
  "autoware_perception_msgs/TrackedObject": `
unique_identifier_msgs/UUID object_id
float32 existence_probability
ObjectClassification[] classification
TrackedObjectKinematics kinematics
Shape shape
`,
  "autoware_perception_msgs/TrackedObjects": "std_msgs/Header header\nTrackedObject[] objects\n",
  "autoware_perception_msgs/PredictedPath": "geometry_msgs/Pose[] path\nfloat32 confidence\n",
  "autoware_perception_msgs/PredictedObjectKinematics": `
geometry_msgs/PoseWithCovariance initial_pose_with_covariance
geometry_msgs/TwistWithCovariance initial_twist_with_covariance
geometry_msgs/AccelWithCovariance initial_acceleration_with_covariance
PredictedPath[] predicted_paths
`,
  "autoware_perception_msgs/PredictedObject": `
unique_identifier_msgs/UUID object_id
float32 existence_probability
ObjectClassification[] classification
PredictedObjectKinematics kinematics
Shape shape
`,
  "autoware_perception_msgs/PredictedObjects": "std_msgs/Header header\nPredictedObject[] objects\n",
  "vision_msgs/BoundingBox3D": "geometry_msgs/Pose center\ngeometry_msgs/Vector3 size\n",
  "vision_msgs/ObjectHypothesis": "string class_id\nfloat64 score\n",
  "vision_msgs/ObjectHypothesisWithPose": "ObjectHypothesis hypothesis\ngeometry_msgs/PoseWithCovariance pose\n",
  "vision_msgs/Detection3D": `
std_msgs/Header header
ObjectHypothesisWithPose[] results
BoundingBox3D bbox
string id
`,
  "vision_msgs/Detection3DArray": "std_msgs/Header header\nDetection3D[] detections\n",
};

const separator = `${"=".repeat(80)}\n`;

/** What `rosmsg show` and MCAP recorders write: the type, then all that it needs, each once. */
export function rosDefinition(type: string, version: "ros1" | "ros2"): string {
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const [, word] of plain[name].matchAll(/^\s*([A-Za-z]\w*(?:\/\w+)?)(?:\[\d*\])?\s+\w+/gm)) {
      const found = [word, `${name.split("/")[0]}/${word}`, `std_msgs/${word}`].find((w) => w in plain);
      if (found) visit(found);
    }
  };
  visit(type);
  const texts = [...needed].map((name) => (version === "ros1" ? plain[name] : inRos2(name)));
  return texts.map((text, i) => (i === 0 ? text : `${separator}MSG: ${[...needed][i]}\n${text}`)).join("\n");
}

const inRos2 = (name: string): string =>
  plain[name]
    .replace("uint32 seq\n", "")
    .replace("time stamp", "builtin_interfaces/Time stamp")
    .replace(/^Header /m, "std_msgs/Header ")
    .replace(/^(float64\S* +)([DKRP])\b/gm, (_, type: string, letter: string) => type + letter.toLowerCase());
