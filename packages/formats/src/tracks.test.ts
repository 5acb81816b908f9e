import { momentAt } from "@sweepmark/document";
import { angleBetween, fromYawPitchRoll, transformCuboid, transformPoint, vec } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, collected, keyframe, sceneOf, stamp, straight, time, track, turning } from "../test/scenes.ts";
import { perFrameLaneRows } from "./lanes.ts";
import { attributesText, perFrameRows } from "./tracks.ts";

describe("the rows of a scene", () => {
  it("are those of the moment at each frame (rule 1)", async () => {
    const rows = await collected(perFrameRows(straight));
    expect(
      rows.map(({ frameIndex, inWorld, state, source, confidence, lidarPoints }) => [
        frameIndex,
        inWorld.center[0],
        state,
        source,
        confidence,
        lidarPoints,
      ]),
    ).toEqual([
      [0, 10, "keyframe", "human", null, 100],
      [1, 11, "interpolated", "human", null, 101],
      [2, 12, "keyframe", "model", 0.5, 102],
      [3, 12, "held", "model", 0.5, 103],
    ]);
    for (const row of rows) {
      const moment = momentAt(straight.document, row.at).tracks[0];
      expect(row.inWorld).toEqual(moment.cuboid);
      expect(attributesText(row.attributes)).toBe('{"motion":"moving","plate":"x"}');
    }
  });

  it("say the pose in ego as ego stands at that frame (rule 2)", async () => {
    const inEgo = (await collected(perFrameRows(turning))).map((row) =>
      row.inEgo.center.map((value) => Math.round(value * 1e9) / 1e9 + 0),
    );
    expect(inEgo).toEqual([
      [10, 0, 0.75],
      [0, -10, 0.75],
      [-10, 0, 0.75],
    ]);
  });

  it("ego and world are one cuboid seen from two spaces, tilted or not (rule 2)", async () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    const turn = fc
      .record({ yawRad: angle, pitchRad: fc.double({ min: -1, max: 1, noNaN: true }), rollRad: angle })
      .map(fromYawPitchRoll);
    const place = fc.double({ min: -6e6, max: 6e6, noNaN: true });
    await fc.assert(
      fc.asyncProperty(turn, turn, fc.tuple(place, place, place), async (rotation, tilt, translation) => {
        const worldFromEgo = { translation, rotation };
        const cuboid = { ...box(vec.add(translation, [10, -3, 1])), rotation: tilt };
        const scene = sceneOf([{ index: 0, at: time(0), worldFromEgo }], [track("a"), keyframe("a", 0, cuboid)]);
        const [row] = await collected(perFrameRows(scene));
        const back = transformCuboid(worldFromEgo, row.inEgo);
        // 6000 km from the origin a double has a step of 1 nm.
        expect(vec.distance(back.center, cuboid.center)).toBeLessThan(1e-8);
        expect(angleBetween(back.rotation, cuboid.rotation)).toBeLessThan(1e-7);
      }),
      { seed: 1 },
    );
  });

  it("come by frame, then name, then id; a chosen range is inclusive (rule 3)", async () => {
    const names = ["b", "a", "c"];
    const records = names.flatMap((name) => [track(name), keyframe(name, 0, box([0, 0, 0]))]);
    const twin = { ...track("z", { name: "a" }), id: "track:0" };
    const frames = [stamp(0), stamp(1), stamp(2), stamp(3)];
    const scene = sceneOf(frames, [...records, twin, { ...keyframe("0", 0, box([1, 0, 0])) }]);
    const rows = await collected(perFrameRows(scene, { frames: [1, 2] }));
    expect(rows.map(({ frameIndex, trackId }) => `${frameIndex} ${trackId}`)).toEqual(
      [1, 2].flatMap((index) => ["track:0", "track:a", "track:b", "track:c"].map((id) => `${index} ${id}`)),
    );
  });

  it("report progress frame by frame and stop when told", async () => {
    const seen: string[] = [];
    await collected(perFrameRows(straight, { onProgress: (done, total) => seen.push(`${done}/${total}`) }));
    expect(seen).toEqual(["1/4", "2/4", "3/4", "4/4"]);
    const controller = new AbortController();
    const stopped = collected(
      perFrameRows(straight, {
        signal: controller.signal,
        onProgress: (done) => done === 2 && controller.abort(new Error("enough")),
      }),
    );
    await expect(stopped).rejects.toThrow("enough");
    await expect(collected(perFrameLaneRows(straight, { signal: AbortSignal.abort() }))).rejects.toThrow(/abort/i);
  });

  it("do not ask for counts where nothing is", async () => {
    const scene = sceneOf([stamp(0)], [], { countPoints: () => Promise.reject(new Error("asked")) });
    expect(await collected(perFrameRows(scene))).toEqual([]);
  });
});

