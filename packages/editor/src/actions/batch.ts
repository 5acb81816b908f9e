import {
  acceptTrack,
  deleteKeyframes,
  headingOver,
  interpolateBetween,
  setCuboids,
  slowestMps,
  type Command,
  type TrackTimesArgs,
} from "@sweepmark/document";
import { multiply, type Cuboid } from "@sweepmark/geometry";
import type { Track } from "@sweepmark/schema";
import { fitTiles, groundTiles, shrinkTiles } from "../batch-edits.ts";
import {
  chosenWhere,
  endsOfRuns,
  initialBatch,
  tileChoices,
  tileKind,
  tilesInHand,
  tilesOf,
  unchosen,
  type BatchState,
  type Tile,
} from "../batch.ts";
import { turned } from "../nudge.ts";
import type { Session, SessionAction } from "../session-types.ts";
import { editable, selectedTrack, stateOf } from "./common.ts";

interface Hand {
  readonly batch: BatchState;
  readonly track: Track;
  /** All of the track. */
  readonly tiles: readonly Tile[];
  /** What actions mean: the chosen, else the one under the pointer. */
  readonly meant: readonly Tile[];
}

/** The open batch view with a track in it; undefined otherwise. */
function handOf(session: Session): Hand | undefined {
  const { batch, frames } = stateOf(session);
  const track = selectedTrack(session);
  if (!batch || !track) return undefined;
  const tiles = tilesOf(session.document, track.id, frames);
  return { batch, track, tiles, meant: tilesInHand(batch, tiles) };
}

const meansSome = (session: Session, which: (tile: Tile, track: Track) => boolean = () => true): boolean => {
  const hand = handOf(session);
  return editable(session) && !!hand?.meant.some((tile) => which(tile, hand.track));
};

const ats = (tiles: readonly Tile[]) => tiles.map(({ at }) => at);

/** A static track has one pose for all frames: only one frame can say it. */
const meansPoses = (session: Session): boolean => {
  const hand = handOf(session);
  return editable(session) && !!hand && (hand.track.static ? hand.meant.length === 1 : hand.meant.length > 0);
};

const onMeant = (work: (hand: Hand, session: Session) => void) => (session: Session) => {
  const hand = handOf(session);
  if (hand) work(hand, session);
};

const atMeant = (command: Command<TrackTimesArgs>) =>
  onMeant(({ track, meant }, session) => session.run(command, { trackId: track.id, ats: ats(meant) }));

const eachCuboid = (edit: (cuboid: Cuboid<"world">) => Cuboid<"world">, by?: "flip") =>
  onMeant(({ track, meant }, session) =>
    session.run(setCuboids, {
      trackId: track.id,
      places: meant.map(({ at, moment }) => ({ at, cuboid: edit(moment.cuboid) })),
      ...(by && { by }),
    }),
  );

const halfTurn = (cuboid: Cuboid<"world">): Cuboid<"world"> => ({
  ...cuboid,
  rotation: multiply(cuboid.rotation, [0, 0, 1, 0]),
});

function headings({ track, meant }: Hand, session: Session): void {
  const args = { trackId: track.id, ats: ats(meant) };
  if (headingOver.plan(session.document, args).length > 0) session.run(headingOver, args);
  else session.notify({ message: "notice.no-motion", params: { name: track.name, speed: slowestMps } });
}

/** Says of each frame what holds there: what a machine said becomes a person's. */
function vouch({ track, meant }: Hand, session: Session): void {
  const places = meant
    .filter(({ moment }) => tileKind(moment) !== "human")
    .map(({ at, moment }) => ({ at, cuboid: moment.cuboid }));
  session.run(setCuboids, { trackId: track.id, places, by: "keyframe" });
}

function interpolate({ track, tiles, meant }: Hand, session: Session): void {
  const args = { trackId: track.id, ats: ats(endsOfRuns(tiles, meant)) };
  if (interpolateBetween.plan(session.document, args).length > 0) session.run(interpolateBetween, args);
  else session.notify({ message: "notice.batch-no-between", params: { name: track.name } });
}

/** Out of the gesture, else out of the choice, else out of the batch view. */
function escape(session: Session): void {
  const { batch } = stateOf(session);
  if (session.inGesture) session.dispatch({ kind: "cancel" });
  else session.setBatch(batch && batch.chosen.size > 0 ? unchosen(batch) : undefined);
}

/** The doubtful tile after the one chosen last, else the first. */
function nextDoubt({ batch, tiles }: Hand, session: Session): void {
  const doubtful = tiles.filter(tileChoices.doubtful).map(({ frameIndex }) => frameIndex);
  const from = batch.anchor ?? -1;
  const next = doubtful.find((index) => index > from) ?? doubtful[0];
  if (next === undefined) return;
  session.setBatch({ ...batch, chosen: new Set([next]), anchor: next });
  session.goTo(next);
}

type Meaning = Pick<SessionAction, "run"> &
  Partial<Pick<SessionAction, "active">> & { enabled(session: Session): boolean };

