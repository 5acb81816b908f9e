import { transformDirection } from "@sweepmark/geometry";
import type { Camera } from "@sweepmark/log";

/** Looking more than this to the back puts a camera last: behind is neither left nor right. */
const behindRad = (165 / 180) * Math.PI;

/** Cameras with images, from left to right as they look out of the vehicle; those without a pose as in the log. */
export function shownCameras(cameras: readonly Camera[]): readonly Camera[] {
  const shown = cameras.filter(({ imageTopic }) => imageTopic !== undefined);
  if (shown.some(({ egoFromCamera }) => egoFromCamera === undefined)) return shown;
  return shown.toSorted((a, b) => toTheRight(a) - toTheRight(b));
}

/** Grows from left to right. */
function toTheRight({ egoFromCamera }: Camera): number {
  if (!egoFromCamera) return 0;
  const [x, y] = transformDirection(egoFromCamera, [0, 0, 1]);
  const yawRad = Math.atan2(y, x);
  return Math.abs(yawRad) > behindRad ? Math.PI : -yawRad;
}
