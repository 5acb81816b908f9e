import { measureSmear, type Smear } from "@sweepmark/assist";
import { vec } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import { frameNearest } from "./frame-of-time.ts";
import { nextTurn, reading } from "./frame-reading.ts";
import type { Session } from "./session-types.ts";

/** Farther away a lidar's points lie too far apart to tell decimetres. */
const farthestM = 45;
/** As many frames are read at most, spread evenly. */
const mostFrames = 60;

/**
 * Whether a static track truly stands still, or the ego pose is off: a job over the frames that see it. Undefined when cancelled,
 * or where the track has no place.
 */
export async function smearOfTrack(session: Session, trackId: RecordId): Promise<Smear | undefined> {
  const frames = await session.scanFrames();
  const { document } = session;
  const track = document.get(trackId);
  const said = document.keyframes(trackId).find(({ cuboid }) => cuboid !== null);
  const labelled = frames && said && frameNearest(frames, said.at);
  if (!frames || !said?.cuboid || labelled === undefined || track?.kind !== "track") return undefined;
  const { cuboid } = said;
  const near = frames.filter(
    ({ worldFromEgo }) => worldFromEgo && vec.distance(worldFromEgo.translation, cuboid.center) < farthestM,
  );
  const step = Math.max(1, near.length / mostFrames);
  const spread = Array.from({ length: Math.min(near.length, mostFrames) }, (_, i) => near[Math.floor(i * step)].index);
  const indices = [...new Set([...spread, labelled])].toSorted((a, b) => a - b);
  return await session.job({ message: "job.smear", params: { name: track.name } }, (signal, report) =>
    measureSmear(
      cuboid,
      labelled,
      indices,
      (index) => reading(session, index, signal),
      async (done, total) => {
        report(done, total);
        await nextTurn();
      },
    ),
  );
}
