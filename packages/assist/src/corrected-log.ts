import {
  compose,
  correctedFromLogged,
  invert,
  rotate,
  transformCuboid,
  transformPoint,
  type EgoShift,
} from "@sweepmark/geometry";
import type { Frame, FrameEntry, LogLabelLayer, LogInfo, LogReader, PlacedSweep } from "@sweepmark/log";

/** A log whose ego poses can be corrected: all that it hands out is in the corrected world. The log itself stays as it is. */
export interface CorrectedLog extends LogReader {
  /** From now on; by rising time, none: the log's own poses. Returns whether that is another correction than before. */
  correct(shifts: readonly EgoShift[]): boolean;
  /** A frame that was asked for before, by the poses as they are corrected now. */
  again(frame: Frame): Frame;
}

export function correctedLog(log: LogReader, first: readonly EgoShift[] = []): CorrectedLog {
  let shifts = first;
  let corrected = new WeakMap<Frame, Frame>();
  let sweeps: KnownSweeps = new WeakMap();
  let known: { readonly of: LogInfo; readonly info: LogInfo } | undefined;
  const given = new WeakMap<Frame, Frame>();

  function correct(frame: Frame): Frame {
    if (shifts.length === 0) return frame;
    const done = corrected.get(frame) ?? correctedFrame(frame, shifts, sweeps);
    corrected.set(frame, done);
    given.set(done, frame);
    return done;
  }

  return {
    get info() {
      const { info } = log;
      if (shifts.length === 0) return info;
      if (known?.of !== info) known = { of: info, info: { ...info, frames: correctedEntries(info.frames, shifts) } };
      return known.info;
    },
    get memory() {
      return log.memory;
    },
    correct(next) {
      if (next === shifts || (next.length === 0 && shifts.length === 0)) return false;
      shifts = next;
      corrected = new WeakMap();
      sweeps = new WeakMap();
      known = undefined;
      return true;
    },
    again: (frame) => correct(given.get(frame) ?? frame),
    frame(index, options = {}) {
      // A frame that is there comes in the next microtask, not in the one after that.
      if (shifts.length === 0) return log.frame(index, options);
      const { onSweeps } = options;
      return log
        .frame(index, { ...options, ...(onSweeps && { onSweeps: (early) => onSweeps(correct(early)) }) })
        .then(correct);
    },
    release: (frame) => log.release(given.get(frame) ?? frame),
    showCameras: (ids) => log.showCameras(ids),
    peek(index) {
      const frame = log.peek(index);
      return frame && correct(frame);
    },
    prefetch: (indices) => log.prefetch(indices),
    buffered: () => log.buffered(),
    scan: async (options) => correctedEntries(await log.scan(options), shifts),
    accumulate: (request, options) => log.accumulate({ ...request, correction: shifts }, options),
    matchEgo: (request, options) => log.matchEgo({ ...request, correction: shifts }, options),
    setBudget: (bytes) => log.setBudget(bytes),
    subscribe: (listener) => log.subscribe(listener),
    close: () => log.close(),
  };
}

const correctedEntries = (entries: readonly FrameEntry[], shifts: readonly EgoShift[]): readonly FrameEntry[] =>
  shifts.length === 0
    ? entries
    : entries.map((entry) =>
        entry.worldFromEgo
          ? { ...entry, worldFromEgo: compose(correctedFromLogged(shifts, entry.at), entry.worldFromEgo) }
          : entry,
      );

/** By `Frame.sweeps`: a frame whose images come later has the same ones. */
type KnownSweeps = WeakMap<Frame["sweeps"], Frame["sweeps"]>;

/** Everything of a frame that has a place in the world, each by the correction at its own stamp. Arrays are the same. */
function correctedFrame(frame: Frame, shifts: readonly EgoShift[], known: KnownSweeps): Frame {
  const worldFromEgo = compose(correctedFromLogged(shifts, frame.at), frame.worldFromEgo);
  const placed = (sweep: PlacedSweep): PlacedSweep => {
    const { at, egoFromLidar } = sweep;
    if (!egoFromLidar || at === frame.at) return sweep;
    const worldFromLidar = compose(correctedFromLogged(shifts, at), compose(frame.worldFromEgo, egoFromLidar));
    return { ...sweep, egoFromLidar: compose(invert(worldFromEgo), worldFromLidar) };
  };
  const sweeps = known.get(frame.sweeps) ?? frame.sweeps.map(placed);
  known.set(frame.sweeps, sweeps);
  return {
    ...frame,
    worldFromEgo,
    sweeps,
    images: frame.images.map((image) => ({
      ...image,
      worldFromCamera: image.worldFromCamera && compose(correctedFromLogged(shifts, image.at), image.worldFromCamera),
    })),
    labels: frame.labels.map((layer) => correctedLayer(layer, shifts)),
  };
}

function correctedLayer(layer: LogLabelLayer, shifts: readonly EgoShift[]): LogLabelLayer {
  return {
    ...layer,
    cuboids: layer.cuboids.map((each) => {
      const pose = correctedFromLogged(shifts, each.at);
      const { velocity } = each;
      return {
        ...each,
        cuboid: transformCuboid(pose, each.cuboid),
        ...(velocity && { velocity: rotate(pose.rotation, velocity) }),
      };
    }),
    lines: layer.lines.map((line) => {
      const pose = correctedFromLogged(shifts, line.at);
      return { ...line, points: line.points.map((point) => transformPoint(pose, point)) };
    }),
  };
}
