import { useVirtualizer } from "@tanstack/react-virtual";
import { Eye, EyeOff, Filter } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { actionOf } from "../app/actions.ts";
import { useAppState, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatCount, formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { ClassChip, LaneChip } from "../ui/ClassChip.tsx";
import { cx } from "../ui/cx.ts";
import { Empty } from "../ui/Empty.tsx";
import { StateGlyph } from "../ui/StateGlyph.tsx";
import { LogLabels } from "./LogLabels.tsx";
import { listRows, type ListRow, type Sort, type SortKey } from "./object-list.ts";
import styles from "./Objects.module.css";

/** All tracks and lane boundaries: filter, sort, select, hide. One grid for the keyboard and for screen readers. */
export function Objects() {
  const { t } = useText();
  const { session } = useWorkspace();
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState<Sort>({ key: "distance", direction: "up" });
  useSessionState((state) => state.revision);
  const moment = useSessionState((state) => state.moment);
  const frame = useSessionState((state) => state.frame);
  const pointCounts = useSessionState((state) => state.pointCounts);
  const quick = useDeferredValue(filter);
  const { document } = session;
  const rows = useMemo(
    () => listRows({ document, moment, frame, pointCounts, filter: quick, sort }),
    [document, moment, frame, pointCounts, quick, sort],
  );
  const nothing = document.tracks().length === 0 && document.laneBoundaries().length === 0;
  return (
    <div className={styles.panel}>
      <FilterField value={filter} onChange={setFilter} />
      {nothing ? (
        <NothingYet />
      ) : (
        <>
          <Head sort={sort} onSort={setSort} />
          {rows.length === 0 ? <Empty>{t("objects.noMatch", { filter })}</Empty> : <Rows rows={rows} />}
        </>
      )}
      <LogLabels />
    </div>
  );
}

function NothingYet() {
  const { t } = useText();
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  if (readOnly) return <Empty>{t("objects.emptyReadOnly")}</Empty>;
  return (
    <Empty>
      {t("objects.empty")}
      <br />
      {t("objects.emptyCuboid", { key: actionKeys(actionOf("label.drawCuboid")) ?? "" })}
      <br />
      {t("objects.emptyLane", { key: actionKeys(actionOf("lane.draw")) ?? "" })}
    </Empty>
  );
}

function FilterField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { t } = useText();
  const serial = useAppState((state) => state.filterSerial);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (serial > 0) input.current?.select();
  }, [serial]);
  return (
    <label className={styles.filter}>
      <Filter size={14} strokeWidth={1.5} />
      <input
        ref={input}
        value={value}
        aria-label={t("objects.filter")}
        placeholder={t("objects.filter")}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onChange("");
          event.currentTarget.blur();
        }}
      />
      <span className={styles.filterKeys}>{actionKeys(actionOf("app.filter"))}</span>
    </label>
  );
}

function Head({ sort, onSort }: { readonly sort: Sort; readonly onSort: (sort: Sort) => void }) {
  const { t } = useText();
  const column = (key: SortKey, className: string | undefined) => (
    <button
      type="button"
      className={cx(styles.headCell, className)}
      onClick={() =>
        onSort({
          key,
          direction: sort.key === key ? (sort.direction === "up" ? "down" : "up") : key === "points" ? "down" : "up",
        })
      }
    >
      {t(`objects.${key}`)}
      <span className={styles.arrow}>{sort.key === key ? (sort.direction === "up" ? "↑" : "↓") : ""}</span>
    </button>
  );
  return (
    <div className={cx(styles.row, styles.head)}>
      <span />
      {column("name", styles.left)}
      <span />
      {column("points", styles.right)}
      {column("distance", styles.right)}
      <span />
    </div>
  );
}

