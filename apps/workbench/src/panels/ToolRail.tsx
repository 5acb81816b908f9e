import {
  ArrowDownToLine,
  Box,
  CircleHelp,
  Cuboid,
  FlipHorizontal2,
  LayoutGrid,
  MousePointer2,
  Palette as PaletteIcon,
  Scan,
  Spline,
  SquareDashed,
  View,
} from "lucide-react";
import type { ReactNode } from "react";
import { actionOf, actionTitle } from "../app/actions.ts";
import { useApp, useAppState, useSessionState } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import { cx } from "../ui/cx.ts";
import { Tip } from "../ui/Tip.tsx";
import styles from "./ToolRail.module.css";

interface RailEntry {
  readonly actionId: string;
  readonly icon: ReactNode;
  /** Shown as on while this tool is active. */
  readonly toolId?: string;
  readonly edits: "edits" | "looks";
}

const icon = { size: 16, strokeWidth: 1.5 } as const;
const groups: readonly (readonly RailEntry[])[] = [
  [
    { actionId: "edit.escape", toolId: "select", icon: <MousePointer2 {...icon} />, edits: "looks" },
    { actionId: "label.drawCuboid", toolId: "draw-cuboid", icon: <Box {...icon} />, edits: "edits" },
    { actionId: "label.drawSide", toolId: "draw-side", icon: <Cuboid {...icon} />, edits: "edits" },
    { actionId: "lane.draw", toolId: "draw-lane", icon: <Spline {...icon} />, edits: "edits" },
  ],
  [
    { actionId: "label.fit", icon: <Scan {...icon} />, edits: "edits" },
    { actionId: "label.ground", icon: <ArrowDownToLine {...icon} />, edits: "edits" },
    { actionId: "label.flip", icon: <FlipHorizontal2 {...icon} />, edits: "edits" },
  ],
  [
    { actionId: "view.birdsEye", icon: <SquareDashed {...icon} />, edits: "looks" },
    { actionId: "view.focus", icon: <View {...icon} />, edits: "looks" },
    { actionId: "batch.open", icon: <LayoutGrid {...icon} />, edits: "looks" },
    { actionId: "view.colorMode", icon: <PaletteIcon {...icon} />, edits: "looks" },
  ],
];

/** Tools and the actions of the selection, each with its key letter (ui.md §5). */
export function ToolRail() {
  const { t } = useText();
  return (
    <nav className={styles.rail} aria-label={t("rail.label")}>
      {groups.map((group) => (
        <div className={styles.group} key={group[0].actionId}>
          {group.map((entry) => (
            <RailButton key={entry.actionId} entry={entry} />
          ))}
        </div>
      ))}
      <div className={styles.bottom}>
        <RailButton entry={{ actionId: "app.help", icon: <CircleHelp {...icon} />, edits: "looks" }} />
      </div>
    </nav>
  );
}

function RailButton({ entry }: { readonly entry: RailEntry }) {
  const app = useApp();
  const { t } = useText();
  const action = actionOf(entry.actionId);
  const toolId = useSessionState((state) => state.toolId);
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  useSessionState((state) => state.selectedId);
  useSessionState((state) => state.view);
  useSessionState((state) => state.batch?.chosen);
  useSessionState((state) => state.batch?.sides);
  useAppState((state) => state.largeCameraId);
  const on = entry.toolId === undefined ? (action.active?.(app) ?? false) : entry.toolId === toolId;
  const possible = entry.toolId !== undefined || (action.enabled?.(app) ?? true);
  const refused = readOnly && entry.edits === "edits";
  const title = entry.toolId === "select" ? t("rail.select") : actionTitle(action, app);
  const keys = actionKeys(action);
  return (
    <Tip text={possible ? title : t("rail.selectFirst", { title })} keys={keys} side="right">
      <button
        type="button"
        className={cx(styles.button, on && styles.on, (!possible || refused) && styles.idle)}
        aria-label={title}
        aria-pressed={on}
        aria-disabled={!possible || refused}
        onClick={() => {
          if (possible && !refused) action.run(app);
        }}
      >
        {entry.icon}
        {keys ? (
          <span className={cx(styles.key, keys.length > 1 && styles.long)}>{keys.replace(/^.*\+/, "")}</span>
        ) : null}
      </button>
    </Tip>
  );
}
