import { timestampNs } from "@sweepmark/geometry";
import { expect, it } from "vitest";
import { parseRecord, recordToJson, type Keyframe } from "./records.ts";

it("writes the same text whatever the order in which a record's fields were made", () => {
  const at = timestampNs(5n);
  const cuboid = { center: [1, 2, 3], size: [4, 2, 1], rotation: [0, 0, 0, 1] } as const;
  const made: Keyframe = {
    source: "human",
    attributes: { b: 1, a: "x" },
    cuboid: { rotation: cuboid.rotation, size: cuboid.size, center: cuboid.center },
    at,
    trackId: "track:1",
    kind: "keyframe",
    id: "keyframe:1@5",
  };
  const text = JSON.stringify(recordToJson(made));
  expect(JSON.stringify(recordToJson(parseRecord(JSON.parse(text))))).toBe(text);
  expect(Object.keys(JSON.parse(text)).slice(0, 4)).toEqual(["kind", "id", "trackId", "at"]);
});
