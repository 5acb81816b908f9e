import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { box, keyframe, time, track } from "../../test/arbitraries.ts";
import { createDocument } from "../document.ts";
import { acceptSuggestions, type Suggestion } from "./suggestions.ts";

const suggestion = (name: string, ticks: readonly number[], more: Partial<Suggestion["track"]> = {}): Suggestion => ({
  track: track(name, { name: "", ...more }),
  keyframes: ticks.map((tick) => keyframe(name, tick, box(tick), { source: "algorithm", confidence: 0.7 })),
});
const accepted = (suggestions: readonly Suggestion[], tick?: number) => {
  const document = createDocument(defaultOntology, [track("car-1", { name: "car-1" }), keyframe("car-1", 0, box(0))]);
  const args = { suggestions, ...(tick !== undefined && { at: time(tick) }) };
  const label = acceptSuggestions.label(document, args);
  document.apply(acceptSuggestions.plan(document, args));
  const said = (name: string) =>
    document.keyframes(`track:${name}`).map(({ at, source, confidence }) => [at, source, confidence ?? "-"]);
  return { document, label, said };
};

describe("accepting suggestions (rule 43)", () => {
  it("makes tracks with names as new tracks have them; what was seen is a person's, the rest a machine's", () => {
    const { document, label, said } = accepted([suggestion("s", [1, 3]), suggestion("t", [3])], 3);
    expect(label).toEqual({ message: "edit.acceptSuggestions", params: { count: 2 } });
    expect(document.tracks().map(({ name }) => name)).toEqual(["car-1", "car-2", "car-3"]);
    expect(said("s")).toEqual([[time(1), "algorithm", 0.7], [time(3), "human", "-"]]); // prettier-ignore
    expect(said("t")).toEqual([[time(3), "human", "-"]]);
  });

  it("adds what was seen between two of its keyframes, and nothing where it is not", () => {
    expect(accepted([suggestion("s", [1, 3])], 2).said("s")).toEqual([
      [time(1), "algorithm", 0.7],
      [time(2), "human", "-"],
      [time(3), "algorithm", 0.7],
    ]);
    expect(accepted([suggestion("s", [1, 3])], 7).said("s")).toHaveLength(2);
  });

  it("takes the one pose of what stands still as seen at every time", () => {
    expect(accepted([suggestion("s", [1], { static: true })], 5).said("s")).toEqual([[time(1), "human", "-"]]);
  });

  it("leaves all to the machine where nobody looked", () => {
    expect(accepted([suggestion("s", [1, 3])]).said("s")).toEqual([
      [time(1), "algorithm", 0.7],
      [time(3), "algorithm", 0.7],
    ]);
    expect(accepted([suggestion("s", [1], { static: true })]).said("s")).toEqual([[time(1), "algorithm", 0.7]]);
  });

  it("leaves what is a track already as it is", () => {
    const { document, label } = accepted([suggestion("car-1", [4])], 4);
    expect(document.keyframes("track:car-1")).toHaveLength(1);
    expect(label.params).toEqual({ count: 0 });
  });
});
