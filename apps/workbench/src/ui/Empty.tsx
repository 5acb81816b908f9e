import type { ReactNode } from "react";
import styles from "./Empty.module.css";

/** What goes here and how to get it; never an illustration (ui.md §8). */
export const Empty = ({ children }: { readonly children: ReactNode }) => <div className={styles.empty}>{children}</div>;
