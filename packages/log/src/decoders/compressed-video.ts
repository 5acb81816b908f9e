import { bytesOf, headOf, textOf } from "../encodings/fields.ts";
import { logError, quote } from "../problem.ts";
import { readVideoFrame, videoFormats, type VideoFormat } from "../video/codecs.ts";
import { checkImage } from "./compressed-image.ts";
import type { Decoder } from "./decoder.ts";

/** What writers call the formats beside the names that the schema gives. */
const otherNames: Readonly<Record<string, VideoFormat>> = { hevc: "h265", avc: "h264", vp09: "vp9", av01: "av1" };

/** foxglove.CompressedVideo: one frame of video a message, without frames that need a later one. */
export const compressedVideo: Decoder = {
  schemaNames: ["foxglove.CompressedVideo"],
  role: "image",
  requiredFields: ["data", "format"],
  decode(fields, limits) {
    const name = textOf(fields, "format");
    return {
      kind: "video",
      ...headOf(fields),
      open() {
        const format = videoFormats.find((known) => known === name.toLowerCase()) ?? otherNames[name.toLowerCase()];
        if (!format) {
          throw logError("unknown-image-format", `A video says its format is ${quote(name)}.`, {
            hint: `Known: ${videoFormats.join(", ")}.`,
            params: { format: name },
          });
        }
        const data = bytesOf(fields, "data");
        const { keyFrame, header } = readVideoFrame(format, data);
        if (header) checkImage(header, data.length, limits);
        return { keyFrame, header, bytes: data.slice() };
      },
    };
  },
};
