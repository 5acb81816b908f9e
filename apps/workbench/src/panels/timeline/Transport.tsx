import { ChevronLeft, ChevronRight, ChevronsLeft, ChevronsRight, Minus, Pause, Play, Plus, Repeat } from "lucide-react";
import { memo, useState, type ReactNode } from "react";
import { actionOf, actionTitle } from "../../app/actions.ts";
import { useApp, useSessionState, useWorkspace } from "../../app/context.ts";
import { actionKeys } from "../../app/keymap.ts";
import { formatFixed, formatSeconds, formatStamp } from "../../messages/numbers.ts";
import { useText } from "../../messages/text.ts";
import { Button } from "../../ui/Button.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { StateGlyph } from "../../ui/StateGlyph.tsx";
import { Tip } from "../../ui/Tip.tsx";
import { withZoomFraction, zoomAt, zoomFraction, type Scale } from "./scale.ts";
import styles from "./Transport.module.css";

const rates = [0.25, 0.5, 1, 2, 4] as const;
const icon = { size: 16, strokeWidth: 1.5 } as const;

export interface TransportProps {
  readonly scale: Scale;
  readonly onScale: (scale: Scale) => void;
}

/** The row of buttons over the ruler: where we are, playing, the keyframe here, what the marks mean, zoom. */
export const Transport = memo(function Transport({ scale, onScale }: TransportProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const playing = useSessionState((state) => state.playing);
  const rate = useSessionState((state) => state.rate);
  const frameCount = useSessionState((state) => state.frames.length);
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  const fraction = zoomFraction(scale, frameCount);
  return (
    <div className={styles.row}>
      <div className={styles.buttons}>
        <Step id="playback.first" icon={<ChevronsLeft {...icon} />} />
        <Step id="playback.previous" icon={<ChevronLeft {...icon} />} />
        <Step
          id="playback.toggle"
          look="default"
          icon={playing ? <Pause {...icon} fill="currentColor" /> : <Play {...icon} fill="currentColor" />}
        />
        <Step id="playback.next" icon={<ChevronRight {...icon} />} />
        <Step id="playback.last" icon={<ChevronsRight {...icon} />} />
      </div>
      <FrameNumber />
      <Times />
      <Menu
        trigger={
          <Button variant="ghost" aria-label={t("transport.rate")}>
            {`${formatRate(rate)}×`}
          </Button>
        }
        entries={() =>
          rates.map((value) => ({
            kind: "item",
            id: String(value),
            text: `${formatRate(value)}×`,
            run: () => session.setRate(value),
          }))
        }
      />
      <Step id="playback.loop" icon={<Repeat {...icon} size={14} />} />
      {readOnly ? null : (
        <div className={styles.toggles}>
          <Toggle id="track.keyframe" icon={<StateGlyph state="keyframe" />} text={t("transport.keyframe")} />
          <Toggle id="track.absent" icon={<StateGlyph state="absent" />} text={t("transport.absent")} />
        </div>
      )}
      <div className={styles.legend} aria-hidden>
        <span>
          <StateGlyph state="keyframe" />
          {t("legend.human")}
        </span>
        <span>
          <StateGlyph state="keyframe" source="algorithm" />
          {t("legend.machine")}
        </span>
        <span>
          <StateGlyph state="interpolated" />
          {t("legend.interpolated")}
        </span>
        <span>
          <StateGlyph state="extrapolated" />
          {t("legend.extrapolated")}
        </span>
        <span>
          <StateGlyph state="held" />
          {t("legend.held")}
        </span>
        <span>
          <StateGlyph state="absent" />
          {t("legend.absent")}
        </span>
      </div>
      <div className={styles.zoom}>
        <button
          type="button"
          className={styles.zoomStep}
          aria-label={t("timeline.zoomOut")}
          onClick={() => onScale(zoomAt(scale, frameCount, scale.width / 2, 1 / 1.5))}
        >
          <Minus size={12} strokeWidth={1.5} />
        </button>
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={fraction}
          aria-label={t("timeline.zoom")}
          className={styles.slider}
          onChange={(event) =>
            onScale(withZoomFraction(scale, frameCount, Number(event.target.value), scale.width / 2))
          }
        />
        <button
          type="button"
          className={styles.zoomStep}
          aria-label={t("timeline.zoomIn")}
          onClick={() => onScale(zoomAt(scale, frameCount, scale.width / 2, 1.5))}
        >
          <Plus size={12} strokeWidth={1.5} />
        </button>
      </div>
    </div>
  );
});

