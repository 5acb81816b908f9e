import { timestampNs } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDegrees,
  formatDuration,
  formatFixed,
  formatOffset,
  formatStamp,
} from "./numbers.ts";

describe("numbers as people read them (rule 3)", () => {
  it("groups thousands by a thin space and writes a real minus", () => {
    expect(formatCount(117204)).toBe("117\u2009204");
    expect(formatCount(999)).toBe("999");
    expect(formatCount(-1234567)).toBe("\u22121\u2009234\u2009567");
    expect(formatFixed(-3.214, 2)).toBe("\u22123.21");
  });

  it("has no negative zero", () => {
    expect(formatFixed(-0.001, 2)).toBe("0.00");
    expect(formatCount(-0.2)).toBe("0");
    expect(formatOffset(-0.04)).toBe("+0.0 ms");
  });

  it("keeps every digit of a stamp", () => {
    expect(formatStamp(timestampNs(1556919593920348001n))).toBe("1556919593.920348001");
    expect(formatStamp(timestampNs(5n))).toBe("0.000000005");
  });

  it("puts units after a space and degrees without", () => {
    expect(formatOffset(21.23)).toBe("+21.2 ms");
    expect(formatDegrees(Math.PI / 2)).toBe("90.0°");
    expect(formatBytes(61_234_567)).toBe("61.2 MB");
    expect(formatBytes(12)).toBe("12 B");
    expect(formatDuration(0.2)).toBe("1 s");
    expect(formatDuration(180)).toBe("3 min");
  });

  it("does not print what is not a number", () => {
    expect(formatFixed(NaN, 2)).toBe("–");
  });
});
