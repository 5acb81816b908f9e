import type { Frame, LogInfo } from "@sweepmark/log";

/** How many of the log's lidars and cameras (but those at which nobody looks, if that is not known) have a place in ego at this frame. */
export function transformsOf(frame: Frame, info: LogInfo): { readonly placed: number; readonly total: number } {
  const cameras = info.cameras.filter(
    ({ id, imageTopic, egoFromCamera }) =>
      imageTopic !== undefined && (egoFromCamera !== undefined || !frame.unread?.includes(id)),
  );
  const placedCameras = cameras.filter(
    ({ id, egoFromCamera }) =>
      egoFromCamera !== undefined ||
      frame.images.some(({ cameraId, worldFromCamera }) => cameraId === id && worldFromCamera !== undefined),
  );
  const placedSweeps = frame.sweeps.filter(({ egoFromLidar }) => egoFromLidar !== undefined);
  return { placed: placedSweeps.length + placedCameras.length, total: frame.sweeps.length + cameras.length };
}
