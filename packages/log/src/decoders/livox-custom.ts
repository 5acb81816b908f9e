import { headOf, messagesOf, numberOf } from "../encodings/fields.ts";
import type { Decoder, PointField } from "./decoder.ts";
import { checkedCloud } from "./point-cloud.ts";

const packed: readonly PointField[] = [
  { name: "x", offset: 0, type: "f32" },
  { name: "y", offset: 4, type: "f32" },
  { name: "z", offset: 8, type: "f32" },
  { name: "reflectivity", offset: 12, type: "f32" },
  { name: "offset_ns", offset: 16, type: "f64" },
  { name: "line", offset: 24, type: "u16" },
];
const strideBytes = 28;

/** A time base this near to the header's stamp is on the same clock; otherwise the first point is taken to be at the stamp. */
const sameClockNs = 1_000_000_000n;

/**
 * CustomMsg of Livox's drivers. Its list of points says how many there are, not `point_num`. A point at the origin
 * is no return and is dropped.
 */
export const livoxCustom: Decoder = {
  schemaNames: ["livox_ros_driver2/CustomMsg", "livox_ros_driver/CustomMsg"],
  role: "lidar",
  requiredFields: ["header", "timebase", "points"],
  decode(fields, limits) {
    const head = headOf(fields);
    const timebase = fields.get("timebase");
    const ahead = typeof timebase === "bigint" && head.at !== undefined ? timebase - head.at : 0n;
    const firstNs = ahead > -sameClockNs && ahead < sameClockNs ? Number(ahead) : 0;
    const points = messagesOf(fields, "points");
    const data = new Uint8Array(strideBytes * points.length);
    const view = new DataView(data.buffer);
    points.forEach((point, i) => {
      const at = i * strideBytes;
      const [x, y, z] = [numberOf(point, "x"), numberOf(point, "y"), numberOf(point, "z")];
      view.setFloat32(at, x === 0 && y === 0 && z === 0 ? NaN : x, true);
      view.setFloat32(at + 4, y, true);
      view.setFloat32(at + 8, z, true);
      view.setFloat32(at + 12, numberOf(point, "reflectivity"), true);
      view.setFloat64(at + 16, firstNs + numberOf(point, "offset_time"), true);
      view.setUint16(at + 24, numberOf(point, "line"), true);
    });
    return checkedCloud({ ...head, frameFromPoints: undefined, strideBytes, fields: packed, data }, limits);
  },
};
