import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { countsAt, pointsIn } from "@sweepmark/assist";
import { createDocument, decodeJournal, momentAt, trackAt, type LabelDocument } from "@sweepmark/document";
import { orthoAxes, orthoExtent, yawRingRadius, type OrthoSide } from "@sweepmark/editor";
import {
  cuboidPose,
  cuboidYaw,
  invert,
  overlap,
  transformPoint,
  vec,
  wrapAngle,
  type Cuboid,
  type Point,
  type Vec2,
} from "@sweepmark/geometry";
import { openLog, type LogReader } from "@sweepmark/log";
import { parseLabelFile, quickClassIds, type LabelFile, type RecordId, type Track } from "@sweepmark/schema";
import { openFileSource } from "../../../apps/cli/src/file-source.ts";
import { orthoScale } from "../../../packages/viewport/src/ortho-scale.ts";
import type { ServedLog } from "./serve.ts";
import type { Workbench } from "./workbench.ts";

/** What is there to be seen in a log, and what a person's eyes make of it: the simulator's truth. */
export interface Sight {
  readonly truth: LabelFile;
  readonly tracks: readonly Track[];
  cuboid(trackId: RecordId, frame: number): Cuboid<"world"> | undefined;
  /** How many lidar points are on an object in each frame. */
  counts(trackId: RecordId): readonly number[];
  /** The lidar points on an object in a frame, [count] in world. */
  points(trackId: RecordId, frame: number): Promise<readonly Point<"world">[]>;
  close(): Promise<void>;
}

export async function look(path: string): Promise<Sight> {
  const truth = parseLabelFile(await readFile(path.replace(/\.mcap$/, ".truth.json"), "utf8"));
  const document = createDocument(truth.ontology, truth.records);
  const source = await openFileSource(path);
  const log: LogReader = await openLog(source);
  const cuboid: Sight["cuboid"] = (trackId, frame) => trackAt(document, trackId, truth.scene.frames[frame].at)?.cuboid;
  const counts = new Map(document.tracks().map(({ id }) => [id, truth.scene.frames.map(() => 0)]));
  for (const { at, index } of truth.scene.frames) {
    const frame = await log.frame(index);
    const { tracks } = momentAt(document, at);
    countsAt(
      frame,
      tracks.map((each) => each.cuboid),
    ).forEach((count, i) => counts.get(tracks[i].track.id)?.splice(index, 1, count));
    log.release(frame);
  }
  return {
    truth,
    tracks: document.tracks(),
    cuboid,
    counts: (trackId) => counts.get(trackId) ?? [],
    async points(trackId, index) {
      const seen = cuboid(trackId, index);
      if (!seen) return [];
      const frame = await log.frame(index);
      const { points } = pointsIn(frame, seen);
      log.release(frame);
      return Array.from({ length: points.length / 3 }, (_, i) =>
        transformPoint(cuboidPose(seen), [points[3 * i], points[3 * i + 1], points[3 * i + 2]]),
      );
    },
    async close() {
      await log.close();
      await source.close();
    },
  };
}

/** Sides that are this far off are seen, and dragged, metres; yaw in radians. */
const seenM = 0.12;
/** So far off that the whole is moved before its edges are. */
const farM = 0.6;
const seenRad = (2.5 * Math.PI) / 180;

/**
 * A person who labels what they see: keys, clicks and drags at pixels, each of them counted. What is shown is read from
 * the labels that the server has saved.
 */
export class Labeler {
  /** Keys pressed, clicks, drags, frames gone to by their number, and turns of the wheel. */
  readonly actions = { keys: 0, clicks: 0, drags: 0, goes: 0, wheels: 0 };
  private readonly bench: Workbench;
  private readonly served: ServedLog;
  private readonly sight: Sight;
  private classId: string | undefined;
  /** From ego to pixels of the bird's-eye view, which moves with ego. */
  private pixelOfEgo: ((point: Vec2) => Vec2) | undefined;

