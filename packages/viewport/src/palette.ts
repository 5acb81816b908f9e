import type { LaneClass, Ontology } from "@sweepmark/schema";

/**
 * The only place with colours in TypeScript: what is drawn on canvases and into tags. Panels use the CSS tokens of the
 * workbench, which hold the same values.
 */
export type Theme = "dark" | "light";

/** `#RRGGBB`. */
export type HexColor = string;

export interface CanvasColors {
  readonly canvas: HexColor;
  /** White means selected; nothing else in a view is white (black on light). */
  readonly selection: HexColor;
  readonly halo: HexColor;
  /** Ink of the class letter on its chip. */
  readonly classInk: HexColor;
  /** Ground behind tags, with its own opacity. */
  readonly tagGround: string;
  readonly text: HexColor;
  readonly textSecond: HexColor;
  readonly textThird: HexColor;
  readonly accent: HexColor;
  readonly axisX: HexColor;
  readonly axisY: HexColor;
  readonly axisZ: HexColor;
  /** Points inside the selected cuboid are mixed {@link insideMix} to this. */
  readonly inside: HexColor;
  /** Points without a value for the colour mode in force. */
  readonly noValue: HexColor;
}

export const canvasColors: Readonly<Record<Theme, CanvasColors>> = {
  dark: {
    canvas: "#0B0D10",
    selection: "#FFFFFF",
    halo: "#0B0D10",
    classInk: "#0B0D10",
    tagGround: "rgba(15,18,22,.88)",
    text: "#E8EBEF",
    textSecond: "#B3BBC5",
    textThird: "#8E97A2",
    accent: "#62ABFF",
    axisX: "#FF7C73",
    axisY: "#6FD08C",
    axisZ: "#6FB4FF",
    inside: "#FFF6D6",
    noValue: "#4A525B",
  },
  light: {
    canvas: "#ECEFF2",
    selection: "#0B0D10",
    halo: "#FFFFFF",
    classInk: "#FFFFFF",
    tagGround: "rgba(252,253,254,.94)",
    text: "#14181D",
    textSecond: "#434C56",
    textThird: "#586269",
    accent: "#1660BE",
    axisX: "#C0362C",
    axisY: "#1F7A3E",
    axisZ: "#1B66C6",
    inside: "#0A0C12",
    noValue: "#B4BCC4",
  },
};

/** What lies around the pictures of tiles, and the marks of how a cuboid is known there: as on the timeline. */
export interface TileColors {
  readonly head: HexColor;
  readonly headChosen: HexColor;
  readonly line: HexColor;
  readonly human: HexColor;
  readonly machine: HexColor;
  readonly interpolated: HexColor;
  readonly warning: HexColor;
}

export const tileColors: Readonly<Record<Theme, TileColors>> = {
  dark: {
    head: "#15191E",
    headChosen: "#1A3557",
    line: "#2B323A",
    human: "#F1F4F7",
    machine: "#BCA2FF",
    interpolated: "#8A949F",
    warning: "#F2B74B",
  },
  light: {
    head: "#F6F7F9",
    headChosen: "#CFE2FA",
    line: "#CCD3DA",
    human: "#14181D",
    machine: "#6B3FD4",
    interpolated: "#66717C",
    warning: "#8A5A00",
  },
};

/** Share of {@link CanvasColors.inside} in the colour of a point inside the selected cuboid. */
export const insideMix = 0.72;
/** Opacity of the halo under lines: without it white on pale points is 1.5 : 1. */
export const haloAlpha = 0.75;

type Pair = readonly [dark: HexColor, light: HexColor];

/** By the class letter, the stable key (ui.md §3). */
const classPairs: Readonly<Record<string, Pair>> = {
  C: ["#50C2FE", "#0063B3"],
  V: ["#83B2C8", "#005677"],
  U: ["#5492F0", "#3035A1"],
  T: ["#08EDD0", "#005745"],
  L: ["#86A095", "#306763"],
  B: ["#FDE049", "#856700"],
  N: ["#DFDCA6", "#666F42"],
  X: ["#B48600", "#865303"],
  E: ["#F04251", "#A80030"],
  M: ["#FF8A1C", "#772A00"],
  Y: ["#D38A53", "#62402B"],
  R: ["#E6A376", "#9F5837"],
  P: ["#CD75BB", "#950385"],
  W: ["#F3CAE6", "#8A5480"],
  S: ["#EF95F8", "#7A326B"],
  Z: ["#9D70CD", "#604695"],
  O: ["#E5B53C", "#694D00"],
  F: ["#AEAE99", "#6B6B66"],
  I: ["#D2C1B5", "#595551"],
  G: ["#B1D27F", "#495B31"],
  D: ["#AC8874", "#7E574B"],
  "?": ["#808893", "#404851"],
};

const themeIndex = (theme: Theme): 0 | 1 => (theme === "dark" ? 0 : 1);

/** Letters that have a colour of their own, in the order of the palette. */
export const paletteLetters: readonly string[] = Object.keys(classPairs);

/** Colour of a letter; letters outside the palette are drawn as Unknown. */
export const letterColor = (letter: string, theme: Theme): HexColor =>
  (classPairs[letter] ?? classPairs["?"])[themeIndex(theme)];

/** Colour of a class: the project's own, else the palette's by its letter, else that of Unknown. */
export function classColor(ontology: Ontology, classId: string, theme: Theme): HexColor {
  const objectClass = ontology.objects.find(({ id }) => id === classId);
  return objectClass?.color ?? letterColor(objectClass?.letter ?? "?", theme);
}

/** The letter of a class's chip; "?" for a class that the ontology does not know. */
export const classLetter = (ontology: Ontology, classId: string): string =>
  ontology.objects.find(({ id }) => id === classId)?.letter ?? "?";

const lanePaints: Readonly<Record<LaneClass["paint"], Pair>> = {
  white: ["#E6EAEE", "#2B333B"],
  yellow: ["#F2C94C", "#8A6400"],
  kerb: ["#C0A98C", "#6B5A45"],
  virtual: ["#B3BBC5", "#434C56"],
};

export const lanePaint = (paint: LaneClass["paint"], theme: Theme): HexColor => lanePaints[paint][themeIndex(theme)];

/** Stops of the point colour maps; interpolated in OKLCH, lightness strictly monotone (ui.md §6). */
export const pointStops: Readonly<
  Record<"height" | "intensity" | "distance", Readonly<Record<Theme, readonly HexColor[]>>>
> = {
  height: {
    dark: ["#3C4470", "#41749D", "#429BA5", "#76B89B", "#AEC895", "#D6D4AA"],
    light: ["#93B7CD", "#5F9ABC", "#4773AB", "#474893", "#472268", "#34143B"],
  },
  intensity: {
    dark: ["#383E43", "#80878D", "#F9F5E6"],
    light: ["#B9BEC4", "#6C7278", "#11161F"],
  },
  distance: {
    dark: ["#F6E8B3", "#A5A78E", "#455577"],
    light: ["#111E3B", "#52657A", "#B8B9A4"],
  },
};
