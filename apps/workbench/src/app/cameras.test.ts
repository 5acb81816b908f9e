import { fromYawPitchRoll, multiply, type Quaternion } from "@sweepmark/geometry";
import type { Camera } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { shownCameras } from "./cameras.ts";

/** z forward, x right, y down, looking along ego's x. */
const ahead: Quaternion = [-0.5, 0.5, -0.5, 0.5];

const camera = (id: string, yawDeg?: number, imageTopic: string | undefined = `/${id}`): Camera => ({
  id,
  imageTopic,
  calibrationTopic: undefined,
  frameId: id,
  model: undefined,
  distortionName: undefined,
  egoFromCamera:
    yawDeg === undefined
      ? undefined
      : {
          translation: [0, 0, 0],
          rotation: multiply(fromYawPitchRoll({ yawRad: (yawDeg / 180) * Math.PI, pitchRad: 0, rollRad: 0 }), ahead),
        },
  offsetMs: undefined,
  offsetsMs: undefined,
  imageCount: 1,
});

const idsOf = (cameras: readonly Camera[]): string[] => shownCameras(cameras).map(({ id }) => id);

describe("cameras of the strip", () => {
  it("stand from left to right, the back last", () => {
    const around = [
      camera("back", -179),
      camera("back_left", 110),
      camera("back_right", -110),
      camera("front", 2),
      camera("front_left", 55),
      camera("front_right", -55),
    ];
    expect(idsOf(around)).toEqual(["back_left", "front_left", "front", "front_right", "back_right", "back"]);
    expect(idsOf([camera("a", 178), camera("b", 10)])).toEqual(["b", "a"]);
  });

  it("keep the log's order where a pose is missing, and leave out those without images", () => {
    expect(idsOf([camera("right", -50), camera("left"), { ...camera("none", 0), imageTopic: undefined }])).toEqual([
      "right",
      "left",
    ]);
  });
});