  constructor(bench: Workbench, served: ServedLog, sight: Sight) {
    this.bench = bench;
    this.served = served;
    this.sight = sight;
  }

  get total(): number {
    return Object.values(this.actions).reduce((sum, count) => sum + count, 0);
  }

  async press(key: string): Promise<void> {
    this.actions.keys++;
    await this.bench.press(key);
  }

  /** B, and the wheel, so that what is 20 m away is in sight. */
  async lookFromAbove(): Promise<void> {
    this.actions.keys++;
    await this.bench.lookFromAbove();
    const main = await this.bench.main.boundingBox();
    if (!main) throw new Error("the main view is not there");
    await this.bench.page.mouse.move(main.x + main.width / 2, main.y + main.height / 2);
    this.actions.wheels++;
    await this.bench.page.mouse.wheel(0, 400);
    await this.bench.drawn();
  }

  async goTo(frame: number): Promise<void> {
    if ((await this.bench.frame()) === frame) return;
    this.actions.goes++;
    await this.bench.goTo(frame);
  }

  /** The class of what is drawn next, by its number, unless it is that already. */
  async chooseClass(classId: string): Promise<void> {
    if (classId === this.classId) return;
    this.classId = classId;
    await this.press(`${quickClassIds.findIndex((id) => id === classId) + 1}`);
  }

  /** The labels as saved. */
  async labels(): Promise<LabelDocument> {
    await this.bench.saved();
    const journal = await readFile(join(this.served.labelsDir, "journal.jsonl"), "utf8").catch(() => "");
    const document = createDocument(this.sight.truth.ontology);
    for (const { changes } of decodeJournal(journal).transactions) document.apply(changes);
    return document;
  }

  /** Clicks, in the bird's-eye view, the point that is nearest to the middle of what is seen of an object. */
  async clickOn(trackId: RecordId, frame: number): Promise<void> {
    const points = await this.sight.points(trackId, frame);
    const middle = [0, 1].map(
      (axis) => points.map((point) => point[axis]).toSorted((a, b) => a - b)[points.length >> 1],
    );
    const off = (point: Point<"world">): number => Math.hypot(point[0] - middle[0], point[1] - middle[1]);
    const [nearest] = points.toSorted((a, b) => off(a) - off(b));
    const { worldFromEgo } = this.sight.truth.scene.frames[frame];
    const [x, y] = transformPoint(invert(worldFromEgo), nearest);
    this.pixelOfEgo ??= await this.bench.egoMap(worldFromEgo);
    this.actions.clicks++;
    await this.bench.page.mouse.click(...pair(this.pixelOfEgo([x, y])));
  }

  /** T, until nothing is being propagated any more. */
  async propagate(): Promise<void> {
    const job = this.bench.page.locator("footer", { hasText: /Propagating/ });
    await this.press("t");
    await job.waitFor({ timeout: 10_000 }).catch(() => undefined);
    await job.waitFor({ state: "detached", timeout: 120_000 });
  }

  /** G, where the heading of a new cuboid is the wrong way round. */
  async head(trackId: RecordId, seenId: RecordId, frame: number): Promise<void> {
    const { at } = this.sight.truth.scene.frames[frame];
    const shown = trackAt(await this.labels(), trackId, at)?.cuboid;
    const seen = this.sight.cuboid(seenId, frame);
    if (shown && seen && Math.cos(cuboidYaw(seen) - cuboidYaw(shown)) < 0) await this.press("g");
  }

