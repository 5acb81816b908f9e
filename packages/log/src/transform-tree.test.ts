import { compose, fromAxisAngle, invert, timestampNs, type Quaternion, type Vec3 } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProblemList } from "./problem.ts";
import { findSpaces } from "./spaces.ts";
import { TransformTree, type AnyPose } from "./transform-tree.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

const ms = (n: number) => timestampNs(BigInt(n) * 1_000_000n);

function tree() {
  const problems = new ProblemList();
  const made = new TransformTree(problems);
  const add = (
    parent: string,
    child: string,
    atMs: number,
    mode: "constant" | "moving" = "moving",
    translation: Vec3 = [0, 0, 0],
    rotation: Quaternion = [0, 0, 0, 1],
  ) => {
    made.add({ at: undefined, parent, child, translation: [...translation], rotation }, ms(atMs), mode, "/tf");
  };
  return { made, add, codes: () => problems.all().map(({ code }) => code), problems };
}

const vector = fc.tuple(
  ...[0, 1, 2].map(() => fc.double({ min: -100, max: 100, noNaN: true })),
) as unknown as fc.Arbitrary<Vec3>;
const rotation = fc
  .tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom<Vec3>([1, 0, 0], [0, 1, 0], [0, 0.6, 0.8]))
  .map(([angle, axis]) => fromAxisAngle(axis, angle));
const pose: fc.Arbitrary<AnyPose> = fc.record({ translation: vector, rotation });

const expectSame = (a: AnyPose | undefined, b: AnyPose) => {
  a?.translation.forEach((v, i) => expect(v).toBeCloseTo(b.translation[i], 6));
  expect(Math.abs(a?.rotation.reduce((sum, v, i) => sum + v * b.rotation[i], 0) ?? 0)).toBeCloseTo(1, 6);
};

describe("look-up in a tree of static transforms", () => {
  it("composes along the way, up and down, and inverts", () => {
    fc.assert(
      fc.property(pose, pose, pose, (mapFromBase, baseFromLidar, baseFromCamera) => {
        const { made, add } = tree();
        add("map", "base", 0, "constant", mapFromBase.translation, mapFromBase.rotation);
        add("base", "lidar", 0, "constant", baseFromLidar.translation, baseFromLidar.rotation);
        add("base", "camera", 0, "constant", baseFromCamera.translation, baseFromCamera.rotation);
        expectSame(made.lookup("map", "lidar", ms(5))?.pose, compose(mapFromBase, baseFromLidar));
        expectSame(made.lookup("camera", "lidar", ms(5))?.pose, compose(invert(baseFromCamera), baseFromLidar));
        expectSame(made.lookup("lidar", "map", ms(5))?.pose, invert(compose(mapFromBase, baseFromLidar)));
        expectSame(made.lookup("base", "base", ms(5))?.pose, { translation: [0, 0, 0], rotation: [0, 0, 0, 1] });
      }),
    );
  });

  it("is undefined where nothing leads, and says so in words", () => {
    const { made, add } = tree();
    add("map", "base", 0, "constant");
    expect(made.lookup("base", "lidar", ms(0))).toBeUndefined();
    expect(made.missing("base", "lidar_top", 12.34)).toBe(
      "There is no transform from 'lidar_top' to 'base' at 12.34 s: nothing is said of 'lidar_top'; found: 'map', 'base'.",
    );
    add("earth", "lidar_top", 0, "constant");
    expect(made.missing("base", "lidar_top", 1)).toBe(
      "There is no transform from 'lidar_top' to 'base' at 1.00 s: 'lidar_top' leads up to 'earth' and 'base' to 'map', and nothing connects these.",
    );
  });
});

