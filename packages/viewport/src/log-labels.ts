import { rayCuboid, type Point, type Ray } from "@sweepmark/geometry";
import type { Frame, LogCuboid } from "@sweepmark/log";
import type { LogLabelRef } from "@sweepmark/editor";

/** A cuboid that the log itself carries, as it is shown: never edited. */
export interface ShownLogCuboid {
  readonly topic: string;
  readonly label: LogCuboid;
}

/** Lines farther than this from ego are not drawn: logs carry whole maps. */
const lineReachM = 120;

/** The log's own cuboids at the frame, without those of hidden topics. */
export const shownLogCuboids = (frame: Frame, hiddenTopics: ReadonlySet<string>): readonly ShownLogCuboid[] =>
  frame.labels.flatMap(({ topic, cuboids }) =>
    hiddenTopics.has(topic) ? [] : cuboids.map((label) => ({ topic, label })),
  );

const nearLines = new WeakMap<Frame, ReadonlyMap<string, readonly (readonly Point<"world">[])[]>>();

/** The parts of the log's own lines that are near ego. Cut once a frame. */
export function shownLogLines(frame: Frame, hiddenTopics: ReadonlySet<string>): readonly (readonly Point<"world">[])[] {
  let byTopic = nearLines.get(frame);
  if (!byTopic) {
    const [x, y] = frame.worldFromEgo.translation;
    const isNear = (point: Point<"world">): boolean => Math.hypot(point[0] - x, point[1] - y) <= lineReachM;
    byTopic = new Map(
      frame.labels.map(({ topic, lines }) => [topic, lines.flatMap(({ points }) => runs(points, isNear))]),
    );
    nearLines.set(frame, byTopic);
  }
  return [...byTopic].flatMap(([topic, lines]) => (hiddenTopics.has(topic) ? [] : lines));
}

/** Unbroken stretches of a line whose pieces have an end that is kept. */
function runs(
  points: readonly Point<"world">[],
  isKept: (point: Point<"world">) => boolean,
): readonly (readonly Point<"world">[])[] {
  const found: Point<"world">[][] = [];
  let open: Point<"world">[] | undefined;
  for (let i = 1; i < points.length; i++) {
    if (!isKept(points[i - 1]) && !isKept(points[i])) {
      open = undefined;
      continue;
    }
    if (!open) found.push((open = [points[i - 1]]));
    open.push(points[i]);
  }
  return found;
}

/** The nearest of the log's cuboids that a ray meets. */
export function logCuboidUnder(
  ray: Ray<"world">,
  frame: Frame,
  hiddenTopics: ReadonlySet<string>,
): LogLabelRef | undefined {
  let best: { readonly ref: LogLabelRef; readonly distanceM: number } | undefined;
  for (const { topic, label } of shownLogCuboids(frame, hiddenTopics)) {
    const hit = rayCuboid(ray, label.cuboid);
    if (hit && (!best || hit.distanceM < best.distanceM))
      best = { ref: { topic, id: label.id }, distanceM: hit.distanceM };
  }
  return best?.ref;
}

export const isSameLabel = (ref: LogLabelRef | undefined, { topic, label }: ShownLogCuboid): boolean =>
  ref?.topic === topic && ref.id === label.id;

/** What is written at a log's cuboid: "vehicle.car", "17 · 0.87". */
export function logLabelWords({ label }: ShownLogCuboid): { readonly name: string; readonly detail: string } {
  const score = label.score === undefined ? [] : [label.score.toFixed(2)];
  return { name: label.className || "?", detail: [label.id, ...score].join(" \u00b7 ") };
}
