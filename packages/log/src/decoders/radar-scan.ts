import { headOf, messagesOf, numberOf } from "../encodings/fields.ts";
import type { Decoder, PointField } from "./decoder.ts";
import { checkedCloud } from "./point-cloud.ts";

const packed: readonly PointField[] = ["x", "y", "z", "intensity"].map((name, i) => ({
  name,
  offset: 4 * i,
  type: "f32",
}));
const strideBytes = 16;

/**
 * radar_msgs/RadarScan: range in metres, azimuth from x about z and elevation from the plane in radians; the amplitude
 * becomes the intensity. The Doppler velocity is not read.
 */
export const radarScan: Decoder = {
  schemaNames: ["radar_msgs/RadarScan"],
  role: "lidar",
  rank: "fallback",
  requiredFields: ["header", "returns"],
  decode(fields, limits) {
    const returns = messagesOf(fields, "returns");
    const data = new Uint8Array(strideBytes * returns.length);
    const view = new DataView(data.buffer);
    returns.forEach((one, i) => {
      const at = i * strideBytes;
      const range = numberOf(one, "range");
      const azimuth = numberOf(one, "azimuth");
      const elevation = numberOf(one, "elevation");
      view.setFloat32(at, range * Math.cos(elevation) * Math.cos(azimuth), true);
      view.setFloat32(at + 4, range * Math.cos(elevation) * Math.sin(azimuth), true);
      view.setFloat32(at + 8, range * Math.sin(elevation), true);
      view.setFloat32(at + 12, numberOf(one, "amplitude"), true);
    });
    return checkedCloud({ ...headOf(fields), frameFromPoints: undefined, strideBytes, fields: packed, data }, limits);
  },
};
