import { fieldsOf, headOf, numberOf } from "../encodings/fields.ts";
import type { Decoder } from "./decoder.ts";

/** foxglove.LocationFix, sensor_msgs/NavSatFix: degrees (WGS 84) and metres. */
export const locationFix: Decoder = {
  schemaNames: ["foxglove.LocationFix", "sensor_msgs/NavSatFix"],
  role: "fix",
  requiredFields: ["latitude", "longitude"],
  decode(fields) {
    const [latitude, longitude, altitude] = ["latitude", "longitude", "altitude"].map((name) => numberOf(fields, name));
    // NavSatStatus: -1 is "no fix"; receivers without one also say NaN.
    const isFix =
      numberOf(fieldsOf(fields, "status"), "status") >= 0 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 360;
    return {
      kind: "fix",
      at: headOf(fields).at,
      place: isFix ? { latitude, longitude, ...(Number.isFinite(altitude) && { altitude }) } : undefined,
    };
  },
};
