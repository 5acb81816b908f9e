import {
  fromYaw,
  fromYawPitchRoll,
  timestampNs,
  type Cuboid,
  type EgoShift,
  type Quaternion,
  type TimestampNs,
  type Vec3,
} from "@sweepmark/geometry";
import {
  defaultOntology,
  keyframeId,
  ontologyPresets,
  type Keyframe,
  type LabelRecord,
  type Track,
} from "@sweepmark/schema";
import * as fc from "fast-check";
import * as c from "../src/commands/index.ts";
import type { Change, Command, DocumentReader, Label } from "../src/types.ts";

// The same cases on every machine and every run.
fc.configureGlobal({ seed: 20_260, numRuns: 200 });

/** Times of the tests: odd nanoseconds far beyond 2^53, so that a detour over numbers shows. */
export const time = (tick: number): TimestampNs =>
  timestampNs(1_700_000_000_000_000_001n + BigInt(tick) * 100_000_000n);

export const box = (x: number, more: Partial<Cuboid<"world">> = {}): Cuboid<"world"> => ({
  center: [x, 0, 1],
  size: [4, 2, 2],
  rotation: [0, 0, 0, 1],
  ...more,
});

export const track = (name: string, more: Partial<Track> = {}): Track => ({
  id: `track:${name}`,
  kind: "track",
  name,
  classId: "car",
  rigid: true,
  static: false,
  attributes: {},
  ...more,
});

export const keyframe = (
  of: string,
  tick: number,
  cuboid: Cuboid<"world"> | null,
  more: Partial<Keyframe> = {},
): Keyframe => ({
  id: keyframeId(`track:${of}`, time(tick)),
  kind: "keyframe",
  trackId: `track:${of}`,
  at: time(tick),
  cuboid,
  attributes: {},
  source: "human",
  ...more,
});

const coordinate = fc.double({ min: -1000, max: 1000, noNaN: true });
const lengthM = fc.double({ min: 0.1, max: 20, noNaN: true });
const angleRad = fc.double({ min: -3, max: 3, noNaN: true });

export const vec3: fc.Arbitrary<Vec3> = fc.tuple(coordinate, coordinate, coordinate);
export const rotation: fc.Arbitrary<Quaternion> = fc
  .record({ yawRad: angleRad, pitchRad: fc.double({ min: -1, max: 1, noNaN: true }), rollRad: angleRad })
  .map(fromYawPitchRoll);
export const cuboid: fc.Arbitrary<Cuboid<"world">> = fc.record({
  center: vec3,
  size: fc.tuple(lengthM, lengthM, lengthM),
  rotation,
});
export const tick = fc.integer({ min: 0, max: 9 });
const attributes = fc.dictionary(
  fc.constantFrom("motion", "occlusion", "0", "note"),
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  ),
  { maxKeys: 3, noNullPrototype: true },
);

const ofNames = fc.constantFrom("a", "b", "c");
const trackRecord = fc
  .record({
    name: ofNames,
    rigid: fc.boolean(),
    static: fc.boolean(),
    interpolation: fc.constantFrom(undefined, "smooth" as const),
    beyond: fc.constantFrom(undefined, "constant-velocity" as const, "constant-turn" as const),
    attributes,
  })
  .map(({ name, interpolation, beyond, ...rest }) =>
    track(name, { ...rest, ...(interpolation && { interpolation }), ...(beyond && { beyond }) }),
  );
const keyframeRecord = fc
  .record({
    of: ofNames,
    tick,
    cuboid: fc.option(cuboid),
    attributes,
    source: fc.constantFrom("human", "model", "import", "algorithm"),
    confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  })
  .map(({ of, tick: at, cuboid: box3, ...rest }) => {
    const { confidence, ...others } = rest;
    return keyframe(of, at, box3, { ...others, ...(confidence !== undefined && { confidence }) });
  });
const boundaryRecord = fc
  .record({ name: ofNames, points: fc.array(vec3, { minLength: 2, maxLength: 4 }), attributes })
  .map(({ name, ...rest }): LabelRecord => ({
    id: `lane-boundary:${name}`,
    kind: "lane-boundary",
    name,
    classId: "kerb",
    ...rest,
  }));
const laneRecord = fc
  .record({ left: ofNames, right: ofNames, next: fc.array(ofNames, { maxLength: 2 }), name: ofNames })
  .map(({ left, right, next, name }): LabelRecord => ({
    id: `lane:${name}`,
    kind: "lane",
    leftId: `lane-boundary:${left}`,
    rightId: `lane-boundary:${right}`,
    successorIds: next.map((other) => `lane:${other}`),
    attributes: {},
  }));
export const record: fc.Arbitrary<LabelRecord> = fc.oneof(
  { weight: 2, arbitrary: trackRecord },
  { weight: 5, arbitrary: keyframeRecord },
  boundaryRecord,
  laneRecord,
);
/** Records with unique ids, out of a small world: tracks a, b, c; times 0–9; boundaries and lanes a, b, c. */
export const records = fc.uniqueArray(record, { selector: ({ id }) => id, maxLength: 30 });

