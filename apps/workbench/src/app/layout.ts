import type { DockviewApi } from "dockview-react";

export type PanelId = "main" | "cameras" | "ortho" | "timeline" | "objects" | "problems" | "topics" | "inspector";

/** Which panels the log has something for. */
export interface WantedPanels {
  readonly cameras: "shown" | "none";
}

interface Sizes {
  readonly side: number;
  readonly cameras: number;
  readonly ortho: number;
  readonly timeline: number;
  readonly inspector: number;
}

/** ui.md §4: the two sizes it was drawn at, in between the smaller one; its side panel 8 px wider, for "−12.66". */
export const sizesFor = (width: number, height: number): Sizes =>
  width >= 1600 && height >= 900
    ? { side: 320, cameras: 168, ortho: 304, timeline: 248, inspector: 352 }
    : { side: 280, cameras: 112, ortho: 212, timeline: 178, inspector: 330 };

const version = 3;
const storageKey = ({ cameras }: WantedPanels): string => `sweepmark.layout.${version}.${cameras}`;

/** Panels that stand alone show no tab: their name is in what they show. */
const bare = new Set<string>(["main", "cameras", "ortho", "timeline", "inspector"]);

function hideBareHeaders(api: DockviewApi): void {
  for (const group of api.groups) {
    const ids = group.panels.map(({ id }) => id);
    group.header.hidden = ids.length === 1 && bare.has(ids[0]);
  }
}

/** The layout of a first visit; also what "Reset layout" goes back to. */
export function buildLayout(api: DockviewApi, wanted: WantedPanels): void {
  const sizes = sizesFor(innerWidth, innerHeight);
  api.clear();
  const add = (id: PanelId, options: object = {}) => api.addPanel({ id, component: id, title: id, ...options });
  add("main", { renderer: "always", minimumWidth: 320, minimumHeight: 200 });
  add("objects", {
    position: { referencePanel: "main", direction: "right" },
    initialWidth: sizes.side,
    minimumWidth: 256,
    maximumWidth: 480,
  });
  for (const id of ["problems", "topics"] as const)
    add(id, { position: { referencePanel: "objects", direction: "within" }, inactive: true });
  add("timeline", {
    position: { referencePanel: "main", direction: "below" },
    initialHeight: sizes.timeline,
    minimumHeight: 108,
  });
  add("ortho", {
    position: { referencePanel: "main", direction: "right" },
    initialWidth: sizes.ortho,
    minimumWidth: 180,
    maximumWidth: 420,
  });
  if (wanted.cameras === "shown")
    add("cameras", {
      position: { referencePanel: "main", direction: "above" },
      initialHeight: sizes.cameras,
      minimumHeight: 96,
      maximumHeight: 320,
    });
  add("inspector", {
    position: { referencePanel: "objects", direction: "below" },
    initialHeight: sizes.inspector,
    minimumHeight: 120,
  });
  hideBareHeaders(api);
  applySizes(api, sizes);
  kept = sizes;
  keptFor = measure(api);
  api.getPanel("main")?.api.setActive();
}

function applySizes(api: DockviewApi, sizes: Sizes): void {
  api.getPanel("objects")?.group.api.setSize({ width: sizes.side });
  api.getPanel("ortho")?.group.api.setSize({ width: sizes.ortho });
  api.getPanel("timeline")?.group.api.setSize({ height: sizes.timeline });
  api.getPanel("cameras")?.group.api.setSize({ height: sizes.cameras });
  api.getPanel("inspector")?.group.api.setSize({ height: sizes.inspector });
}

const currentSizes = (api: DockviewApi): Partial<Sizes> => ({
  ...present("side", api.getPanel("objects")?.group.api.width),
  ...present("ortho", api.getPanel("ortho")?.group.api.width),
  ...present("timeline", api.getPanel("timeline")?.group.api.height),
  ...present("cameras", api.getPanel("cameras")?.group.api.height),
  ...present("inspector", api.getPanel("inspector")?.group.api.height),
});

const present = (key: keyof Sizes, value: number | undefined): Partial<Sizes> =>
  value === undefined ? {} : { [key]: Math.round(value) };

/** Sizes as a person left them, and the dock and window for which they hold. */
let kept: Partial<Sizes> = {};
let keptFor = { dockWidth: 0, dockHeight: 0, windowWidth: 0, windowHeight: 0 };

const measure = (api: DockviewApi): typeof keptFor => ({
  dockWidth: api.width,
  dockHeight: api.height,
  windowWidth: innerWidth,
  windowHeight: innerHeight,
});

/** The dock scales every panel with its own size; here only the main view gives and takes, the others keep theirs. */
export function fitLayout(api: DockviewApi): void {
  if (hasRoom) return;
  const was = sizesFor(keptFor.windowWidth, keptFor.windowHeight);
  const now = sizesFor(innerWidth, innerHeight);
  // Sizes that nobody changed go over to those of the new window.
  const sizes = Object.fromEntries(
    (Object.keys(now) as (keyof Sizes)[]).map((key) => {
      const value = kept[key] ?? now[key];
      return [key, Math.abs(value - was[key]) <= 2 ? now[key] : value];
    }),
  ) as unknown as Sizes;
  applySizes(api, sizes);
  kept = sizes;
  keptFor = measure(api);
}

/** The cameras and the parallel views make room for the wall of the batch view, which shows their object itself. */
export function makeRoom(api: DockviewApi, room: "wall" | "none"): void {
  hasRoom = room === "wall";
  for (const id of ["cameras", "ortho"] as const) api.getPanel(id)?.group.api.setVisible(!hasRoom);
  if (!hasRoom) fitLayout(api);
}
let hasRoom = false;

export function storeLayout(api: DockviewApi, wanted: WantedPanels): void {
  hideBareHeaders(api);
  if (hasRoom) return;
  // While the dock itself changes its size, what the panels have now is nobody's wish.
  if (api.width !== keptFor.dockWidth || api.height !== keptFor.dockHeight) return;
  kept = currentSizes(api);
  localStorage.setItem(storageKey(wanted), JSON.stringify({ layout: api.toJSON(), sizes: kept, for: keptFor }));
}

/** False: nothing stored, or it does not fit any more; then {@link buildLayout}. */
export function restoreLayout(api: DockviewApi, wanted: WantedPanels): boolean {
  const text = localStorage.getItem(storageKey(wanted));
  if (!text) return false;
  try {
    const stored = JSON.parse(text) as {
      layout: Parameters<DockviewApi["fromJSON"]>[0];
      sizes: Partial<Sizes>;
      for: typeof keptFor;
    };
    api.fromJSON(stored.layout);
    if (!api.getPanel("main")) return false;
    hideBareHeaders(api);
    kept = stored.sizes;
    keptFor = stored.for;
    fitLayout(api);
    return true;
  } catch {
    return false;
  }
}
