import type { Camera, LogInfo, Problem, TransformEdge } from "../types.ts";

/**
 * What is known of a log after its worker was replaced: the new one has read less of it so far. Stamps that were exact, problems
 * that were found, transforms that were seen and offsets of more frames stay; the rest is as the new worker says.
 */
export function keepKnown(known: LogInfo, fresh: LogInfo): LogInfo {
  return {
    ...fresh,
    frames: fresh.frames.map((entry, index) => (entry.exact ? entry : (known.frames[index] ?? entry))),
    cameras: fresh.cameras.map((camera) =>
      better(
        known.cameras.find(({ id }) => id === camera.id),
        camera,
      ),
    ),
    transforms: union(known.transforms, fresh.transforms, ({ parent, child }: TransformEdge) => `${parent}\n${child}`),
    problems: union(known.problems, fresh.problems, keyOf),
  };
}

function better(known: Camera | undefined, fresh: Camera): Camera {
  const { frameId, egoFromCamera } = fresh.frameId === undefined && known ? known : fresh;
  const more = (known?.offsetsMs?.count ?? 0) > (fresh.offsetsMs?.count ?? 0) && known ? known : fresh;
  return { ...fresh, frameId, egoFromCamera, offsetMs: more.offsetMs, offsetsMs: more.offsetsMs };
}

const keyOf = ({ code, topic, offset, message }: Problem): string => `${code}\n${topic}\n${offset}\n${message}`;

/** All of both, each once, the known ones first. */
function union<T>(known: readonly T[], fresh: readonly T[], key: (item: T) => string): readonly T[] {
  const keys = new Set(known.map(key));
  const more = fresh.filter((item) => !keys.has(key(item)));
  return more.length > 0 ? [...known, ...more] : known;
}
