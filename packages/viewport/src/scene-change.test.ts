import type { SessionState } from "@sweepmark/editor";
import { identityPose, timestampNs } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { sceneChange } from "./scene-change.ts";

const at = timestampNs(0n);
const frame: Frame = { index: 0, at, worldFromEgo: identityPose, sweeps: [], images: [], labels: [], problems: [] };
/** Only the fields that the test looks at. */
const before = {
  frame,
  frameIndex: 0,
  selectedId: undefined,
  view: { colorMode: "height", pointSize: 2 },
} as unknown as SessionState;

describe("rule 14: nothing is drawn without a reason", () => {
  it("another frame's sweeps, a selection and a look are reasons; what only panels show is none", () => {
    expect(sceneChange({ ...before, frame: { ...frame, sweeps: [...frame.sweeps] } }, before)).toBe("sweeps");
    expect(sceneChange(before, { ...before, frame: undefined })).toBe("sweeps");
    expect(sceneChange({ ...before, selectedId: "track:1" }, before)).toBe("something");
    expect(sceneChange({ ...before, view: { ...before.view, pointSize: 3 } }, before)).toBe("something");
    expect(sceneChange({ ...before }, before)).toBe("nothing");
    const panels = { frameIndex: 3, loading: true, buffered: [3], pointCounts: new Map(), pointer: [1, 2, 3] } as const;
    expect(sceneChange({ ...before, ...panels }, before)).toBe("nothing");
  });

  it("images that follow their sweeps are none, unless they colour the points; labels of the log are one", () => {
    const complete = { ...frame };
    expect(sceneChange({ ...before, frame: complete }, before)).toBe("nothing");
    const byCamera = { ...before, view: { ...before.view, colorMode: "camera" } } as const;
    expect(sceneChange({ ...byCamera, frame: complete }, byCamera)).toBe("something");
    const labels = [{ topic: "/objects", at, cuboids: [], lines: [], problems: [] }];
    expect(sceneChange({ ...before, frame: { ...frame, labels } }, before)).toBe("something");
  });
});
