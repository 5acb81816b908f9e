import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { editMessages } from "@sweepmark/document";
import { cuboidYaw, timestampNs, type Cuboid } from "@sweepmark/geometry";
import { carRecords, createHarness, type Harness } from "../harness.ts";
import { editorMessages } from "../messages.ts";
import { tools } from "../tools/index.ts";
import { sessionActions } from "./index.ts";

const start = timestampNs(1_700_000_000_000_000_000n);
const cuboid = (h: Harness): Cuboid<"world"> => h.state.moment.tracks[0].cuboid;
const selected = async (): Promise<Harness> => {
  const h = await createHarness({ records: carRecords(start) });
  h.session.select("track:car-1");
  return h;
};

describe("the registry (rule 16)", () => {
  it("has no two actions on one key, and no two with one id", () => {
    const keys = sessionActions.flatMap((action) => action.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    const ids = sessionActions.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("takes no key that belongs to the browser", () => {
    const never = [
      "$mod+KeyW",
      "$mod+KeyT",
      "$mod+KeyN",
      "$mod+KeyR",
      "$mod+KeyL",
      "F5",
      "F12",
      "$mod+Tab",
      "$mod+KeyQ",
    ];
    expect(sessionActions.flatMap(({ keys }) => keys).filter((key) => never.includes(key))).toEqual([]);
  });

  it("has English for every title and tool, and tells nothing twice", () => {
    const used = [...sessionActions.map(({ title }) => title), ...tools.map(({ title }) => title)];
    expect(used.filter((key) => !(key in editorMessages))).toEqual([]);
    expect(Object.keys(editorMessages).filter((key) => key in editMessages)).toEqual([]);
    const titles = Object.keys(editorMessages).filter((key) => key.startsWith("action.") || key.startsWith("tool."));
    expect(titles.filter((key) => !used.includes(key))).toEqual([]);
  });
});

describe("messages", () => {
  it("every key that the source names is in the catalog, and every one in it is named", () => {
    const root = new URL("..", import.meta.url).pathname;
    const source = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "messages.ts")
      .map((file) => readFileSync(`${root}${file}`, "utf8"))
      .join("\n");
    const named = new Set([...source.matchAll(/"((?:hint|notice|job)\.[a-z-]+)"/g)].map(([, key]) => key));
    const listed = Object.keys(editorMessages).filter((key) => /^(hint|notice|job)\./.test(key));
    expect([...named].toSorted()).toEqual(listed.toSorted());
  });
});

describe("label actions", () => {
  it("nudge in the axes of the view, finely with Shift", async () => {
    const h = await selected();
    h.pointerMove(0, 0).press("KeyW").press("Shift+KeyD").press("BracketRight");
    expect(cuboid(h).center).toEqual([expect.closeTo(12.1, 9), expect.closeTo(2.98, 9), expect.closeTo(0.9, 9)]);
  });

  it("turn and resize; the bottom stays", async () => {
    const h = await selected();
    h.press("KeyQ").press("KeyQ").press("Shift+KeyE").press("Alt+KeyW").press("Alt+KeyE").press("Alt+KeyA");
    expect((cuboidYaw(cuboid(h)) * 180) / Math.PI).toBeCloseTo(3.5, 6);
    expect(cuboid(h).size).toEqual([expect.closeTo(4.6, 9), expect.closeTo(1.8, 9), expect.closeTo(1.7, 9)]);
    expect(cuboid(h).center[2] - cuboid(h).size[2] / 2).toBeCloseTo(0, 9);
  });

  it("a burst is committed before anything else happens, and undone as one", async () => {
    const h = await selected();
    const before = h.labels();
    h.press("KeyW").press("KeyW").press("KeyG");
    expect(h.history.transactions.map(({ label }) => label.message)).toEqual(["edit.moveTrack", "edit.flipHeading"]);
    h.press("KeyW").press("$mod+KeyZ").press("$mod+KeyZ").press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
  });

  it("fit refits to the points or says why not; ground sets down", async () => {
    const h = await selected();
    h.press("KeyR");
    expect(h.session.undoLabel?.message).toMatch(/^edit\.(resize|move)Track$/);
    h.press("KeyR").press("KeyR").press("KeyR");
    const far = await createHarness({
      records: carRecords(start, { center: [-10, -10, 3], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] }),
    });
    far.session.select("track:car-1");
    far.press("KeyR");
    expect(far.state.notice?.label.message).toBe("notice.fit-no-points");
    far.press("KeyH");
    expect(cuboid(far).center[2]).toBeCloseTo(0.8, 2);
  });

  it("fit keeps a locked size that other keyframes share (rule 18)", async () => {
    const h = await selected();
    h.session.goTo(3);
    await h.settled();
    h.press("KeyW");
    await h.schedule.advance(1000);
    h.press("KeyR");
    expect(cuboid(h).size).toEqual([4.5, 1.9, 1.6]);
    expect(h.document.keyframes("track:car-1")).toHaveLength(2);
    h.press("Shift+KeyP").press("KeyR");
    expect(cuboid(h).size).not.toEqual([4.5, 1.9, 1.6]);
  });

  it("classes by number: the selection and what is drawn next", async () => {
    const h = await selected();
    h.press("Digit3");
    expect(h.document.tracks()[0].classId).toBe("truck");
    expect(h.state.classId).toBe("truck");
    h.press("Alt+Digit1");
    expect(h.document.tracks()[0].classId).toBe("car");
    const action = sessionActions.find(({ id }) => id === "label.class5");
    expect(action?.params?.(h.session)).toEqual({ name: "Pedestrian" });
  });

  it("edit only what is here: absent objects take no nudge", async () => {
    const h = await selected();
    h.session.goTo(5);
    await h.settled();
    h.press("KeyO");
    expect(h.state.moment.tracks).toHaveLength(0);
    const { length } = h.history.transactions;
    h.press("KeyW").press("KeyK").press("KeyG");
    await h.schedule.advance(1000);
    expect(h.history.transactions).toHaveLength(length);
    h.press("KeyO");
    expect(h.state.moment.tracks).toHaveLength(1);
  });

  it("keyframe toggle, static, lock, deletes", async () => {
    const h = await selected();
    const keyframes = (): number => h.document.keyframes("track:car-1").length;
    h.session.goTo(5);
    await h.settled();
    h.press("KeyK");
    expect(keyframes()).toBe(2);
    expect(sessionActions.find(({ id }) => id === "track.keyframe")?.active?.(h.session)).toBe(true);
    h.press("Delete");
    expect(keyframes()).toBe(1);
    h.press("Delete");
    expect(keyframes()).toBe(1);
    h.press("KeyP");
    expect(h.document.tracks()[0].static).toBe(true);
    h.press("Shift+KeyP");
    expect(h.document.tracks()[0].rigid).toBe(false);
    h.press("Shift+Delete");
    expect(h.document.tracks()).toHaveLength(0);
    expect(h.state.selectedId).toBeUndefined();
    h.press("$mod+KeyZ");
    expect(h.document.tracks()).toHaveLength(1);
  });
});

describe("view and playback actions", () => {
  it("Tab goes round the visible objects", async () => {
    const box: Cuboid<"world"> = { center: [20, 3, 0.8], size: [4, 2, 1.6], rotation: [0, 0, 0, 1] };
    const h = await createHarness({
      records: [...carRecords(start), ...carRecords(start, box, "car-2"), ...carRecords(start, box, "car-3")],
    });
    h.session.setHidden("track:car-2", "hidden");
    const ids: (string | undefined)[] = [];
    for (const key of ["Tab", "Tab", "Tab", "Shift+Tab"]) ids.push(h.press(key).state.selectedId);
    expect(ids).toEqual(["track:car-1", "track:car-3", "track:car-1", "track:car-3"]);
    h.press("Slash");
    expect(h.state.hiddenIds.size).toBe(0);
    h.press("Slash");
    expect([...h.state.hiddenIds]).toEqual(["track:car-1", "track:car-2"]);
  });

  it("steps by keyframes of the selected track", async () => {
    const h = await selected();
    h.session.goTo(12);
    await h.settled();
    h.press("KeyK").press("Alt+ArrowLeft");
    await h.settled();
    expect(h.state.frame?.index).toBe(0);
    h.press("Alt+ArrowRight");
    await h.settled();
    expect(h.state.frame?.index).toBe(12);
    h.press("Alt+ArrowRight").press("Shift+ArrowLeft");
    await h.settled();
    expect(h.state.frame?.index).toBe(2);
    h.press("End");
    await h.settled();
    expect(h.state.frame?.index).toBe(29);
  });

  it("switches views within their limits", async () => {
    const h = await createHarness();
    h.press("KeyB").press("Shift+KeyC").press("KeyX").press("Shift+KeyH");
    expect(h.state.view).toMatchObject({
      projection: "top",
      colorMode: "intensity",
      pointsInImages: true,
      clip: { minM: 0.2, maxM: 4 },
    });
    for (let i = 0; i < 20; i++) h.press("+");
    expect(h.state.view.pointSize).toBe(6);
    for (let i = 0; i < 20; i++) h.press("-");
    expect(h.state.view.pointSize).toBe(1);
    h.press("KeyB");
    expect(h.state.view.projection).toBe("perspective");
  });
});
