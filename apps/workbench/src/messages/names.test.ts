import { expect, it } from "vitest";
import { plainName } from "./names.ts";

it("leaves what is plain, and shows what is not as U+FFFD, cut off", () => {
  expect(plainName("/lidar_top/points")).toBe("/lidar_top/points");
  expect(plainName("שלום/مرحبا")).toBe("שלום/مرحبا");
  expect(plainName("a\u202eb\u0000c\nd\u200d")).toBe("a\ufffdb\ufffdc\ufffdd\ufffd");
  expect(plainName("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
  expect(plainName("x".repeat(1_000_000))).toBe(`${"x".repeat(119)}…`);
  expect(plainName("x".repeat(120))).toBe("x".repeat(120));
});
