import { bytesOf, headOf, textOf } from "../encodings/fields.ts";
import type { Limits } from "../limits.ts";
import { logError, quote } from "../problem.ts";
import type { Decoder } from "./decoder.ts";
import { readImageHeader } from "./image-header.ts";

/** foxglove.CompressedImage, sensor_msgs/CompressedImage. The bytes say what they are; `format` is only named in messages, since writers differ. */
export const compressedImage: Decoder = {
  schemaNames: ["foxglove.CompressedImage", "sensor_msgs/CompressedImage"],
  role: "image",
  requiredFields: ["data"],
  decode(fields, limits) {
    const format = textOf(fields, "format");
    return {
      kind: "image",
      ...headOf(fields),
      open(pool) {
        const data = bytesOf(fields, "data");
        const header = readImageHeader(data);
        if (!header) {
          throw logError(
            "unknown-image-format",
            `An image says its format is ${quote(format)}, but its ${data.length} bytes are no JPEG, PNG or WebP.`,
            { hint: "The image is damaged or of a kind that browsers do not show.", params: { format } },
          );
        }
        checkImage(header, data.length, limits);
        const bytes = pool.bytes(data.length);
        bytes.set(data);
        const content = { kind: "encoded", mimeType: header.mimeType, bytes } as const;
        return { width: header.width, height: header.height, content };
      },
    };
  },
};

export function checkImage(
  { width, height }: { readonly width: number; readonly height: number },
  bytes: number,
  limits: Limits,
): void {
  if (width * height <= limits.maxImagePixels && bytes <= limits.maxImageBytes) return;
  throw logError(
    "image-too-large",
    `An image has ${width} × ${height} pixels in ${bytes} bytes; the limit is ${limits.maxImagePixels} pixels and ` +
      `${limits.maxImageBytes} bytes.`,
    { params: { width, height, bytes } },
  );
}
