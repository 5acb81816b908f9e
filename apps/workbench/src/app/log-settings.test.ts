import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { timestampNs } from "@sweepmark/geometry";
import type { LogInfo } from "@sweepmark/log";
import { draftOf, settingsOf, sweepRateHz } from "../panels/log-draft.ts";
import {
  choiceOf,
  isDefaultChoice,
  loadLogSettings,
  sameChoice,
  storeLogSettings,
  withoutChoice,
} from "./log-settings.ts";

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("settings of a log", () => {
  it("are kept by the digest", () => {
    const settings = { lidarTopic: "/b", maxRateHz: 2, deskew: ["/b"], memoryMiB: 512, labelsWorld: "map" };
    storeLogSettings("sha256:a", settings);
    expect(loadLogSettings("sha256:a")).toEqual(settings);
    expect(loadLogSettings("sha256:b")).toEqual({});
    expect(choiceOf(settings)).toEqual({ lidarTopic: "/b", maxRateHz: 2, deskew: ["/b"] });
    expect(withoutChoice(settings)).toEqual({ memoryMiB: 512, labelsWorld: "map" });
    expect([isDefaultChoice(settings), isDefaultChoice({ memoryMiB: 512 })]).toEqual([false, true]);
    expect(sameChoice(settings, { ...settings, memoryMiB: 128 })).toBe(true);
  });
  it("keep where suggestions were dismissed, whatever is chosen: the last of very many", () => {
    const place = (i: number) => ({
      at: timestampNs(1_700_000_000_000_000_001n + BigInt(i)),
      cuboid: { center: [i, 2, 3], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] } as const,
    });
    storeLogSettings("sha256:a", { dismissed: [place(0), place(1)] });
    const settings = loadLogSettings("sha256:a");
    expect(settings.dismissed).toEqual([place(0), place(1)]);
    expect(withoutChoice({ ...settings, maxRateHz: 2 })).toEqual(settings);
    storeLogSettings("sha256:a", { dismissed: Array.from({ length: 2500 }, (_, i) => place(i)) });
    expect(loadLogSettings("sha256:a").dismissed).toHaveLength(2000);
    expect(loadLogSettings("sha256:a").dismissed?.at(-1)).toEqual(place(2499));
  });
  it("that the stamps count is kept as an answer, and opens nothing anew", () => {
    expect([choiceOf({ clock: "stamps" }), choiceOf({ clock: "log-times" })]).toEqual([{}, { clock: "log-times" }]);
    expect(isDefaultChoice({ clock: "stamps" })).toBe(true);
    expect(withoutChoice({ clock: "log-times", labelsClock: "log-times" })).toEqual({ labelsClock: "log-times" });
  });
  it("that cannot be read are none: not JSON, another shape, numbers out of bounds", () => {
    for (const text of ["{", "[]", '{"maxRateHz":0}', '{"memoryMiB":63}', '{"deskew":"all"}']) {
      kept.set("sweepmark.log x", text);
      expect(loadLogSettings("x")).toEqual({});
    }
  });
});

const info = {
  lidarTopics: ["/top", "/left", "/right"],
  worldNames: ["odom", "map"],
  problems: [],
  choice: {
    clock: "stamps",
    lidarTopic: "/top",
    companionTopics: ["/left", "/right"],
    worldName: "map",
    maxRateHz: undefined,
    deskew: [],
  },
  sweepCount: 101,
  start: 0n,
  end: 10_000_000_000n,
} as unknown as LogInfo;

describe("the dialog's draft", () => {
  it("of a log opened by default says nothing but the space that is shown", () => {
    expect(settingsOf(info, draftOf(info, {}))).toEqual({ worldName: "map" });
    expect(settingsOf({ ...info, worldNames: ["map"] }, draftOf(info, {}))).toEqual({});
  });
  it("says the clock where it is not the usual one, or where the log asks", () => {
    const draft = draftOf(info, {});
    expect(settingsOf(info, { ...draft, clock: "log-times" })).toMatchObject({ clock: "log-times" });
    const asking = { ...info, problems: [{ severity: "warning", code: "clocks-apart", message: "" }] } as const;
    expect(settingsOf(asking, draft)).toMatchObject({ clock: "stamps" });
  });
  it("leaves out what the reference makes meaningless, and deskews only what is read", () => {
    const draft = {
      ...draftOf(info, {}),
      lidarTopic: "/left",
      companionTopics: ["/left", "/top"],
      deskew: ["/right", "/top"],
    };
    expect(settingsOf(info, draft)).toEqual({
      lidarTopic: "/left",
      companionTopics: ["/top"],
      worldName: "map",
      deskew: ["/top"],
    });
  });
  it("knows how fast the sweeps come", () => {
    expect(sweepRateHz(info)).toBe(10);
    expect(sweepRateHz({ ...info, sweepCount: 1 })).toBe(0);
  });
});
