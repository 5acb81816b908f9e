import type { Moment } from "@sweepmark/document";
import { cuboidCorners, insideImage, invert, project, transformPoint, type Point } from "@sweepmark/geometry";
import type { Camera, Frame } from "@sweepmark/log";
import type { RecordId } from "@sweepmark/schema";
import { CameraView } from "@sweepmark/viewport";
import { Maximize2 } from "lucide-react";
import { shownCameras } from "../app/cameras.ts";
import { useApp, useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { formatOffset } from "../messages/numbers.ts";
import { text, useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { cameraOffsetMs, cameraTitle, missingImage } from "./camera-words.ts";
import styles from "./CameraStrip.module.css";

/** All cameras side by side at their true aspect, each with its offset to the sweep; last, the selection close up. */
export function CameraStrip() {
  const { session } = useWorkspace();
  const cameras = shownCameras(session.log.info.cameras);
  const best = useSessionState((state) => {
    if (state.selectedId === undefined || !state.picturedFrame) return undefined;
    return bestCamera(state.picturedFrame, cameras, pointsOf(state.moment, state.selectedId));
  });
  return (
    <div className={styles.strip}>
      <div className={styles.tiles}>
        {cameras.map((camera) => (
          <Tile key={camera.id} camera={camera} best={camera.id === best} />
        ))}
      </div>
      <CloseUp cameraId={best} />
    </div>
  );
}

/** Follows the selection in the camera that sees it best. Its place is there without a selection too: nothing moves. */
function CloseUp({ cameraId }: { readonly cameraId: string | undefined }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const theme = useAppState((state) => state.theme);
  const name = useSessionState(({ moment, selectedId }) =>
    selectedId === undefined ? undefined : nameOf(moment, selectedId),
  );
  if (name === undefined || cameraId === undefined)
    return (
      <div className={cx(styles.closeUp, styles.empty)} data-close-up="none">
        {name === undefined ? t("camera.closeUpNothing") : t("camera.notSeen", { name })}
      </div>
    );
  return (
    <div className={styles.closeUp} data-close-up={cameraId}>
      <CameraView
        session={session}
        cameraId={cameraId}
        theme={theme}
        fit="cover"
        navigation="still"
        follow="selection"
        text={text.named}
      />
      <span className={styles.pill}>
        <b>{name}</b>
        <span className={styles.offset}>
          {t("camera.closeUp")} · {cameraTitle(cameraId)}
        </span>
      </span>
    </div>
  );
}

const nameOf = ({ tracks, laneBoundaries }: Moment, id: RecordId): string | undefined =>
  tracks.find(({ track }) => track.id === id)?.track.name ?? laneBoundaries.find((lane) => lane.id === id)?.name;

/** What the best camera should see: a cuboid's centre, then its corners; the middle of a lane boundary, then the rest. */
function pointsOf({ tracks, laneBoundaries }: Moment, id: RecordId): readonly Point<"world">[] {
  const cuboid = tracks.find(({ track }) => track.id === id)?.cuboid;
  if (cuboid) return [cuboid.center, ...cuboidCorners(cuboid)];
  const points = laneBoundaries.find((lane) => lane.id === id)?.points ?? [];
  return points.length === 0 ? [] : [points[Math.floor(points.length / 2)], ...points];
}

function Tile({ camera, best }: { readonly camera: Camera; readonly best: boolean }) {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const theme = useAppState((state) => state.theme);
  const large = useAppState((state) => state.largeCameraId === camera.id);
  const offsetMs = useSessionState((state) => cameraOffsetMs(state.picturedFrame, camera.id));
  const missing = useSessionState((state) => missingImage(state.picturedFrame, camera));
  const isUnread = useSessionState(({ picturedFrame }) => picturedFrame?.unread?.includes(camera.id) ?? false);
  const nearestMs = missing?.params?.offsetMs;
  const aspect = useSessionState((state) => aspectOf(state.picturedFrame, camera));
  const title = cameraTitle(camera.id);
  return (
    <div
      className={cx(styles.tile, (best || large) && styles.best)}
      style={{ aspectRatio: String(aspect) }}
      data-camera-tile={camera.id}
    >
      <CameraView
        session={session}
        cameraId={camera.id}
        theme={theme}
        fit="contain"
        navigation="still"
        text={text.named}
      />
      <button
        type="button"
        className={styles.pill}
        title={t("camera.enlarge")}
        onClick={() => app.enlarge(large ? undefined : camera.id)}
      >
        <b>{title}</b>
        <span className={styles.offset} title={missing?.message}>
          {offsetMs !== undefined
            ? formatOffset(offsetMs)
            : typeof nearestMs === "number"
              ? t("camera.nearestImage", { offset: formatOffset(nearestMs) })
              : isUnread
                ? null
                : t(missing ? "camera.unreadable" : "camera.noImage")}
        </span>
        <Maximize2 size={12} strokeWidth={1.5} className={styles.enlarge} />
      </button>
    </div>
  );
}

function aspectOf(frame: Frame | undefined, camera: Camera): number {
  const image = frame?.images.find(({ cameraId }) => cameraId === camera.id);
  const [width, height] = image ? [image.width, image.height] : [camera.model?.width ?? 16, camera.model?.height ?? 9];
  return width > 0 && height > 0 ? width / height : 16 / 9;
}

/** The camera that has the first point nearest to the middle of its image; where none has it, another of the points. */
function bestCamera(
  frame: Frame,
  cameras: readonly Camera[],
  pointsInWorld: readonly Point<"world">[],
): string | undefined {
  let best: { readonly id: string; readonly distance: number } | undefined;
  for (const { cameraId, worldFromCamera } of frame.images) {
    const model = cameras.find(({ id }) => id === cameraId)?.model;
    if (!model || !worldFromCamera) continue;
    const cameraFromWorld = invert(worldFromCamera);
    for (const [i, point] of pointsInWorld.entries()) {
      const pixel = project(model, transformPoint(cameraFromWorld, point));
      if (!pixel || !insideImage(model, pixel)) continue;
      const distance = Math.hypot(pixel[0] / model.width - 0.5, pixel[1] / model.height - 0.5) + (i === 0 ? 0 : 1);
      if (!best || distance < best.distance) best = { id: cameraId, distance };
      if (i === 0) break;
    }
  }
  return best?.id;
}