/** A valid list of changes for a document: each step sets or deletes one record of the small world. */
export interface Edit {
  readonly record: LabelRecord;
  readonly gone: boolean;
}
export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(fc.record({ record, gone: fc.boolean() }), {
  maxLength: 12,
});

export function changesOf(document: DocumentReader, list: readonly Edit[]): readonly Change[] {
  const now = new Map<string, LabelRecord | undefined>();
  return list.flatMap(({ record: after, gone }) => {
    const { id } = after;
    const before = now.has(id) ? now.get(id) : document.get(id);
    if (gone && !before) return [];
    now.set(id, gone ? undefined : after);
    return [{ id, ...(before && { before }), ...(!gone && { after }) }];
  });
}

/** A command with its arguments. Ids that commands would make at random are given. */
export interface Invocation {
  readonly label: (document: DocumentReader) => Label;
  readonly plan: (document: DocumentReader) => readonly Change[];
  readonly id: string;
}

const call = <Args>(command: Command<Args>, args: fc.Arbitrary<Args>): fc.Arbitrary<Invocation> =>
  args.map((value) => ({
    id: command.id,
    label: (document) => command.label(document, value),
    plan: (document) => command.plan(document, value),
    toString: () =>
      `${command.id} ${JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part))}`,
  }));

const trackId = ofNames.map((name) => `track:${name}`);
const boundaryId = ofNames.map((name) => `lane-boundary:${name}`);
const at = tick.map(time);
const ats = fc.uniqueArray(at, { maxLength: 4 });
const here = fc.record({ trackId, at });
const value = fc.oneof(fc.constant(null), fc.string({ maxLength: 5 }), fc.boolean());
const attributeId = fc.constantFrom("motion", "note");
const classId = fc.constantFrom("car", "truck", "bus");
const index = fc.integer({ min: -1, max: 5 });
const points = fc.array(vec3, { maxLength: 4 });

/** Often of one size, so that moves and turns are among the edits. */
const placed = fc.oneof(cuboid, fc.constantFrom(box(0), box(1), box(1, { rotation: fromYaw(1) })));

const smallM = fc.double({ min: -1, max: 1, noNaN: true });
/** A drive along x, whose poses are off by up to a metre and a degree. */
export const egoShifts = fc.uniqueArray(tick, { maxLength: 4 }).chain((ticks) =>
  fc.tuple(
    ...ticks
      .toSorted((a, b) => a - b)
      .map((each) =>
        fc.record({ x: smallM, y: smallM, turn: smallM }).map(({ x, y, turn }): EgoShift => ({
          at: time(each),
          ego: [5 * each, 0, 0],
          shift: [x, y, 0],
          yawRad: turn / 60,
        })),
      ),
  ),
);

/** What a log carries: a car in some frames. */
const carried = fc
  .uniqueArray(at, { maxLength: 3 })
  .chain((times) => fc.tuple(...times.map((time) => placed.map((found) => [time, found] as const))))
  .map((places) =>
    places.map(([time, found]) => ({
      at: time,
      layers: [{ topic: "/labels", cuboids: [{ id: "a", trackKey: "a", className: "car", cuboid: found }] }],
    })),
  );

