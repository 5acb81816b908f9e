import { normalizeQuaternion, type Pose } from "@sweepmark/geometry";
import {
  bytesOf,
  fieldsOf,
  headOf,
  messagesOf,
  numberOf,
  quaternionOf,
  textOf,
  vectorOf,
} from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import type { Limits } from "../limits.ts";
import { list, logError, quote } from "../problem.ts";
import type { CloudSample, Decoder, PointField, PointType } from "./decoder.ts";

/** foxglove.PackedElementField.NumericType. ROS numbers them otherwise: signedness is swapped there. */
const numericTypes: readonly (PointType | undefined)[] = [
  undefined,
  "u8",
  "i8",
  "u16",
  "i16",
  "u32",
  "i32",
  "f32",
  "f64",
];

export const typeBytes: Readonly<Record<PointType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  f64: 8,
};

/** foxglove.PointCloud. Checks the layout; {@link unpackCloud} reads the points. */
export const pointCloud: Decoder = {
  schemaNames: ["foxglove.PointCloud"],
  role: "lidar",
  requiredFields: ["frame_id", "point_stride", "fields", "data"],
  decode(fields, limits) {
    const cloudFields = messagesOf(fields, "fields").flatMap((field): PointField[] => {
      const type = numericTypes[numberOf(field, "type")];
      return type ? [{ name: textOf(field, "name"), offset: numberOf(field, "offset"), type }] : [];
    });
    return checkedCloud(
      {
        ...headOf(fields),
        frameFromPoints: poseOf(fieldsOf(fields, "pose")),
        strideBytes: numberOf(fields, "point_stride"),
        fields: cloudFields,
        data: bytesOf(fields, "data"),
      },
      limits,
    );
  },
};

/** The field of that name (lower case), else the first that is called so in capitals. */
export const fieldNamed = (fields: readonly PointField[], name: string): PointField | undefined =>
  fields.find((field) => field.name === name) ?? fields.find((field) => field.name.toLowerCase() === name);

/** A cloud whose rows are apart. */
export interface Rows {
  readonly width: number;
  readonly height: number;
  readonly rowBytes: number;
}

export type PackedCloud = Omit<CloudSample, "kind" | "count" | "width" | "rowBytes" | "byteOrder"> & {
  readonly byteOrder?: CloudSample["byteOrder"];
  /** undefined: the points follow each other to the end of the data. */
  readonly rows?: Rows | undefined;
};

/** The checks that every packed cloud needs, whatever message it came in. */
export function checkedCloud({ rows, ...cloud }: PackedCloud, limits: Limits): CloudSample {
  const { strideBytes, fields, data, byteOrder = "little" } = cloud;
  const names = fields.map(({ name }) => name);
  const missing = ["x", "y", "z"].filter((name) => !fieldNamed(fields, name));
  if (missing.length > 0) {
    throw logError("bad-cloud", `A point cloud has no field ${list(missing)}; found: ${list(names)}.`, {
      params: { missing: missing.join(" "), found: names.join(" ") },
      hint: "Each point needs x, y and z in metres.",
    });
  }
  const outside = fields.find(
    ({ offset, type }) => !(Number.isInteger(offset) && offset >= 0 && offset + typeBytes[type] <= strideBytes),
  );
  if (outside || !(strideBytes > 0) || !Number.isInteger(strideBytes)) {
    const what = outside ? `its field ${quote(outside.name)} at byte ${outside.offset} (${outside.type})` : "that";
    throw logError("bad-cloud", `A point cloud has ${strideBytes} bytes a point; ${what} does not fit.`, {
      params: { stride: strideBytes },
    });
  }
  const count = rows ? rows.width * rows.height : Math.floor(data.length / strideBytes);
  const { width, rowBytes } = rows ?? { width: count, rowBytes: count * strideBytes };
  const whole: CloudSample = { kind: "cloud", ...cloud, byteOrder, count, width, rowBytes };
  return count > limits.maxPoints ? thinned(whole, limits.maxPoints) : whole;
}

/** Every n-th point of each row, so that at most `most` are left: a cloud whose points are n strides apart. */
function thinned(cloud: CloudSample, most: number): CloudSample {
  const { count, width, strideBytes } = cloud;
  const height = Math.max(1, Math.round(count / Math.max(1, width)));
  const every = Math.ceil(width / Math.floor(most / height));
  if (!Number.isFinite(every)) {
    throw logError("too-many-points", `A point cloud has ${count} points in ${height} rows; the limit is ${most}.`, {
      params: { count, limit: most },
    });
  }
  const left = Math.ceil(width / every);
  return { ...cloud, count: left * height, width: left, strideBytes: strideBytes * every, thinned: { count, every } };
}

/** PointCloud.pose; undefined where it says nothing (absent, zero quaternion) or that the points are in their frame. */
export function poseOf(fields: Fields): Pose<"lidar", "lidar"> | undefined {
  const translation = vectorOf(fields, "position");
  const rotation = normalizeQuaternion(quaternionOf(fields, "orientation")) ?? ([0, 0, 0, 1] as const);
  const moved = translation.some((v) => v !== 0) || rotation[3] !== 1;
  return moved && translation.every(Number.isFinite) ? { translation, rotation } : undefined;
}