  /**
   * Brings the selected track in a frame to what is seen: the heading by the knob, what is off by edges and corners, in
   * the parallel views; `keep`: by moving alone, its size is right.
   */
  async correct(trackId: RecordId, seenId: RecordId, frame: number, size: "fit" | "keep"): Promise<void> {
    const seen = this.sight.cuboid(seenId, frame);
    const { at } = this.sight.truth.scene.frames[frame];
    const shownNow = async (): Promise<Cuboid<"world">> => {
      const shown = trackAt(await this.labels(), trackId, at)?.cuboid;
      if (!shown) throw new Error(`${trackId} is not there in frame ${frame}`);
      return shown;
    };
    if (!seen) throw new Error(`nothing is seen of ${seenId} in frame ${frame}`);
    if (!trackAt(await this.labels(), trackId, at)) await this.press("o");
    let shown = await shownNow();
    const turn = (): number => wrapAngle(cuboidYaw(seen) - cuboidYaw(shown));
    if (Math.abs(turn()) > seenRad) {
      const radius = yawRingRadius(shown);
      await this.drag("top", shown, [radius, 0], [radius * Math.cos(turn()), radius * Math.sin(turn())]);
      shown = await shownNow();
    }
    for (const side of ["top", "rear"] as const) {
      const [low, high] = offsets(shown, seen, side);
      const by = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2] as const;
      if (Math.max(...by.map(Math.abs)) > (size === "keep" ? seenM : farM)) {
        await this.drag(side, shown, [0, 0], by);
        shown = await shownNow();
      }
      if (size === "keep") continue;
      for (const end of [1, -1] as const) {
        await this.dragEdges(side, shown, offsets(shown, seen, side)[end > 0 ? 1 : 0], end);
        shown = await shownNow();
      }
    }
  }

  /** The corner where two edges are off, or the one edge that is. */
  private async dragEdges(side: OrthoSide, shown: Cuboid<"world">, off: Vec2, end: 1 | -1): Promise<void> {
    const half = orthoExtent(shown, side).map((extent) => extent / 2);
    const wrong = off.map((each) => Math.abs(each) > seenM);
    if (!wrong[0] && !wrong[1]) return;
    const from: Vec2 = [wrong[0] ? end * half[0] : 0, wrong[1] ? end * half[1] : 0];
    await this.drag(side, shown, from, [from[0] + (wrong[0] ? off[0] : 0), from[1] + (wrong[1] ? off[1] : 0)]);
  }

  /** From and to in metres right and up of the shown cuboid's centre, in one of its parallel views. */
  async drag(side: OrthoSide, shown: Cuboid<"world">, from: Vec2, to: Vec2): Promise<void> {
    const view = this.bench.page.locator(`[data-ortho-view="${side}"] canvas`);
    await this.bench.drawn();
    const box = await view.boundingBox();
    if (!box) throw new Error(`the ${side} view is not there`);
    const scale = orthoScale(shown, box.width, box.height, 1);
    const pixel = ([right, up]: Vec2): Vec2 => [
      box.x + box.width / 2 + right * scale,
      box.y + box.height / 2 - up * scale,
    ];
    this.actions.drags++;
    await this.bench.drag(pixel(from), pixel(to));
  }
}

/** How far the lower and the upper edges of a view are from where they are seen, metres [right, up]. */
function offsets(shown: Cuboid<"world">, seen: Cuboid<"world">, side: OrthoSide): readonly [Vec2, Vec2] {
  const { right, up } = orthoAxes(shown, side);
  const by = vec.subtract(seen.center, shown.center);
  const grown = orthoExtent(seen, side).map((extent, i) => (extent - orthoExtent(shown, side)[i]) / 2);
  const middle: Vec2 = [vec.dot(by, right), vec.dot(by, up)];
  return [
    [middle[0] - grown[0], middle[1] - grown[1]],
    [middle[0] + grown[0], middle[1] + grown[1]],
  ];
}

/** IoU with the truth in each frame where a point is on the object; 0 where the track is not there. Undefined: nothing to be seen. */
export function scores(
  labels: LabelDocument,
  trackId: RecordId,
  sight: Sight,
  seenId: RecordId,
): readonly (number | undefined)[] {
  return sight.truth.scene.frames.map(({ at, index }) => {
    const seen = sight.counts(seenId)[index] > 0 && sight.cuboid(seenId, index);
    const shown = trackAt(labels, trackId, at)?.cuboid;
    return seen ? (shown ? overlap(shown, seen).iou3d : 0) : undefined;
  });
}

const pair = ([x, y]: Vec2): [number, number] => [x, y];