/** The same actions where the batch view is open: on the tiles that are meant, instead of on the shown frame. */
const inBatch: Readonly<Record<string, Meaning>> = {
  "edit.escape": { enabled: () => true, run: escape },
  "edit.delete": {
    enabled: (session) => session.inGesture || meansSome(session, ({ moment }) => moment.state === "keyframe"),
    run: (session) => (session.inGesture ? void session.dispatch({ kind: "back" }) : atMeant(deleteKeyframes)(session)),
  },
  "track.keyframe": {
    enabled: (session) => meansSome(session, ({ moment }, track) => !track.static && tileKind(moment) !== "human"),
    active: () => false,
    run: onMeant(vouch),
  },
  "track.accept": {
    enabled: (session) => meansSome(session, tileChoices.machine),
    run: atMeant(acceptTrack),
  },
  "track.heading": {
    enabled: (session) => meansSome(session, (_, track) => !track.static),
    run: onMeant(headings),
  },
  "track.nextDoubt": {
    enabled: (session) => !!handOf(session)?.tiles.some(tileChoices.doubtful),
    run: onMeant(nextDoubt),
  },
  "label.fit": {
    enabled: meansPoses,
    run: onMeant(({ track, meant }, session) => void fitTiles(session, track, meant)),
  },
  "label.ground": {
    enabled: meansPoses,
    run: onMeant(({ track, meant }, session) => void groundTiles(session, track, meant)),
  },
  "label.shrink": {
    enabled: (session) => {
      const hand = handOf(session);
      return meansPoses(session) && (hand?.meant.length === 1 || hand?.track.rigid === false);
    },
    run: onMeant(({ track, meant }, session) => void shrinkTiles(session, track, meant)),
  },
  // They mean the side that is pointed at in the shown frame.
  "label.snapOut": { enabled: () => false, run: () => undefined },
  "label.snapIn": { enabled: () => false, run: () => undefined },
  "label.flip": { enabled: meansPoses, run: eachCuboid(halfTurn, "flip") },
  "label.quarterTurn": { enabled: meansPoses, run: eachCuboid((cuboid) => turned(cuboid, Math.PI / 2)) },
  "view.birdsEye": {
    enabled: () => true,
    active: (session) => stateOf(session).batch?.sides === "top",
    run(session) {
      const { batch } = stateOf(session);
      if (batch) session.setBatch({ ...batch, sides: batch.sides === "top" ? initialBatch.sides : "top" });
    },
  },
};

/** The action with what it means while the batch view is open. */
export function alsoInBatch(action: SessionAction): SessionAction {
  const meaning = inBatch[action.id];
  if (!meaning) return action;
  const { active } = action;
  const isOpen = (session: Session): boolean => stateOf(session).batch !== undefined;
  return {
    ...action,
    enabled: (session) => (isOpen(session) ? meaning.enabled(session) : (action.enabled?.(session) ?? true)),
    ...(active && { active: (session) => (isOpen(session) && meaning.active ? meaning.active : active)(session) }),
    run: (session) => (isOpen(session) ? meaning.run(session) : action.run(session)),
  };
}

const choose = (which: keyof typeof tileChoices, keys: string): SessionAction => ({
  id: `batch.${which}`,
  title: `action.batch.${which}`,
  group: "track",
  keys: [keys],
  enabled: (session) => !!handOf(session)?.tiles.some(tileChoices[which]),
  run: onMeant(({ batch, tiles }, session) => session.setBatch(chosenWhere(batch, tiles, which))),
});

/** The batch view: all frames of a track at once. */
export const batchActions: readonly SessionAction[] = [
  {
    id: "batch.open",
    title: "action.batch.open",
    group: "track",
    keys: ["KeyC"],
    enabled: (session) => stateOf(session).batch !== undefined || selectedTrack(session) !== undefined,
    active: (session) => stateOf(session).batch !== undefined,
    run(session) {
      const isOpen = stateOf(session).batch !== undefined;
      session.setBatch(isOpen ? undefined : initialBatch);
      // Only at exact stamps can something be said.
      if (!isOpen && stateOf(session).frames.some(({ exact }) => !exact)) void session.scanFrames();
    },
  },
  choose("all", "$mod+KeyA"),
  choose("machine", "Alt+KeyC"),
  choose("doubtful", "Alt+KeyV"),
  {
    id: "batch.stack",
    title: "action.batch.stack",
    group: "track",
    keys: ["Alt+KeyU"],
    enabled: (session) => stateOf(session).batch !== undefined,
    active: (session) => stateOf(session).batch?.stack === "shown",
    run(session) {
      const { batch } = stateOf(session);
      if (batch) session.setBatch({ ...batch, stack: batch.stack === "shown" ? "hidden" : "shown" });
    },
  },
  {
    id: "batch.interpolate",
    title: "action.batch.interpolate",
    group: "track",
    keys: ["Alt+KeyI"],
    enabled: (session) => {
      const hand = handOf(session);
      return editable(session) && !!hand && !hand.track.static && hand.meant.length > 1;
    },
    run: onMeant(interpolate),
  },
];