/** Every command, on the small world. */
export const invocation: fc.Arbitrary<Invocation> = fc.oneof(
  { weight: 4, arbitrary: call(c.createTrack, fc.record({ id: trackId, classId, at, cuboid: placed })) },
  { weight: 8, arbitrary: call(c.setCuboid, fc.record({ trackId, at, cuboid: placed })) },
  call(c.flipHeading, fc.record({ trackId, at, scope: fc.constantFrom("here" as const, "all" as const) })),
  call(c.toggleKeyframe, here),
  call(c.deleteKeyframe, here),
  call(c.moveKeyframe, fc.record({ trackId, at, to: at })),
  { weight: 2, arbitrary: call(c.endTrack, fc.record({ trackId, at, previousAt: at })) },
  { weight: 2, arbitrary: call(c.resumeTrack, here) },
  call(c.deleteBefore, here),
  call(c.deleteAfter, here),
  call(c.setKeyframeAttribute, fc.record({ trackId, at, id: attributeId, value })),
  call(c.deleteTrack, fc.record({ trackId })),
  call(c.setClass, fc.record({ trackId, classId })),
  call(c.renameTrack, fc.record({ trackId, name: fc.string({ maxLength: 8 }) })),
  call(c.setTrackAttribute, fc.record({ trackId, id: attributeId, value })),
  call(c.setRigid, fc.record({ trackId, at, rigid: fc.boolean() })),
  call(c.setStatic, fc.record({ trackId, at, static: fc.boolean() })),
  call(
    c.setInterpolation,
    fc.record({ trackId, interpolation: fc.constantFrom("linear" as const, "smooth" as const) }),
  ),
  call(
    c.setBeyond,
    fc.record({
      trackId,
      beyond: fc.constantFrom("held" as const, "constant-velocity" as const, "constant-turn" as const),
    }),
  ),
  call(c.headingFromMotion, fc.record({ trackId, at, scope: fc.constantFrom("here" as const, "all" as const) })),
  call(c.copyToFrame, fc.record({ trackId, at, to: at })),
  { weight: 2, arbitrary: call(c.splitTrack, fc.record({ trackId, at, previousAt: at, newId: trackId })) },
  {
    weight: 2,
    arbitrary: call(
      c.mergeTracks,
      fc.record({ trackId, fromId: trackId, wins: fc.constantFrom("into" as const, "from" as const) }),
    ),
  },
  call(c.useSize, fc.record({ trackId, at })),
  call(
    c.setShape,
    fc.record({
      trackId,
      size: placed.map(({ size }) => size),
      placed: fc.uniqueArray(fc.record({ at, cuboid: placed }), { maxLength: 3, selector: (each) => each.at }),
      frameCount: fc.nat(9),
    }),
  ),
  {
    weight: 2,
    arbitrary: call(
      c.proposeKeyframes,
      fc.record({
        trackId,
        from: at,
        to: at,
        proposals: fc.uniqueArray(fc.record({ at, cuboid: placed, confidence: fc.constantFrom(0.2, 0.9) }), {
          maxLength: 3,
          selector: (proposal) => proposal.at,
        }),
        frameCount: fc.integer({ min: 0, max: 5 }),
      }),
    ),
  },
  call(c.acceptTrack, fc.oneof(fc.record({ trackId }), fc.record({ trackId, ats }))),
  call(
    c.setCuboids,
    fc.record({
      trackId,
      places: fc.uniqueArray(fc.record({ at, cuboid: placed }), { maxLength: 3, selector: (place) => place.at }),
      by: fc.constantFrom("edit" as const, "fit" as const, "flip" as const, "keyframe" as const),
    }),
  ),
  call(c.headingOver, fc.record({ trackId, ats })),
  call(c.deleteKeyframes, fc.record({ trackId, ats })),
  call(c.interpolateBetween, fc.record({ trackId, ats })),
  call(
    c.acceptSuggestions,
    fc.record({
      at,
      suggestions: fc.uniqueArray(
        fc
          .record({ name: fc.constantFrom("a", "s", "t"), ticks: fc.uniqueArray(tick, { minLength: 1, maxLength: 3 }) })
          .map(({ name, ticks }) => ({
            track: track(name, { name: "" }),
            keyframes: ticks
              .toSorted((x, y) => x - y)
              .map((each) => keyframe(name, each, box(each), { source: "model", confidence: 0.6 })),
          })),
        { maxLength: 2, selector: (suggestion) => suggestion.track.id },
      ),
    }),
  ),
  call(
    c.setAttributeOver,
    fc.record({
      trackId,
      id: attributeId,
      value: fc.string({ maxLength: 5 }),
      stretches: fc
        .tuple(tick, tick)
        .map(([a, b]) => [{ from: time(Math.min(a, b)), until: time(Math.max(a, b) + 1) }]),
    }),
  ),
  call(c.createLaneBoundary, fc.record({ id: boundaryId, classId: fc.constant("kerb"), points })),
  call(c.setLanePoints, fc.record({ boundaryId, points })),
  call(c.insertVertex, fc.record({ boundaryId, index, point: vec3 })),
  call(c.moveVertex, fc.record({ boundaryId, index, point: vec3 })),
  call(c.deleteVertex, fc.record({ boundaryId, index })),
  call(c.deleteLaneBoundary, fc.record({ boundaryId })),
  call(c.setLaneClass, fc.record({ boundaryId, classId: fc.constantFrom("kerb", "solid-white") })),
  call(c.renameLane, fc.record({ boundaryId, name: fc.string({ maxLength: 8 }) })),
  call(c.setEgoCorrection, fc.record({ shifts: egoShifts })),
  call(c.switchEgoCorrection, fc.record({ to: fc.constantFrom("on" as const, "off" as const) })),
  call(c.importRecords, fc.record({ records, mode: fc.constantFrom("replace" as const, "merge" as const) })),
  call(c.copyLogLabels, fc.record({ frames: carried })),
  call(
    c.setOntology,
    fc.record({
      ontology: fc.constantFrom(...ontologyPresets.map((preset) => preset.ontology)),
      classes: fc.dictionary(classId, fc.constantFrom("Car", "vehicle.truck", "van"), { noNullPrototype: true }),
    }),
  ),
);

/** Everything a document holds, in one comparable value. */
export const contents = (reader: DocumentReader): readonly LabelRecord[] =>
  [...reader.records()].toSorted((a, b) => (a.id < b.id ? -1 : 1));

export const ontology = defaultOntology;
