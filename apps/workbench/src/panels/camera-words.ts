import type { Camera, Frame, Problem } from "@sweepmark/log";
import { millisecondsBetween } from "@sweepmark/geometry";

/** Parts of a topic's name that say nothing to people. */
const noise = new Set(["cam", "camera", "image", "color", "colour", "rgb"]);

/** "cam_front_left" → "Front left", "camera_01" → "Camera 01". */
export function cameraTitle(cameraId: string): string {
  const words = cameraId.split(/[_\s./-]+/).filter((word) => word !== "");
  const telling = words.filter((word) => !noise.has(word.toLowerCase()));
  const useful = telling.some((word) => /[a-z]/i.test(word)) ? telling : words;
  const name = useful.join(" ").toLowerCase();
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Why a frame has no image of a camera; undefined: it has one, or nothing is known. */
export function missingImage(frame: Frame | undefined, { id, imageTopic }: Camera): Problem | undefined {
  if (!frame || imageTopic === undefined || !isMissing(frame, id)) return undefined;
  return frame.problems.find(({ topic }) => topic === imageTopic);
}

/** Whether a frame has no image of a camera; of one at which nobody looks that is not known. */
export const isMissing = ({ images, unread }: Frame, cameraId: string): boolean =>
  !unread?.includes(cameraId) && !images.some((image) => image.cameraId === cameraId);

/** Image stamp − sweep stamp; undefined: no image near this frame. */
export function cameraOffsetMs(frame: Frame | undefined, cameraId: string): number | undefined {
  const image = frame?.images.find((candidate) => candidate.cameraId === cameraId);
  return frame && image ? millisecondsBetween(frame.at, image.at) : undefined;
}
