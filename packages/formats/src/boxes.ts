import { trackAt } from "@sweepmark/document";
import { cuboidInImage, transformCuboid, type CuboidInImage, type TimestampNs } from "@sweepmark/geometry";
import type { FrameStamp } from "@sweepmark/schema";
import { columnsOf, frameColumns, objectColumns, type Table } from "./columns.ts";
import { compareText } from "./numbers.ts";
import { sortedMoment } from "./tracks.ts";
import type { Scene } from "./types.ts";

/** One object in one picture. */
export interface BoxRow extends CuboidInImage {
  readonly frameIndex: number;
  readonly at: TimestampNs;
  readonly cameraId: string;
  readonly imageAt: TimestampNs;
  readonly trackId: string;
  readonly trackName: string;
  readonly classId: string;
}

/**
 * The objects in the pictures of one frame, each where it is at the picture's own time (a track that is not there then, a few
 * milliseconds past its end, as at the frame); by camera, then track name, then track
 * id. Those of which a picture has no part have no row.
 */
export async function boxRowsOf({ document, viewsAt }: Scene, frame: FrameStamp): Promise<readonly BoxRow[]> {
  const views = (await viewsAt?.(frame.index)) ?? [];
  const here = sortedMoment(document, frame.at);
  return views
    .toSorted((a, b) => compareText(a.cameraId, b.cameraId))
    .flatMap(({ cameraId, at, model, cameraFromWorld }) => {
      const tracks = here.map(({ track, cuboid }) => ({
        track,
        cuboid: transformCuboid(cameraFromWorld, trackAt(document, track.id, at)?.cuboid ?? cuboid),
      }));
      const cuboids = tracks.map(({ cuboid }) => cuboid);
      return tracks.flatMap(({ track, cuboid }): BoxRow[] => {
        const found = cuboidInImage(model, cuboid, cuboids);
        if (!found) return [];
        const { id: trackId, name: trackName, classId } = track;
        return [
          { ...found, frameIndex: frame.index, at: frame.at, cameraId, imageAt: at, trackId, trackName, classId },
        ];
      });
    });
}

export const boxesTable: Table<BoxRow> = {
  name: "boxes",
  format: "sweepmark-boxes",
  version: 1,
  columns: [
    ...frameColumns,
    { name: "camera", type: "text", description: "the camera, as in the log's info", value: (row) => row.cameraId },
    {
      name: "image_timestamp_ns",
      type: "int64",
      unit: "ns",
      description: "header stamp of the image: the object is where it is at that time",
      value: (row) => row.imageAt,
    },
    ...objectColumns,
    ...columnsOf<BoxRow>(
      ["left", "top", "right", "bottom"],
      {
        type: "pixels",
        unit: "px",
        description: "tight box of the projected cuboid, cut at the picture; (0, 0) is the centre of the first pixel",
      },
      ({ box }) => [box.left, box.top, box.right, box.bottom],
    ),
    {
      name: "truncated",
      type: "number",
      description: "share of what the camera would see of the cuboid that is outside of the picture, [0, 1]",
      value: (row) => row.truncated,
    },
    {
      name: "hidden",
      type: "number",
      description: "share of it that is behind other labeled cuboids, [0, 1]; what is not labeled hides nothing",
      value: (row) => row.hidden,
    },
  ],
};
