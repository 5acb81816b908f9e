import { Banners } from "./Banners.tsx";
import { Dock } from "./Dock.tsx";
import { StatusLine } from "./StatusLine.tsx";
import { ToolRail } from "./ToolRail.tsx";
import { TopBar } from "./TopBar.tsx";
import styles from "./Workbench.module.css";

/** The fixed frame (top bar, tool rail, status line) around the dock of panels. */
export function Workbench() {
  return (
    <div className={styles.workbench}>
      <TopBar />
      <Banners />
      <div className={styles.middle}>
        <ToolRail />
        <Dock />
      </div>
      <StatusLine />
    </div>
  );
}
