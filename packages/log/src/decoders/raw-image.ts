import { bytesOf, headOf, numberOf, textOf, truthOf } from "../encodings/fields.ts";
import { logError, quote } from "../problem.ts";
import { checkImage } from "./compressed-image.ts";
import type { Decoder } from "./decoder.ts";
import { pixelFormat, pixelFormatNames } from "./pixel-formats.ts";

/** foxglove.RawImage, sensor_msgs/Image, to RGBA. */
export const rawImage: Decoder = {
  schemaNames: ["foxglove.RawImage", "sensor_msgs/Image"],
  role: "image",
  requiredFields: ["data", "width", "height", "encoding"],
  decode(fields, limits) {
    const encoding = textOf(fields, "encoding");
    const width = numberOf(fields, "width");
    const height = numberOf(fields, "height");
    const step = numberOf(fields, "step");
    return {
      kind: "image",
      ...headOf(fields),
      open(pool) {
        const data = bytesOf(fields, "data");
        // Only pixels of two bytes a colour differ.
        const format = pixelFormat(encoding, truthOf(fields, "is_bigendian") ? "big" : "little");
        if (!format) {
          throw logError("unknown-image-format", `A raw image has the pixel format ${quote(encoding)}.`, {
            hint: `Known: ${pixelFormatNames.join(", ")}.`,
            params: { format: encoding },
          });
        }
        checkImage({ width, height }, data.length, limits);
        const rowBytes = width * format.bytesPerPixel;
        const strideBytes = step === 0 ? rowBytes : step;
        // The schema is the log's own: its numbers may be of any type.
        const whole = [width, height, strideBytes].every((n) => Number.isInteger(n) && n > 0);
        if (!whole || strideBytes < rowBytes || data.length < (height - 1) * strideBytes + rowBytes) {
          throw logError(
            "bad-image",
            `A raw ${encoding} image of ${width} × ${height} pixels with ${strideBytes} bytes a row needs ` +
              `${height * strideBytes} bytes, but has ${data.length}.`,
            { params: { width, height, bytes: data.length } },
          );
        }
        const rgba = pool.pixels(width * height);
        format.toRgba({ data, width, height, strideBytes }, rgba);
        return { width, height, content: { kind: "pixels", rgba } };
      },
    };
  },
};
