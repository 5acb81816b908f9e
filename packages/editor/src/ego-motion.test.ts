import { createDocument, setEgoCorrection, switchEgoCorrection } from "@sweepmark/document";
import { timestampNs } from "@sweepmark/geometry";
import { defaultOntology } from "@sweepmark/schema";
import { expect, it } from "vitest";
import { hasEgoMotion } from "./ego-motion.ts";
import type { Session } from "./session-types.ts";

it("ego motion is the log's, or that of labels that follow the vehicle, as long as it is on", () => {
  const document = createDocument(defaultOntology, []);
  const of = (worldName: string | undefined) =>
    hasEgoMotion({ document, log: { info: { worldName } } } as unknown as Session);
  expect([of("map"), of(undefined)]).toEqual([true, false]);
  const shift = { at: timestampNs(1n), ego: [0, 0, 0], shift: [1, 0, 0], yawRad: 0 } as const;
  document.apply(setEgoCorrection.plan(document, { shifts: [shift] }));
  expect([of("map"), of(undefined)]).toEqual([true, true]);
  document.apply(switchEgoCorrection.plan(document, { to: "off" }));
  expect(of(undefined)).toBe(false);
});