describe("rule 7: transforms over time", () => {
  const { made, add } = tree();
  add("map", "base", 200, "moving", [20, 0, 0]);
  add("map", "base", 100, "moving", [10, 0, 0]);
  add("map", "base", 300, "moving", [40, 0, 0]);
  const x = (at: number) => made.lookup("map", "base", ms(at));

  it("are exact at the samples and straight between them, whatever order they came in", () => {
    expect([100, 150, 200, 250, 300].map((at) => x(at)?.pose.translation[0])).toEqual([10, 15, 20, 30, 40]);
    expect([100, 150, 250].map((at) => x(at)?.gapMs)).toEqual([0, 0, 0]);
  });
  it("go on for 200 ms past the ends, as the last two samples went", () => {
    expect(x(50)?.pose.translation[0]).toBeCloseTo(5);
    expect(x(400)?.pose.translation[0]).toBeCloseTo(60);
    expect(x(400)?.gapMs).toBeCloseTo(100);
  });
  it("stand still beyond that, and the gap says how far away", () => {
    expect(x(800)).toMatchObject({ pose: { translation: [40, 0, 0] }, gapMs: 500 });
  });
  it("turn the short way", () => {
    const { made: turning, add: turn } = tree();
    turn("map", "base", 0, "moving", [0, 0, 0], fromAxisAngle([0, 0, 1], 3));
    turn("map", "base", 100, "moving", [0, 0, 0], fromAxisAngle([0, 0, 1], -3));
    expectSame(turning.lookup("map", "base", ms(50))?.pose, {
      translation: [0, 0, 0],
      rotation: fromAxisAngle([0, 0, 1], Math.PI),
    });
  });
  it("name the edge that has the gap, of several hops", () => {
    const { made: two, add: hop } = tree();
    hop("map", "odom", 0, "moving");
    hop("odom", "base", 1000, "moving");
    expect(two.lookup("map", "base", ms(1000))).toMatchObject({ gapMs: 1000, edge: { child: "odom" } });
  });
});

describe("rule 8: what transforms get wrong is said once", () => {
  it("two parents: the first is used", () => {
    const { made, add, codes } = tree();
    add("map", "base", 0, "constant", [1, 0, 0]);
    add("odom", "base", 0, "constant", [2, 0, 0]);
    add("odom", "base", 1, "constant", [2, 0, 0]);
    expect(made.lookup("map", "base", ms(0))?.pose.translation[0]).toBe(1);
    expect(codes()).toEqual(["two-parents"]);
    made.prefer("odom");
    expect(made.lookup("odom", "base", ms(0))?.pose.translation[0]).toBe(2);
    expect(made.lookup("map", "base", ms(0))).toBeUndefined();
    expect(made.ancestors("base")).toEqual(["map", "odom"]);
  });
  it("a circle is walked once", () => {
    const { made, add, problems } = tree();
    add("a", "b", 0, "constant");
    add("b", "c", 0, "constant");
    add("c", "a", 0, "constant");
    expect(made.lookup("x", "b", ms(0))).toBeUndefined();
    expect(problems.all()[0]).toMatchObject({
      code: "transform-loop",
      message: expect.stringContaining("'b' → 'a' → 'c' → 'b'"),
    });
    add("a", "lidar", 0, "constant");
    add("map", "base", 0, "constant");
    expect(made.missing("map", "lidar", 0.1)).toBe(
      "There is no transform from 'lidar' to 'map' at 0.10 s: the transforms go round in a circle ('a' → 'c' → 'b' → 'a').",
    );
  });
  it("zero quaternions, NaN and a space that is its own parent are left out", () => {
    const { made, add, codes } = tree();
    add("a", "b", 0, "constant", [0, 0, 0], [0, 0, 0, 0]);
    add("a", "c", 0, "constant", [NaN, 0, 0]);
    add("d", "d", 0, "constant");
    expect(made.edges()).toEqual([]);
    expect(codes()).toEqual(["bad-transform", "bad-transform", "bad-transform"]);
  });
  it("a quaternion that is not a unit one is normalized, and named with its length", () => {
    const { made, add, problems } = tree();
    add("a", "b", 0, "constant", [0, 0, 0], [0, 0, 0.0001, 1]);
    add("a", "c", 0, "constant", [0, 0, 0], [0, 0, 0, 2]);
    expect(made.lookup("a", "c", ms(0))?.pose.rotation).toEqual([0, 0, 0, 1]);
    expect(problems.all().map(({ code, message }) => [code, message])).toEqual([
      [
        "quaternion-not-unit",
        "The rotation of the transform 'a' → 'c' is a quaternion of length 2.000; expected 1. It is normalized.",
      ],
    ]);
  });
  it("a static transform that is said again, differently", () => {
    const { add, codes, problems } = tree();
    add("a", "b", 0, "constant", [1, 0, 0]);
    add("a", "b", 9, "constant", [1, 0, 0]);
    expect(codes()).toEqual([]);
    add("a", "b", 10, "constant", [1.1, 0, 0]);
    expect(codes()).toEqual(["static-changed"]);
    expect(problems.all()[0].message).toMatch(/said twice, 0\.100 m and 0\.00° apart; the first is used/);
  });
});