const formatRate = (rate: number): string => formatFixed(rate, 2).replace(/\.?0+$/, "");

function Step({
  id,
  icon: glyph,
  look = "ghost",
}: {
  readonly id: string;
  readonly icon: ReactNode;
  readonly look?: "ghost" | "default";
}) {
  const app = useApp();
  const action = actionOf(id);
  const title = actionTitle(action, app);
  const on = useSessionState(() => action.active?.(app) ?? false);
  return (
    <Tip text={title} keys={actionKeys(action)} side="top">
      <Button
        variant={look}
        aria-label={title}
        icon={glyph}
        className={look === "default" ? styles.play : undefined}
        {...(id === "playback.loop" ? { on } : {})}
        onClick={() => action.run(app)}
      />
    </Tip>
  );
}

function Toggle({ id, icon: glyph, text }: { readonly id: string; readonly icon: ReactNode; readonly text: string }) {
  const app = useApp();
  const { t } = useText();
  const action = actionOf(id);
  const enabled = useSessionState(() => action.enabled?.(app) ?? true);
  const on = useSessionState(() => action.active?.(app) ?? false) && enabled;
  const button = (
    <Button
      variant={on ? "default" : "ghost"}
      icon={glyph}
      keys={actionKeys(action)}
      aria-pressed={on}
      aria-disabled={!enabled}
      className={enabled ? styles.toggle : styles.idle}
      onClick={() => {
        if (enabled) action.run(app);
      }}
    >
      <span className={styles.toggleText}>{text}</span>
    </Button>
  );
  return (
    <Tip text={enabled ? actionTitle(action, app) : t("transport.selectFirst")} keys={actionKeys(action)} side="top">
      {button}
    </Tip>
  );
}

/** "47 / 153", the first editable: Enter goes there. */
function FrameNumber() {
  const { t } = useText();
  const { session } = useWorkspace();
  const frameIndex = useSessionState((state) => state.frameIndex);
  const last = useSessionState((state) => Math.max(0, state.frames.length - 1));
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    const frame = Number(draft);
    if (draft !== undefined && /^\d+$/.test(draft.trim())) session.goTo(Math.min(last, frame));
    setDraft(undefined);
  };
  return (
    <label className={styles.frame}>
      <input
        aria-label={t("transport.frame")}
        className={styles.frameInput}
        style={{ width: `${Math.max(2, String(last).length) + 0.5}ch` }}
        inputMode="numeric"
        autoComplete="off"
        value={draft ?? String(frameIndex)}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") {
            event.stopPropagation();
            setDraft(undefined);
            const input = event.currentTarget;
            requestAnimationFrame(() => input.blur());
          }
        }}
      />
      <span className={styles.frameLast}>/ {last}</span>
    </label>
  );
}

function Times() {
  const { t } = useText();
  const at = useSessionState((state) => state.frames[state.frameIndex]?.at);
  const start = useSessionState((state) => state.frames[0]?.at);
  const exact = useSessionState((state) => state.frames[state.frameIndex]?.exact ?? true);
  if (at === undefined || start === undefined) return null;
  return (
    <span className={styles.times}>
      <span>{formatSeconds(Number(at - start) / 1e9)}</span>
      <span className={styles.stamp} title={t(exact ? "transport.stamp" : "transport.stampEstimated")}>
        {exact ? formatStamp(at) : `≈ ${formatStamp(at)}`}
      </span>
    </span>
  );
}
