import { describe, expect, it } from "vitest";
import { formatLink, parseLink } from "./link.ts";

describe("links say where to look (rule 6)", () => {
  it("come back as they were written", () => {
    const search = formatLink("?src=/api/log&lang=en", 47, "track:01J");
    expect(search).toBe("?src=/api/log&lang=en&frame=47&track=track:01J");
    expect(parseLink(search)).toEqual({ src: "/api/log", frame: 47, track: "track:01J" });
  });

  it("ignore what is not a frame", () => {
    expect(parseLink("?frame=-1")).toEqual({});
    expect(parseLink("?frame=1e9")).toEqual({});
  });

  it("drop the track when nothing is selected", () => {
    expect(formatLink("?track=a&frame=1", 2, undefined)).toBe("?frame=2");
  });
});