describe("rule 6: which space is ego, which is world", () => {
  const spaces = (build: (add: ReturnType<typeof tree>["add"]) => void, wanted?: string) => {
    const { made, add, problems, codes } = tree();
    build(add);
    return { ...findSpaces(made, "lidar", problems, wanted), codes: codes() };
  };
  const moving = (add: ReturnType<typeof tree>["add"], parent: string, child: string) => {
    add(parent, child, 0, "moving", [0, 0, 0]);
    add(parent, child, 100, "moving", [1, 0, 0]);
  };
  const still = (add: ReturnType<typeof tree>["add"], parent: string, child: string) => {
    add(parent, child, 0, "moving", [3, 0, 0]);
    add(parent, child, 100, "moving", [3, 0, 0]);
  };
  it("the child end of the moving transform nearest the lidar, and the root above", () => {
    const found = spaces((add) => {
      moving(add, "map", "odom");
      moving(add, "odom", "base_link");
      add("base_link", "rack", 0, "constant");
      add("rack", "lidar", 0, "constant");
    });
    expect(found).toEqual({ egoName: "base_link", worldName: "map", worldNames: ["odom", "map"], codes: [] });
  });
  it("transforms that are sent again with the same value do not move", () => {
    const found = spaces((add) => {
      moving(add, "map", "car");
      still(add, "car", "lidar");
    });
    expect(found).toMatchObject({ egoName: "car", worldName: "map" });
  });
  it("a parked vehicle is known by its usual name", () => {
    const found = spaces((add) => {
      still(add, "map", "odom");
      still(add, "odom", "base_link");
      still(add, "base_link", "lidar");
    });
    expect(found).toMatchObject({ egoName: "base_link", worldName: "map" });
  });
  it("the chosen one of those above, by the parent that leads there; another one is a problem", () => {
    const both = (add: ReturnType<typeof tree>["add"]) => {
      moving(add, "odom", "base_link");
      moving(add, "map", "base_link");
      moving(add, "earth", "map");
      add("base_link", "lidar", 0, "constant");
    };
    expect(spaces(both)).toMatchObject({ worldName: "odom", worldNames: ["odom", "map", "earth"] });
    expect(spaces(both, "map")).toMatchObject({ egoName: "base_link", worldName: "map", codes: ["two-parents"] });
    expect(spaces(both, "city")).toMatchObject({ worldName: "odom", codes: ["two-parents", "no-such-world"] });
  });
  it("not the earth's centre, unless it is chosen", () => {
    const earth = (add: ReturnType<typeof tree>["add"]) => {
      add("earth", "map", 0, "constant", [4e6, 5e5, 4e6]);
      moving(add, "map", "base_link");
      add("base_link", "lidar", 0, "constant");
    };
    expect(spaces(earth)).toMatchObject({ worldName: "map", worldNames: ["map", "earth"] });
    expect(spaces(earth, "earth")).toMatchObject({ worldName: "earth", codes: [] });
  });
  it("the vehicle by its name, where its sensors move on it", () => {
    const found = spaces((add) => {
      moving(add, "map", "base_link");
      moving(add, "base_link", "lidar");
    });
    expect(found).toMatchObject({ egoName: "base_link", worldName: "map" });
  });
  it("a world that is said as a child of the vehicle", () => {
    const found = spaces((add) => {
      moving(add, "base_link", "map");
      add("base_link", "lidar", 0, "constant");
    });
    expect(found).toEqual({ egoName: "base_link", worldName: "map", worldNames: ["map"], codes: [] });
  });
  it("a cloud that is in the fixed space itself", () => {
    const found = spaces((add) => moving(add, "lidar", "base_link"));
    expect(found).toEqual({ egoName: "base_link", worldName: "lidar", worldNames: ["lidar"], codes: [] });
  });
  it("nothing moves: no world, and a note", () => {
    expect(spaces((add) => add("base_link", "lidar", 0, "constant"))).toEqual({
      egoName: "base_link",
      worldName: undefined,
      worldNames: [],
      codes: ["no-ego-motion"],
    });
  });
  it("no transform of the lidar at all: it is ego itself, and a warning", () => {
    expect(spaces((add) => moving(add, "map", "base_link"))).toEqual({
      egoName: "lidar",
      worldName: undefined,
      worldNames: [],
      codes: ["lidar-is-ego"],
    });
  });
});
