import { Component, type ReactNode } from "react";
import { text } from "../messages/text.ts";
import { Button } from "./Button.tsx";
import styles from "./ErrorBoundary.module.css";

interface Props {
  /** The panel's name for people. */
  readonly name: string;
  readonly children: ReactNode;
}

/** A panel can fail without taking the page along: says which one, and loads it again. */
export class ErrorBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div role="alert" className={styles.failed}>
        <strong>{text.t("panel.failed", { panel: this.props.name })}</strong>
        <p>{text.t("panel.failedEffect")}</p>
        <code className={styles.detail}>{error.message}</code>
        <Button onClick={() => this.setState({ error: undefined })}>{text.t("panel.reload")}</Button>
      </div>
    );
  }
}
