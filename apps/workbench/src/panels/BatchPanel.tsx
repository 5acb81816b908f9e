import { sidesOfTile, tilesOf, type BatchState, type TileSides, type TileSize } from "@sweepmark/editor";
import { BatchCanvas, type BatchFacts } from "@sweepmark/viewport";
import { Compass, FlipHorizontal2, Layers, Scan, Spline, Trash2, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { actionOf, actionTitle } from "../app/actions.ts";
import { useApp, useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatCount, formatMemory } from "../messages/numbers.ts";
import { text, useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { ClassChip } from "../ui/ClassChip.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Tip } from "../ui/Tip.tsx";
import styles from "./BatchPanel.module.css";

const icon = { size: 14, strokeWidth: 1.5 } as const;
const sizes: readonly TileSize[] = ["small", "medium", "large"];

/** All frames of the selected track as a wall of tiles, over the 3D view. */
export function BatchPanel() {
  const { t } = useText();
  const { session } = useWorkspace();
  const theme = useAppState((state) => state.theme);
  const [facts, setFacts] = useState<BatchFacts>({ tiles: 0, read: 0, heldBytes: 0 });
  const selectedId = useSessionState((state) => state.selectedId);
  const hear = (next: BatchFacts): void =>
    setFacts((now) =>
      now.tiles === next.tiles && now.read === next.read && now.heldBytes === next.heldBytes ? now : next,
    );
  const open = (frameIndex: number): void => {
    session.goTo(frameIndex);
    session.setBatch(undefined);
  };
  return (
    <div className={styles.batch} data-testid="batch" data-tiles={facts.tiles} data-read={facts.read}>
      <Head facts={facts} />
      <div className={styles.wall}>
        <BatchCanvas
          session={session}
          theme={theme}
          text={text.named}
          label={t("batch.wall", { count: facts.tiles })}
          onFacts={hear}
          onOpen={open}
        />
        {selectedId === undefined || facts.tiles === 0 ? <p className={styles.empty}>{t("batch.empty")}</p> : null}
      </div>
    </div>
  );
}

/** Does not hear of what is pointed at, which changes with every move. */
function Head({ facts }: { readonly facts: BatchFacts }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const selectedId = useSessionState((state) => state.selectedId);
  const frames = useSessionState((state) => state.frames);
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  useSessionState((state) => state.revision);
  const size = useSessionState((state) => state.batch?.size);
  const sides = useSessionState((state) => state.batch?.sides);
  const chosenFrames = useSessionState((state) => state.batch?.chosen.size ?? 0);
  const change = (patch: Partial<BatchState>): void => {
    const { batch } = session.store.getState();
    if (batch) session.setBatch({ ...batch, ...patch });
  };
  const { document } = session;
  const track = selectedId === undefined ? undefined : document.get(selectedId);
  const tiles = tilesOf(document, selectedId, frames);
  return (
    <div className={styles.head}>
      {track?.kind === "track" ? (
        <>
          <ClassChip ontology={document.ontology} classId={track.classId} />
          <b className={styles.name}>{track.name}</b>
        </>
      ) : null}
      <span className={styles.facts}>
        {chosenFrames > 0 ? t("batch.chosen", { count: chosenFrames }) : t("batch.frames", { count: tiles.length })}
        {facts.read < facts.tiles ? ` · ${t("batch.reading", { read: formatCount(facts.read) })}` : null}
        <span className={styles.memory}>{formatMemory(facts.heldBytes)}</span>
      </span>
      <span className={styles.space} />
      <Segmented<TileSize>
        label={t("batch.size")}
        value={size}
        choices={sizes.map((value) => ({ value, text: t(`batch.${value}`) }))}
        onChange={(next) => change({ size: next })}
      />
      <Segmented<TileSides>
        label={t("batch.sides")}
        value={sides}
        choices={(Object.keys(sidesOfTile) as TileSides[]).map((value) => ({ value, text: t(`batch.${value}`) }))}
        onChange={(next) => change({ sides: next })}
      />
      <Does id="batch.stack" icon={<Layers {...icon} />} />
      {readOnly ? null : (
        <>
          <Does id="label.fit" icon={<Scan {...icon} />} />
          <Does id="batch.interpolate" icon={<Spline {...icon} />} />
          <Does id="track.heading" icon={<Compass {...icon} />} />
          <Does id="label.flip" icon={<FlipHorizontal2 {...icon} />} />
          <Does id="edit.delete" icon={<Trash2 {...icon} />} />
          <Does id="track.accept" />
        </>
      )}
      <Does id="batch.open" icon={<X {...icon} />} name={t("batch.close")} />
    </div>
  );
}

/** An action of the registry as a button: an icon, or the one that is done most, in words. */
function Does({ id, icon: mark, name }: { readonly id: string; readonly icon?: ReactNode; readonly name?: string }) {
  const app = useApp();
  const { t } = useText();
  // What is chosen, and what is said there, make it possible.
  useSessionState((state) => state.batch?.chosen);
  useSessionState((state) => state.batch?.stack);
  useSessionState((state) => state.revision);
  const action = actionOf(id);
  const title = name ?? actionTitle(action, app);
  const possible = action.enabled?.(app) ?? true;
  const on = action.active?.(app);
  return (
    <Tip text={possible ? title : t("batch.chooseFirst", { title })} keys={actionKeys(action)}>
      <Button
        variant={mark ? "ghost" : "primary"}
        aria-label={title}
        aria-disabled={!possible}
        className={possible ? "" : styles.idle}
        icon={mark}
        {...(id === "batch.stack" && on !== undefined ? { on } : {})}
        onClick={() => {
          if (possible) action.run(app);
        }}
        {...(mark ? {} : { children: t("batch.accept"), keys: actionKeys(action) })}
      />
    </Tip>
  );
}
