import { bytesOf, headOf, messagesOf, numberOf, textOf, truthOf } from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import { logError } from "../problem.ts";
import type { Decoder, PointField, PointType } from "./decoder.ts";
import { checkedCloud, type Rows } from "./point-cloud.ts";

/** sensor_msgs/PointField.datatype. Foxglove numbers them otherwise: signedness is swapped there. */
const dataTypes: readonly (PointType | undefined)[] = [undefined, "i8", "u8", "i16", "u16", "i32", "u32", "f32", "f64"];

/**
 * sensor_msgs/PointCloud2. Checks the layout; the points stay packed in the message. `is_dense` is not asked: it lies
 * both ways. Of a field with several elements the first counts.
 */
export const pointCloud2: Decoder = {
  schemaNames: ["sensor_msgs/PointCloud2"],
  role: "lidar",
  requiredFields: ["header", "height", "width", "fields", "is_bigendian", "point_step", "row_step", "data"],
  decode(fields, limits) {
    const strideBytes = numberOf(fields, "point_step");
    const data = bytesOf(fields, "data");
    return checkedCloud(
      {
        ...headOf(fields),
        frameFromPoints: undefined,
        strideBytes,
        fields: messagesOf(fields, "fields").flatMap((field): PointField[] => {
          const type = dataTypes[numberOf(field, "datatype")];
          return type ? [{ name: textOf(field, "name"), offset: numberOf(field, "offset"), type }] : [];
        }),
        byteOrder: truthOf(fields, "is_bigendian") ? "big" : "little",
        rows: rowsOf(fields, strideBytes, data.length),
        data,
      },
      limits,
    );
  },
};

/**
 * The rows as declared, where the data holds them. Where width or height is 0 but there are data (drivers that fill in
 * one of them only), and where one row declares too little, the data count: undefined.
 */
function rowsOf(fields: Fields, strideBytes: number, dataBytes: number): Rows | undefined {
  const [width, height, declared] = ["width", "height", "row_step"].map((name) => numberOf(fields, name));
  // The schema is the log's own: its numbers may be of any type.
  const whole = [width, height].every((n) => Number.isInteger(n) && n >= 0);
  if (whole && width * height === 0) return undefined;
  const packed = width * strideBytes;
  // One row needs no step, and where the rows fill the data without gaps the step is what is wrong.
  const rowBytes = height === 1 || declared < packed || dataBytes === packed * height ? packed : declared;
  if (whole && (height - 1) * rowBytes + packed <= dataBytes) return { width, height, rowBytes };
  throw logError(
    "bad-cloud",
    `A point cloud of ${width} × ${height} points with ${strideBytes} bytes each, in rows of ${declared} bytes, needs ` +
      `${(height - 1) * rowBytes + packed} bytes, but has ${dataBytes}.`,
    { params: { width, height, stride: strideBytes, bytes: dataBytes } },
  );
}
