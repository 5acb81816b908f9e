import { describe, expect, it } from "vitest";
import { cameraIds, isRectified, prefixOf } from "./camera-set.ts";

describe("rule 9: names of cameras", () => {
  it("are the first path element where that is enough, else the prefix, else the topic", () => {
    expect(cameraIds(["/camera_01/compressed", "/camera_05/compressed"])).toEqual(["camera_01", "camera_05"]);
    expect(cameraIds(["/camera/front/image", "/camera/left/image"])).toEqual(["camera_front", "camera_left"]);
    expect(cameraIds(["/cam/image_raw", "/cam/image_rect", "/other/image"])).toEqual([
      "cam_image_raw",
      "cam_image_rect",
      "other",
    ]);
    expect(cameraIds(["image", "/image"])).toHaveLength(2);
  });
  it("share their prefix with the calibration", () => {
    for (const topic of [
      "/cam/calibration",
      "/cam/camera_info",
      "/cam/compressed",
      "/cam/image_raw",
      "/cam/image_raw/compressed",
    ]) {
      expect(prefixOf(topic)).toBe("/cam");
    }
    expect(prefixOf("/sensing/camera/front/image_rect_color/compressed")).toBe("/sensing/camera/front");
  });
  it("say when the picture is rectified", () => {
    expect(
      ["/c/image_rect", "/c/image_rect_color/compressed", "/rect/image", "/c/image_rectified"].map(isRectified),
    ).toEqual([true, true, true, true]);
    expect(["/c/image_raw", "/direct/image", "/c/correct_image"].map(isRectified)).toEqual([false, false, false]);
  });
});
