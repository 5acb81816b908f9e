import { File as FileIcon, Folder, X } from "lucide-react";
import { useEffect, type KeyboardEvent } from "react";
import { actionOf } from "../app/actions.ts";
import type { Phase } from "../app/app.ts";
import { useApp, useAppState } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { openHandle } from "../app/pick.ts";
import type { Recent } from "../app/recents.ts";
import { formatBytes, formatCount, formatDuration } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Progress } from "../ui/Progress.tsx";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import { useWorkClock } from "../ui/use-time-left.ts";
import { StartBar } from "./TopBar.tsx";
import styles from "./StartScreen.module.css";

/** Without an open log: pick one, watch it open, or read why it did not. */
export function StartScreen({ phase }: { readonly phase: Exclude<Phase, { kind: "open" }> }) {
  return (
    <div className={styles.screen}>
      <StartBar />
      <main className={styles.main}>
        {phase.kind === "boot" ? null : (
          <div className={styles.column}>
            {phase.kind === "start" ? <Choose /> : null}
            {phase.kind === "opening" ? <Opening phase={phase} /> : null}
            {phase.kind === "failed" ? <Failed phase={phase} /> : null}
          </div>
        )}
      </main>
    </div>
  );
}

function Choose() {
  const { t } = useText();
  return (
    <>
      <h1 className={styles.title}>{t("start.title")}</h1>
      <p className={styles.subtitle}>{t("start.subtitle")}</p>
      <DropZone />
      <Recents />
      <p className={styles.sample}>{t("start.sample")}</p>
    </>
  );
}

function DropZone() {
  const app = useApp();
  const { t } = useText();
  const open = actionOf("file.open");
  return (
    <div className={styles.zone}>
      <Button
        variant="primary"
        size="dialog"
        autoFocus
        icon={<FileIcon size={16} strokeWidth={1.5} />}
        keys={actionKeys(open)}
        onClick={() => open.run(app)}
      >
        {t("start.open")}
      </Button>
      <Button
        size="dialog"
        icon={<Folder size={16} strokeWidth={1.5} />}
        onClick={() => actionOf("file.openFolder").run(app)}
      >
        {t("start.openFolder")}
      </Button>
      <span className={styles.or}>{t("start.drop")}</span>
    </div>
  );
}

function Recents() {
  const app = useApp();
  const { t } = useText();
  const recents = useAppState((state) => state.recents);
  if (recents.length === 0) return null;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-recent]")];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (by !== 0) {
      event.preventDefault();
      rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
    } else if (event.key === "Delete" && at >= 0) void app.forget(recents[at].digest);
  };
  return (
    <section onKeyDown={onKeyDown}>
      <header className={styles.recentHead}>
        <b>{t("start.recent")}</b>
        <span>{t("start.recentKeys")}</span>
      </header>
      <ul className={styles.recents}>
        {recents.map((recent) => (
          <RecentRow key={recent.digest} recent={recent} />
        ))}
      </ul>
    </section>
  );
}

function RecentRow({ recent }: { readonly recent: Recent }) {
  const app = useApp();
  const { t } = useText();
  const { handle } = recent;
  // Without a handle (Firefox, Safari) the file is picked again; its labels are found by the digest.
  const open = (): void => void (handle ? openHandle(app, handle) : actionOf("file.open").run(app));
  return (
    <li className={styles.recent}>
      <button type="button" data-recent className={styles.recentMain} onClick={open}>
        <FileIcon size={16} strokeWidth={1.5} />
        <b className={styles.recentName}>{recent.name}</b>
        <span className={styles.recentFacts}>
          {[
            t("start.frames", { count: recent.frames }),
            t("export.tracks", { count: recent.tracks }),
            formatBytes(recent.sizeBytes),
          ].join(" · ")}
        </span>
        <span className={styles.recentWhen}>{whenWords(recent.openedAt, t("start.today"))}</span>
        <span className={styles.recentAction}>{t(handle ? "start.reopen" : "start.locate")}</span>
      </button>
      <Button
        variant="ghost"
        aria-label={t("start.forget", { name: recent.name })}
        icon={<X size={14} strokeWidth={1.5} />}
        onClick={() => void app.forget(recent.digest)}
      />
    </li>
  );
}

function whenWords(at: number, today: string): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === new Date().toDateString()) return `${today} ${time}`;
  return date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

function Opening({ phase }: { readonly phase: Extract<Phase, { kind: "opening" }> }) {
  const { t } = useText();
  const { progress, reading } = phase;
  const fraction = progress && progress.total > 0 ? progress.done / progress.total : undefined;
  const { shown, secondsLeft } = useWorkClock(fraction);
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (event.key === "Escape") phase.cancel();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [phase]);
  if (shown === "quiet") return null;
  return (
    <div role="status">
      <h1 className={styles.title}>{t("opening.title", { name: phase.name })}</h1>
      <div className={styles.progress}>
        <Progress fraction={fraction} label={t("opening.title", { name: phase.name })} />
        <Button size="dialog" keys="Esc" onClick={phase.cancel}>
          {t("opening.cancel")}
        </Button>
      </div>
      <p className={styles.subtitle}>
        {progress?.unit === "bytes"
          ? t(reading === "labels" ? "opening.labels" : "opening.bytes", {
              done: formatBytes(progress.done),
              total: formatBytes(progress.total),
            })
          : t("opening.index")}
        {secondsLeft === undefined ? "" : ` · ${t("status.left", { time: formatDuration(secondsLeft) })}`}
      </p>
    </div>
  );
}

function Failed({ phase }: { readonly phase: Extract<Phase, { kind: "failed" }> }) {
  const app = useApp();
  const { t, either } = useText();
  const { problem } = phase;
  const title = either(`failed.${problem.code}`, either(`problem.${problem.code}`, t("failed.title")));
  return (
    <div role="alert">
      <h1 className={cx(styles.title, styles.failedTitle)}>
        <SeverityIcon severity="error" />
        {title}
      </h1>
      <dl className={styles.failure}>
        <dt>{t("failed.file")}</dt>
        <dd>{phase.name}</dd>
        <dt>{t("failed.found")}</dt>
        <dd>{problem.message}</dd>
        {problem.hint ? (
          <>
            <dt>{t("failed.canDo")}</dt>
            <dd>{problem.hint}</dd>
          </>
        ) : null}
        {problem.offset === undefined ? null : (
          <>
            <dt>{t("failed.offset")}</dt>
            <dd>{formatCount(Number(problem.offset))}</dd>
          </>
        )}
      </dl>
      <DropZone />
      <p className={styles.sample}>
        <button type="button" className={styles.link} onClick={() => void app.close()}>
          {t("failed.back")}
        </button>
      </p>
    </div>
  );
}