describe("lane rows", () => {
  it("are cut at the range around ego, and there in every frame (rule 5)", async () => {
    const rows = await collected(perFrameLaneRows(turning, { laneRangeM: 50 }));
    expect(rows.map(({ frameIndex, part, vertex }) => [frameIndex, part, vertex])).toEqual(
      [0, 1, 2].flatMap((index) => [0, 1, 2].map((vertex) => [index, 0, vertex])),
    );
    const cut = Math.sqrt(50 ** 2 - 2 ** 2);
    for (const { frameIndex, vertex, inEgo, inWorld } of rows) {
      const { worldFromEgo } = turning.info.frames[frameIndex];
      expect(vec.distance(transformPoint(worldFromEgo, inEgo), inWorld)).toBeLessThan(1e-9);
      expect(Math.hypot(inEgo[0], inEgo[1])).toBeLessThanOrEqual(50);
      // The cut is found to 1 mm.
      expect(Math.abs(inWorld[0] - [5 - cut, 0, 5 + cut][vertex])).toBeLessThan(2e-3);
    }
  });

  it("number the parts of a boundary that leaves and comes back; none is far (rule 5)", async () => {
    const points = [
      [-10, 0, 0],
      [-10, 500, 0],
      [10, 500, 0],
      [10, 0, 0],
    ] as const;
    const record = {
      id: "lane-boundary:u",
      kind: "lane-boundary",
      name: "u",
      classId: "kerb",
      points,
      attributes: {},
    } as const;
    const far = { ...record, id: "lane-boundary:far", points: points.map(([x, y, z]) => [x + 5000, y, z] as const) };
    const rows = await collected(perFrameLaneRows(sceneOf([stamp(0)], [record, far])));
    expect(rows.map(({ boundaryId, part, vertex }) => [boundaryId, part, vertex])).toEqual([
      [record.id, 0, 0],
      [record.id, 0, 1],
      [record.id, 1, 0],
      [record.id, 1, 1],
    ]);
  });

  it("leave out nothing that is in range: against clipping every boundary point by point", async () => {
    const coordinate = fc.double({ min: -200, max: 200, noNaN: true });
    const point = fc.tuple(coordinate, coordinate, coordinate);
    await fc.assert(
      fc.asyncProperty(
        fc.array(point, { minLength: 2, maxLength: 6 }),
        point,
        fc.double({ min: -3, max: 3, noNaN: true }),
        async (points, ego, yawRad) => {
          const record = {
            id: "lane-boundary:a",
            kind: "lane-boundary",
            name: "a",
            classId: "kerb",
            points,
            attributes: {},
          } as const;
          const rows = await collected(
            perFrameLaneRows(sceneOf([stamp(0, ego, yawRad)], [record]), { laneRangeM: 80 }),
          );
          for (const [x, y, z] of points) {
            const inRange = Math.hypot(x - ego[0], y - ego[1]) <= 80 - 1e-9;
            if (inRange) expect(rows.some(({ inWorld }) => vec.distance(inWorld, [x, y, z]) === 0)).toBe(true);
          }
          for (const { inEgo } of rows) expect(Math.hypot(inEgo[0], inEgo[1])).toBeLessThanOrEqual(80 + 1e-9);
        },
      ),
      { seed: 1 },
    );
  });
});
