import { compose, invert, type CameraView } from "@sweepmark/geometry";
import type { Camera, Frame } from "@sweepmark/log";

/**
 * The pictures of a frame that something can be projected into: each at its own stamp and pose; of a calibrated camera without
 * images as it stands at the frame.
 */
export const viewsOf = (frame: Frame, cameras: readonly Camera[]): readonly CameraView[] =>
  cameras.flatMap(({ id: cameraId, model, imageTopic, egoFromCamera }): CameraView[] => {
    if (!model) return [];
    const image = frame.images.find((each) => each.cameraId === cameraId);
    if (image?.worldFromCamera)
      return [{ cameraId, at: image.at, model, cameraFromWorld: invert(image.worldFromCamera) }];
    if (imageTopic !== undefined || !egoFromCamera) return [];
    return [{ cameraId, at: frame.at, model, cameraFromWorld: invert(compose(frame.worldFromEgo, egoFromCamera)) }];
  });