function Rows({ rows }: { readonly rows: readonly ListRow[] }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const selectedId = useSessionState((state) => state.selectedId);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- this component is not compiled, and rows are cheap.
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index].kind === "group" ? 22 : 24),
    getItemKey: (index) => rows[index].id,
    overscan: 8,
  });
  const selectedIndex = rows.findIndex(({ id }) => id === selectedId);
  useEffect(() => {
    if (selectedIndex >= 0) virtual.scrollToIndex(selectedIndex, { align: "auto" });
    // Only when the selection changes: sorting by distance must not scroll while a log plays.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selectedId, virtual]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -rows.length, End: rows.length }[
      event.key
    ];
    if (by !== undefined) {
      event.preventDefault();
      const next = nextSelectable(rows, selectedIndex, by);
      if (next) session.select(next.id);
    } else if (event.key === "Enter" && selectedId !== undefined) {
      event.preventDefault();
      session.requestView("focus-selection");
    }
  };
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={t("panel.objects")}
      aria-activedescendant={selectedIndex >= 0 ? `object-${selectedIndex}` : undefined}
      tabIndex={0}
      className={styles.list}
      onKeyDown={onKeyDown}
      onPointerLeave={() => session.hover(undefined)}
    >
      <div style={{ height: virtual.getTotalSize() }} className={styles.space}>
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const row = rows[index];
          const style = { transform: `translateY(${start}px)`, height: size };
          if (row.kind === "group")
            return (
              <div key={row.id} role="presentation" className={styles.group} style={style}>
                {t(`objects.group.${row.id}`, { count: formatCount(row.count) })}
              </div>
            );
          return <Row key={row.id} row={row} index={index} style={style} selected={row.id === selectedId} />;
        })}
      </div>
    </div>
  );
}

/** The next row that is no group head, `by` rows on; stops at the ends. */
function nextSelectable(rows: readonly ListRow[], from: number, by: number): ListRow | undefined {
  const items = rows.flatMap((row, index) => (row.kind === "group" ? [] : [{ row, index }]));
  if (items.length === 0) return undefined;
  const at = items.findIndex(({ index }) => index === from);
  const next = at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + by));
  return items[next].row;
}

interface RowProps {
  readonly row: Exclude<ListRow, { kind: "group" }>;
  readonly index: number;
  readonly style: React.CSSProperties;
  readonly selected: boolean;
}

function Row({ row, index, style, selected }: RowProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const hovered = useSessionState((state) => state.hoveredId === row.id);
  const hidden = useSessionState((state) => state.hiddenIds.has(row.id));
  const { ontology } = session.document;
  const absent = row.kind === "track" && row.moment === undefined;
  const name = row.kind === "track" ? row.track.name : row.lane.name;
  const classId = row.kind === "track" ? row.track.classId : row.lane.classId;
  const classes = row.kind === "track" ? ontology.objects : ontology.lanes;
  return (
    <div
      id={`object-${index}`}
      role="option"
      aria-selected={selected}
      className={cx(
        styles.row,
        styles.item,
        selected ? styles.selected : hovered ? styles.hovered : undefined,
        (hidden || absent) && styles.dim,
      )}
      style={style}
      data-object={row.id}
      onClick={() => session.select(row.id)}
      onDoubleClick={() => session.requestView("focus-selection")}
      onPointerEnter={() => session.hover(row.id)}
    >
      {row.kind === "track" ? (
        <ClassChip ontology={ontology} classId={classId} />
      ) : (
        <LaneChip ontology={ontology} classId={classId} />
      )}
      <span className={styles.name}>
        <b>{name}</b> {classes.find(({ id }) => id === classId)?.name ?? classId}
      </span>
      {row.kind === "track" ? (
        <>
          <StateGlyph state={row.moment?.state ?? "absent"} source={row.moment?.source ?? "human"} />
          <span className={styles.right}>{row.points === undefined ? "" : formatCount(row.points)}</span>
          <span className={styles.right}>{row.distanceM === undefined ? "" : formatFixed(row.distanceM, 0)}</span>
        </>
      ) : (
        <>
          <span />
          <span className={styles.wide}>{t("objects.vertices", { count: row.lane.points.length })}</span>
        </>
      )}
      <button
        type="button"
        tabIndex={-1}
        className={cx(styles.eye, hidden && styles.eyeOff)}
        aria-label={t(hidden ? "objects.show" : "objects.hide", { name })}
        onClick={(event) => {
          event.stopPropagation();
          session.setHidden(row.id, hidden ? "shown" : "hidden");
        }}
      >
        {hidden ? <EyeOff size={14} strokeWidth={1.5} /> : <Eye size={14} strokeWidth={1.5} />}
      </button>
    </div>
  );
}
