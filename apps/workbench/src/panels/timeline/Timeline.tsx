import { classColor } from "@sweepmark/viewport";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { actionOf } from "../../app/actions.ts";
import { useApp, useAppState, useSessionState, useWorkspace } from "../../app/context.ts";
import { useText } from "../../messages/text.ts";
import { ClassChip } from "../../ui/ClassChip.tsx";
import { cx } from "../../ui/cx.ts";
import { GapMarks, useGapMarks } from "./GapMarks.tsx";
import { bands, headHeight } from "./paint.ts";
import type { RowPaint } from "./paint-row.ts";
import { clampScale, fitScale, reveal, type Scale } from "./scale.ts";
import { timelineRows } from "./spans.ts";
import styles from "./Timeline.module.css";
import { TimelineCanvas } from "./TimelineCanvas.tsx";
import { Transport } from "./Transport.tsx";

/** Transport, ruler, density, and a row for each track. */
export function Timeline() {
  const { session } = useWorkspace();
  const frameCount = useSessionState((state) => state.frames.length);
  const frameIndex = useSessionState((state) => state.frameIndex);
  const body = useRef<HTMLDivElement>(null);
  const heads = useRef<HTMLDivElement>(null);
  const size = useSize(body);
  const rows = useRows();
  const [scrollTop, setScrollTop] = useState(0);
  const [hoverRow, setHoverRow] = useState<number>();
  const [wanted, setWanted] = useState<Scale>();

  const [shownFrame, setShownFrame] = useState(frameIndex);

  const scale = useMemo(() => {
    // Nothing chosen yet, or everything was in sight: keep it so when the window changes.
    if (!wanted || wanted.width === 0) return fitScale(frameCount, size.width);
    return clampScale({ ...wanted, width: size.width }, frameCount);
  }, [wanted, size.width, frameCount]);
  if (shownFrame !== frameIndex) {
    // Follows the playhead, not the pointer: panning away from it is allowed until the frame changes.
    setShownFrame(frameIndex);
    const following = reveal(scale, frameCount, frameIndex);
    if (wanted && following !== scale) setWanted(following);
  }
  const setScale = useCallback(
    (next: Scale): void => {
      const all = next.pxPerFrame <= fitScale(frameCount, next.width).pxPerFrame * 1.0001;
      setWanted(all ? undefined : next);
    },
    [frameCount],
  );
  const marks = useGapMarks(scale);
  return (
    <section className={styles.timeline} data-testid="timeline">
      <Transport scale={scale} onScale={setScale} />
      <div className={styles.body}>
        <div className={styles.heads}>
          <Heads />
          <div
            className={styles.rowHeads}
            ref={heads}
            onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
          >
            <div style={{ height: rows.length * bands.row }} className={styles.rowSpace}>
              <RowHeads
                rows={rows}
                scrollTop={scrollTop}
                height={Math.max(0, size.height - headHeight)}
                hoverRow={hoverRow}
                onHoverRow={setHoverRow}
              />
            </div>
            {rows.length === 0 ? <NoTracks /> : null}
          </div>
        </div>
        <div className={styles.canvasBox} ref={body}>
          <TimelineCanvas
            rows={rows}
            marks={marks}
            scale={scale}
            onScale={setScale}
            scrollTop={scrollTop}
            onScroll={(by) => heads.current?.scrollBy(0, by)}
            hoverRow={hoverRow}
            onHoverRow={(row) => {
              setHoverRow(row);
              session.hover(row === undefined ? undefined : rows[row]?.track.id);
            }}
            size={size}
          />
          <GapMarks marks={marks} />
        </div>
      </div>
    </section>
  );
}

function useRows(): readonly RowPaint[] {
  const { session } = useWorkspace();
  const theme = useAppState((state) => state.theme);
  const revision = useSessionState((state) => state.revision);
  const selectedId = useSessionState((state) => state.selectedId);
  const hiddenIds = useSessionState((state) => state.hiddenIds);
  return useMemo(
    () =>
      timelineRows(session.document, selectedId).map((row) => ({
        ...row,
        color: classColor(session.document.ontology, row.track.classId, theme),
        selected: row.track.id === selectedId,
        hidden: hiddenIds.has(row.track.id),
      })),
    // The document is read anew at each revision.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [session, theme, revision, selectedId, hiddenIds],
  );
}

/** Names of the bands above the rows. */
function Heads() {
  const app = useApp();
  const { t } = useText();
  const unread = useSessionState((state) => state.frames.some(({ exact }) => !exact));
  const scanning = useSessionState((state) => state.jobs.some(({ label }) => label.message === "job.scan"));
  const scan = actionOf("file.scan");
  return (
    <>
      <div className={styles.rulerHead} style={{ height: bands.ruler + bands.buffer }}>
        <span>{t("timeline.frame")}</span>
        <span>{t("timeline.seconds")}</span>
      </div>
      <div className={styles.densityHead} style={{ height: bands.density }}>
        <span>{t("timeline.points")}</span>
        {unread && !scanning ? (
          <button type="button" className={styles.scan} onClick={() => scan.run(app)}>
            {t("timeline.scan")}
          </button>
        ) : null}
      </div>
    </>
  );
}

interface RowHeadsProps {
  readonly rows: readonly RowPaint[];
  readonly scrollTop: number;
  readonly height: number;
  readonly hoverRow: number | undefined;
  readonly onHoverRow: (row: number | undefined) => void;
}

function RowHeads({ rows, scrollTop, height, hoverRow, onHoverRow }: RowHeadsProps) {
  const { session } = useWorkspace();
  const { ontology } = session.document;
  const first = Math.max(0, Math.floor(scrollTop / bands.row) - 2);
  const last = Math.min(rows.length, Math.ceil((scrollTop + height) / bands.row) + 2);
  return (
    <>
      {rows.slice(first, last).map(({ track, selected, hidden }, i) => (
        <button
          type="button"
          key={track.id}
          className={cx(
            styles.rowHead,
            selected && styles.selected,
            hoverRow === first + i && !selected && styles.hovered,
            hidden && styles.hidden,
          )}
          style={{ top: (first + i) * bands.row, height: bands.row }}
          tabIndex={-1}
          onClick={() => session.select(track.id)}
          onDoubleClick={() => session.requestView("focus-selection")}
          onPointerEnter={() => onHoverRow(first + i)}
          onPointerLeave={() => onHoverRow(undefined)}
        >
          <ClassChip ontology={ontology} classId={track.classId} />
          <span className={styles.rowName}>{track.name}</span>
          <span className={styles.rowClass}>{ontology.objects.find(({ id }) => id === track.classId)?.name}</span>
        </button>
      ))}
    </>
  );
}

function NoTracks() {
  const { t } = useText();
  return <p className={styles.noTracks}>{t("timeline.empty")}</p>;
}

function useSize(ref: React.RefObject<HTMLElement | null>): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
