import { describe, expect, it } from "vitest";
import { drive, message, second, start } from "../../test-support/drive.ts";
import { encode, stamp } from "../../test-support/foxglove.ts";
import { codes, open } from "../../test-support/open.ts";
import { frameBytes } from "../cached-reader.ts";
import type { Frame } from "../types.ts";

/** VP9's uncompressed header of 320 × 240 for a key frame, and that of one that needs others; then the frame's number. */
const key = (i: number): Uint8Array => Uint8Array.from([0x82, 0x49, 0x83, 0x42, 0x20, 0x13, 0xf0, 0x0e, 0xf0, i]);
const delta = (i: number): Uint8Array => Uint8Array.from([0x86, 0, i]);

/** A log at 10 Hz whose camera gives a frame of video with each sweep. */
const openVideo = (frames: readonly Uint8Array[], format = "vp9") =>
  open(
    [
      ...drive(frames.length).filter(({ topic }) => topic !== "/cam/compressed"),
      ...frames.map((data, i) => {
        const at = start + (second * BigInt(i)) / 10n + 3_000_000n;
        const fields = { timestamp: stamp(at), frame_id: "camera", format, data };
        return message("/cam/video", "CompressedVideo", at, encode("CompressedVideo", fields));
      }),
    ].toSorted((a, b) => Number(a.logTime - b.logTime)),
    { chunkSize: 4000 },
  );

const chunksOf = ({ images }: Frame): string => {
  const content = images[0]?.content;
  if (content?.kind !== "video") return "none";
  return content.chunks.map(({ position, bytes }) => `${position}:${bytes.at(-1)}`).join(" ");
};

describe("rule L3: a frame of video comes with what it needs", () => {
  it("from the last key frame on, whichever way it is reached", async () => {
    const frames = [0, 1, 2, 3, 4, 5].map((i) => (i % 3 === 0 ? key(i) : delta(i)));
    const log = await openVideo(frames);
    const { images, problems } = await log.frame(4);
    expect(problems).toEqual([]);
    expect(images[0]).toMatchObject({ cameraId: "cam", width: 320, height: 240 });
    expect(images[0].content).toMatchObject({ kind: "video", codec: "vp09.00.20.08", keyFrame: false });
    expect(images[0].worldFromCamera).toBeDefined();
    for (const [index, expected] of ["0:0", "0:0 1:1", "0:0 1:1 2:2", "3:3", "3:3 4:4", "3:3 4:4 5:5"].entries())
      expect(chunksOf(await log.frame(index))).toBe(expected);
    expect((await log.frame(3)).images[0].content).toMatchObject({ keyFrame: true });
    expect(log.info.cameras).toMatchObject([{ id: "cam", imageTopic: "/cam/video", imageCount: 6 }]);
    const five = await log.frame(5);
    expect(frameBytes(five) - frameBytes({ ...five, images: [] })).toBe(16);
  });

  it("A7.30 before the first key frame the picture is missing, and the frame says why", async () => {
    const log = await openVideo([delta(0), delta(1), key(2)]);
    const frame = await log.frame(1);
    expect(frame.images).toEqual([]);
    expect(codes(frame.problems)).toEqual(["no-key-frame"]);
    expect(frame.problems[0].message).toBe(
      "The 2 frames of '/cam/video' up to this one hold no key frame to start decoding at.",
    );
    expect(chunksOf(await log.frame(2))).toBe("2:2");
  });

  it("a format that is not known is named", async () => {
    const log = await openVideo([key(0)], "mjpeg2000");
    expect((await log.frame(0)).problems).toMatchObject([
      { code: "unknown-image-format", message: "A video says its format is 'mjpeg2000'.", topic: "/cam/video" },
    ]);
  });
});
