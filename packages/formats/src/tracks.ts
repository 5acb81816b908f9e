import { momentAt, type DocumentReader, type TrackMoment, type TrackState } from "@sweepmark/document";
import { cuboidYaw, invert, transformCuboid, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import type { Attributes, FrameStamp, Source } from "@sweepmark/schema";
import { columnsOf, frameColumns, objectColumns, type Table } from "./columns.ts";
import { framesOf } from "./frames.ts";
import { canonicalQuaternion, canonicalYaw, compareText, plainZero } from "./numbers.ts";
import type { Scene, WriteOptions } from "./types.ts";

/** One object at one frame. */
export interface TrackRow {
  readonly frameIndex: number;
  readonly at: TimestampNs;
  readonly trackId: string;
  readonly trackName: string;
  readonly classId: string;
  /** Rotation unit with w ≥ 0; no −0. */
  readonly inWorld: Cuboid<"world">;
  /** At this frame's ego pose. */
  readonly inEgo: Cuboid<"ego">;
  readonly state: TrackState;
  readonly source: Source;
  readonly confidence: number | null;
  /** null: not known (no log at hand). */
  readonly lidarPoints: number | null;
  readonly attributes: Attributes;
}

/**
 * The rows of one frame after another, in the order of frames, then of track name, then of track id. A frame without
 * objects yields an empty list. Holds one frame's rows at a time.
 */
export async function* perFrameRows(scene: Scene, options: WriteOptions = {}): AsyncGenerator<readonly TrackRow[]> {
  for await (const frame of framesOf(scene, options)) yield await trackRowsOf(scene, frame);
}

/** The rows of one frame. */
export async function trackRowsOf(scene: Scene, frame: FrameStamp): Promise<readonly TrackRow[]> {
  const tracks = sortedMoment(scene.document, frame.at);
  const cuboids = tracks.map(({ cuboid }) => cuboid);
  const counts = cuboids.length > 0 ? await scene.countPoints?.(frame.index, cuboids) : [];
  return tracks.map((moment, index) => rowOf(frame, moment, counts?.[index]));
}

/** The tracks at a time, by name, then id. */
export const sortedMoment = (document: DocumentReader, at: TimestampNs): readonly TrackMoment[] =>
  momentAt(document, at).tracks.toSorted(
    ({ track: a }, { track: b }) => compareText(a.name, b.name) || compareText(a.id, b.id),
  );

function rowOf(frame: FrameStamp, moment: TrackMoment, lidarPoints: number | undefined): TrackRow {
  const { track, cuboid, state, source, confidence, attributes } = moment;
  return {
    frameIndex: frame.index,
    at: frame.at,
    trackId: track.id,
    trackName: track.name,
    classId: track.classId,
    inWorld: written(cuboid),
    inEgo: written(transformCuboid(invert(frame.worldFromEgo), cuboid)),
    state,
    source,
    confidence: confidence ?? null,
    lidarPoints: lidarPoints ?? null,
    attributes,
  };
}

const written = <S extends "world" | "ego">(cuboid: Cuboid<S>): Cuboid<S> => ({
  center: [plainZero(cuboid.center[0]), plainZero(cuboid.center[1]), plainZero(cuboid.center[2])],
  size: cuboid.size,
  rotation: canonicalQuaternion(cuboid.rotation),
});

/** `{"motion":"parked","occlusion":"1"}`, keys in code unit order. */
export const attributesText = (attributes: Attributes): string =>
  JSON.stringify(Object.fromEntries(Object.entries(attributes).toSorted(([a], [b]) => compareText(a, b))));

const poseColumns = <S extends "world" | "ego">(space: S, cuboidOf: (row: TrackRow) => Cuboid<S>) => [
  ...columnsOf<TrackRow>(
    [`${space}_x`, `${space}_y`, `${space}_z`],
    { type: "metres", unit: "m", space, description: "centre of the cuboid" },
    (row) => cuboidOf(row).center,
  ),
  ...columnsOf<TrackRow>(
    [`${space}_qx`, `${space}_qy`, `${space}_qz`, `${space}_qw`],
    { type: "rotation", space, description: "rotation of the cuboid, unit quaternion x y z w, w >= 0" },
    (row) => cuboidOf(row).rotation,
  ),
  ...columnsOf<TrackRow>(
    [`${space}_yaw`],
    { type: "rotation", unit: "rad", space, description: "heading in the horizontal plane, (-pi, pi]" },
    (row) => [canonicalYaw(cuboidYaw(cuboidOf(row)))],
  ),
];

export const tracksTable: Table<TrackRow> = {
  name: "tracks",
  format: "sweepmark-tracks",
  version: 1,
  columns: [
    ...frameColumns,
    ...objectColumns,
    ...columnsOf<TrackRow>(
      ["length", "width", "height"],
      { type: "metres", unit: "m", description: "size along the cuboid's x (heading), y, z" },
      (row) => row.inWorld.size,
    ),
    ...poseColumns("world", (row) => row.inWorld),
    ...poseColumns("ego", (row) => row.inEgo),
    {
      name: "state",
      type: "text",
      description:
        "keyframe: said at this time; interpolated: between two keyframes; extrapolated: past them, where its motion leads; held: carried over from one",
      value: (row) => row.state,
    },
    {
      name: "source",
      type: "text",
      description: "human, model, import or algorithm: who said the keyframe before",
      value: (row) => row.source,
    },
    {
      name: "confidence",
      type: "number",
      nullable: true,
      description: "[0, 1], of machine-made keyframes",
      value: (row) => row.confidence,
    },
    {
      name: "num_lidar_points",
      type: "int32",
      nullable: true,
      description: "lidar points inside the cuboid at this frame",
      value: (row) => row.lidarPoints,
    },
    {
      name: "attributes",
      type: "text",
      description: "attributes in force, a JSON object",
      value: (row) => attributesText(row.attributes),
    },
  ],
};
