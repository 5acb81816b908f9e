import { crc32 as plainCrc32 } from "@foxglove/crc";
import fc from "fast-check";
import { expect, it } from "vitest";
import { crc32 } from "./checksum.ts";

it("is the CRC-32 of MCAP, whichever code does it", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(crc32(bytes)).toBe(plainCrc32(bytes));
    }),
  );
});
