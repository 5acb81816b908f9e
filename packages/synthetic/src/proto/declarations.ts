/**
 * The foxglove messages that the simulator writes, in our own words. Numbers, types and file order are those of the
 * published schemas (foxglove/foxglove-sdk, schemas/proto); the numbers are not in declared order there either.
 */

export type Scalar = "double" | "int32" | "int64" | "fixed32" | "string" | "bytes";

export interface FieldDeclaration {
  readonly name: string;
  readonly number: number;
  /** A scalar, or the full name of a message or enum. */
  readonly type: Scalar | `${string}.${string}`;
  readonly repeated?: true;
}

export interface EnumDeclaration {
  readonly name: string;
  readonly values: readonly string[];
}

export interface MessageDeclaration {
  /** Full name: "foxglove.PointCloud". */
  readonly name: string;
  readonly file: string;
  readonly fields: readonly FieldDeclaration[];
  readonly enums?: readonly EnumDeclaration[];
}

const field = (number: number, name: string, type: FieldDeclaration["type"]): FieldDeclaration => ({
  name,
  number,
  type,
});
const list = (number: number, name: string, type: FieldDeclaration["type"]): FieldDeclaration => ({
  name,
  number,
  type,
  repeated: true,
});
const foxglove = (name: string, fields: readonly FieldDeclaration[], enums: readonly EnumDeclaration[] = []) => ({
  name: `foxglove.${name}`,
  file: `foxglove/${name}.proto`,
  fields,
  enums,
});
const stamp = field(1, "timestamp", "google.protobuf.Timestamp");

/** A message comes after every message that it uses. */
export const messages: readonly MessageDeclaration[] = [
  {
    name: "google.protobuf.Timestamp",
    file: "google/protobuf/timestamp.proto",
    fields: [field(1, "seconds", "int64"), field(2, "nanos", "int32")],
  },
  foxglove("Vector3", [field(1, "x", "double"), field(2, "y", "double"), field(3, "z", "double")]),
  foxglove("Quaternion", [
    field(1, "x", "double"),
    field(2, "y", "double"),
    field(3, "z", "double"),
    field(4, "w", "double"),
  ]),
  foxglove("Pose", [field(1, "position", "foxglove.Vector3"), field(2, "orientation", "foxglove.Quaternion")]),
  foxglove(
    "PackedElementField",
    [
      field(1, "name", "string"),
      field(2, "offset", "fixed32"),
      field(3, "type", "foxglove.PackedElementField.NumericType"),
    ],
    [
      {
        name: "NumericType",
        values: ["UNKNOWN", "UINT8", "INT8", "UINT16", "INT16", "UINT32", "INT32", "FLOAT32", "FLOAT64"],
      },
    ],
  ),
  foxglove("PointCloud", [
    stamp,
    field(2, "frame_id", "string"),
    field(3, "pose", "foxglove.Pose"),
    field(4, "point_stride", "fixed32"),
    list(5, "fields", "foxglove.PackedElementField"),
    field(6, "data", "bytes"),
  ]),
  foxglove("CompressedImage", [
    stamp,
    field(4, "frame_id", "string"),
    field(2, "data", "bytes"),
    field(3, "format", "string"),
  ]),
  foxglove("CameraCalibration", [
    stamp,
    field(9, "frame_id", "string"),
    field(2, "width", "fixed32"),
    field(3, "height", "fixed32"),
    field(4, "distortion_model", "string"),
    list(5, "D", "double"),
    list(6, "K", "double"),
    list(7, "R", "double"),
    list(8, "P", "double"),
  ]),
  foxglove("FrameTransform", [
    stamp,
    field(2, "parent_frame_id", "string"),
    field(3, "child_frame_id", "string"),
    field(4, "translation", "foxglove.Vector3"),
    field(5, "rotation", "foxglove.Quaternion"),
  ]),
  foxglove("FrameTransforms", [list(1, "transforms", "foxglove.FrameTransform")]),
];
