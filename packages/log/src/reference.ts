import { list, logError, quote } from "./problem.ts";
import type { Stream } from "./stream.ts";
import type { Topics } from "./topics.ts";
import type { Problem } from "./types.ts";

const byCount = (a: Stream, b: Stream): number => b.index.count - a.index.count || (a.topic < b.topic ? -1 : 1);

/** The reference: a lidar, where the log has none a camera; the one that was wanted, else the one with the most messages. */
export function chosenReference(
  lidars: readonly Stream[],
  cameras: readonly Stream[],
  wanted: string | undefined,
): Stream | undefined {
  const what = lidars.length > 0 || cameras.length === 0 ? "lidar" : "camera";
  const found = what === "lidar" ? lidars : cameras.toSorted(byCount);
  if (wanted === undefined) return found[0];
  const stream = found.find(({ topic }) => topic === wanted);
  if (stream) return stream;
  throw logError(
    "no-such-lidar",
    `The log has no readable ${what} topic ${quote(wanted)}; found: ${list(found.map(({ topic }) => topic))}.`,
    { params: { topic: wanted } },
  );
}

/** What a log without a lidar has for frames, and which topics were found instead. */
export function noLidar({ all }: Topics, camera: Stream | undefined): Problem {
  const found = all.map(
    ({ topic, schemaName, messageEncoding }) =>
      `${topic} (${schemaName || "no schema"}, ${messageEncoding || "no encoding"})`,
  );
  const params = { found: found.slice(0, 12).join(", "), count: all.length };
  if (camera)
    return {
      severity: "warning",
      code: "no-lidar",
      message: `The log has no lidar topic that can be read; its frames are the images of ${quote(camera.topic)}. Topics found: ${list(found)}.`,
      hint: "Cameras can be looked at, and labels be placed, but there are no points to place them by.",
      params: { ...params, camera: camera.topic },
    };
  return {
    severity: "error",
    code: "no-lidar",
    message: `The log has no lidar topic that can be read; topics found: ${list(found)}.`,
    hint: "Expected: a topic of foxglove.PointCloud, sensor_msgs/PointCloud2 or LaserScan, or images of a camera.",
    params,
  };
}
