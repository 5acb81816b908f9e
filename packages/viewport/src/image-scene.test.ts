import { createDocument, momentAt } from "@sweepmark/document";
import { distortionOf, fromMatrix3, timestampNs, type CameraModel, type Cuboid } from "@sweepmark/geometry";
import type { CameraImage, Frame } from "@sweepmark/log";
import { defaultOntology, keyframeId, type Keyframe, type LabelRecord } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { boundsOf, imageScene, pointsInImage } from "./image-scene.ts";

const distortion = distortionOf("pinhole", []);
if (!distortion) throw new Error("no pinhole");
const model: CameraModel = { width: 1000, height: 600, fx: 800, fy: 800, cx: 500, cy: 300, skew: 0, distortion };
const at = (ms: number) => timestampNs(BigInt(ms) * 1_000_000n);

/** A camera at the world's origin that looks along x. */
const image = (ms: number): CameraImage => ({
  cameraId: "front",
  topic: "/front",
  at: at(ms),
  width: 1000,
  height: 600,
  content: { kind: "pixels", rgba: new Uint8ClampedArray(0) },
  worldFromCamera: { translation: [0, 0, 0], rotation: fromMatrix3([0, 0, 1, -1, 0, 0, 0, -1, 0]) },
});

const car = (x: number): Cuboid<"world"> => ({ center: [x, 0, 0], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] });
const keyframe = (ms: number, cuboid: Cuboid<"world"> | null): Keyframe => ({
  id: keyframeId("track:a", at(ms)),
  kind: "keyframe",
  trackId: "track:a",
  at: at(ms),
  cuboid,
  attributes: {},
  source: "human",
});
const track: LabelRecord = {
  id: "track:a",
  kind: "track",
  name: "car-1",
  classId: "car",
  rigid: true,
  static: false,
  attributes: {},
};
const none = new Set<string>();

describe("rule 12: labels lie as at the image's own time", () => {
  it("a moving car is where it was when the image was taken", () => {
    const document = createDocument(defaultOntology, [track, keyframe(0, car(10)), keyframe(100, car(20))]);
    const [drawn] = imageScene(document, model, image(50), momentAt(document, at(100)), none).cuboids;
    expect(drawn.shape.distanceM).toBeCloseTo(15, 9);
  });

  it("at a track's first frame an image a few milliseconds earlier shows it as at the frame", () => {
    const document = createDocument(defaultOntology, [track, keyframe(100, car(20))]);
    const [drawn] = imageScene(document, model, image(91), momentAt(document, at(100)), none).cuboids;
    expect(drawn.shape.distanceM).toBeCloseTo(20, 9);
  });

  it("shows nothing of a track that is absent at the frame, or hidden", () => {
    const document = createDocument(defaultOntology, [track, keyframe(0, car(10)), keyframe(100, null)]);
    expect(imageScene(document, model, image(91), momentAt(document, at(100)), none).cuboids).toEqual([]);
    expect(imageScene(document, model, image(50), momentAt(document, at(50)), new Set(["track:a"])).cuboids).toEqual(
      [],
    );
  });

  it("projects nothing where the camera's place is not known", () => {
    const document = createDocument(defaultOntology, [track, keyframe(0, car(10))]);
    const unplaced = { ...image(0), worldFromCamera: undefined };
    expect(imageScene(document, model, unplaced, momentAt(document, at(0)), none)).toEqual({ cuboids: [], lanes: [] });
  });
});

describe("what a record covers in the image", () => {
  it("is the box around its edges, cut at the picture", () => {
    const document = createDocument(defaultOntology, [track, keyframe(0, car(10))]);
    const bounds = boundsOf(imageScene(document, model, image(0), momentAt(document, at(0)), none), "track:a", model);
    // The rear face is 8 m away: half a width of 1 m is 100 px, half a height of 0.75 m is 75 px.
    expect(bounds?.min.map((c) => Math.round(c))).toEqual([400, 225]);
    expect(bounds?.max.map((c) => Math.round(c))).toEqual([600, 375]);
    expect(
      boundsOf(imageScene(document, model, image(0), momentAt(document, at(0)), none), "track:b", model),
    ).toBeUndefined();
  });
});

describe("points in images", () => {
  it("go by the world: ego's motion between the two stamps counts", () => {
    const sweep = {
      topic: "/lidar",
      at: at(0),
      frameId: "lidar",
      count: 1,
      positions: new Float32Array([10, 0, 0]),
      dropped: 0,
      egoFromLidar: { translation: [0, 0, 0], rotation: [0, 0, 0, 1] },
    } as const;
    const frame = {
      index: 0,
      at: at(0),
      worldFromEgo: { translation: [0, 1, 0], rotation: [0, 0, 0, 1] },
      sweeps: [sweep],
      images: [],
      labels: [],
      problems: [],
    } as const satisfies Frame;
    const [u, v, distanceM] = pointsInImage(model, image(50), frame);
    expect(u).toBeCloseTo(500 - 80, 3);
    expect(v).toBeCloseTo(300, 3);
    expect(distanceM).toBeCloseTo(Math.hypot(10, 1), 5);
  });
});
