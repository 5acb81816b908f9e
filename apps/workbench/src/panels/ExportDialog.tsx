import { sceneInfoOf } from "@sweepmark/editor";
import { formats, type Format, type Loss, type Scene } from "@sweepmark/formats";
import { Check, Download, Terminal } from "lucide-react";
import { useEffect, useState, type KeyboardEvent } from "react";
import { toast } from "sonner";
import { exportCommand, exportScene, packFiles, saveFile } from "../app/export.ts";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { formatBytes, formatCount } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import { Progress } from "../ui/Progress.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import styles from "./ExportDialog.module.css";

type Counting = "count-points" | "leave-out";

/** What a plain run of the format says before anything is written. */
interface Preview {
  readonly losses: readonly Loss[];
  readonly files: readonly string[];
}

/** Format, frames, what the file cannot hold, then the button (ui.md §8). */
export function ExportDialog() {
  const app = useApp();
  const { t } = useText();
  const workspace = useWorkspace();
  const { session } = workspace;
  const frames = useSessionState((state) => state.frames);
  const last = Math.max(0, frames.length - 1);
  const [formatId, setFormatId] = useState<Format["id"]>("native");
  const [range, setRange] = useState<readonly [number, number]>([0, last]);
  const [laneRangeM, setLaneRangeM] = useState(100);
  const [counting, setCounting] = useState<Counting>("count-points");
  const [running, setRunning] = useState<"running" | "idle">("idle");
  const format = formats.find(({ id }) => id === formatId) ?? formats[0];
  const perFrame = format.id !== "native";
  const info = sceneInfoOf(session, frames);
  const wanted = range[0] === 0 && range[1] === last ? undefined : range;
  const preview = usePreview(format, { ready: info !== undefined, frames: wanted, laneRangeM, counting });
  const close = (): void => app.showDialog(undefined);
  const losses = (preview?.losses ?? []).filter(({ code }) => code !== "no-point-counts" || counting === "leave-out");

  const run = async (): Promise<void> => {
    if (!info || running === "running") return;
    setRunning("running");
    // Of cameras that nobody looks at no picture is read, else.
    const looking = counting === "leave-out" ? [] : session.log.info.cameras.map(({ id }) => session.watchCamera(id));
    try {
      const result = await session.job({ message: "job.export", params: { format: format.title } }, (signal, report) =>
        format.write(exportScene(session, info, perFrame ? counting : "leave-out", signal), {
          ...(wanted ? { frames: wanted } : {}),
          laneRangeM,
          signal,
          onProgress: report,
        }),
      );
      if (!result) return;
      const packed = packFiles(workspace.info.name, format.id, result.files);
      saveFile(packed);
      toast.success(t("export.done", { name: packed.name, size: formatBytes(packed.bytes.length) }), {
        description: result.losses.length > 0 ? t("export.doneLosses", { count: result.losses.length }) : undefined,
      });
      close();
    } catch (error) {
      toast.error(t("export.failed"), {
        description: error instanceof Error ? error.message : String(error),
        duration: Number.POSITIVE_INFINITY,
      });
    } finally {
      for (const stop of looking) stop();
      setRunning("idle");
    }
  };
  const copyCommand = (): void => {
    void navigator.clipboard
      .writeText(exportCommand(workspace, { formatId: format.id, frames: wanted, laneRangeM }))
      .then(() => toast.success(t("export.copied")));
  };

  return (
    <Dialog
      open
      onClose={close}
      title={t("export.title")}
      subtitle={[
        t("export.tracks", { count: session.document.tracks().length }),
        t("export.lanes", { count: session.document.laneBoundaries().length }),
        t("export.span", { last }),
      ].join(" · ")}
      icon={<Download size={16} strokeWidth={1.5} />}
      closeText={t("dialog.close")}
      width={760}
    >
      <div
        className={styles.body}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
        }}
      >
        <FormatList value={format.id} onChange={setFormatId} />
        <div className={styles.options}>
          {perFrame ? (
            <>
              <Field label={t("export.frames")}>
                <NumberField
                  label={t("export.firstFrame")}
                  value={range[0]}
                  decimals={0}
                  step={10}
                  min={0}
                  onCommit={(first) => setRange(clampRange(first, range[1], last, "first"))}
                />
                <span className={styles.dim}>–</span>
                <NumberField
                  label={t("export.lastFrame")}
                  value={range[1]}
                  decimals={0}
                  step={10}
                  min={0}
                  onCommit={(end) => setRange(clampRange(range[0], end, last, "last"))}
                />
                <Button variant="ghost" disabled={wanted === undefined} onClick={() => setRange([0, last])}>
                  {t("export.allFrames", { count: frames.length })}
                </Button>
              </Field>
              <Field label={t("export.laneRange")}>
                <NumberField
                  label={t("export.laneRange")}
                  value={laneRangeM}
                  unit="m"
                  decimals={0}
                  step={10}
                  min={1}
                  onCommit={setLaneRangeM}
                />
                <span className={styles.dim}>{t("export.laneRangeHelp")}</span>
              </Field>
              <Field label={t("export.points")}>
                <Segmented
                  label={t("export.points")}
                  value={counting}
                  choices={[
                    { value: "count-points", text: t("export.count") },
                    { value: "leave-out", text: t("export.leaveOut") },
                  ]}
                  onChange={setCounting}
                />
                <span className={styles.dim}>{t("export.countHelp", { count: frames.length })}</span>
              </Field>
            </>
          ) : (
            <p className={styles.dim}>{t("export.nativeHelp")}</p>
          )}
          {info ? <Losses format={format} losses={losses} preview={preview} /> : <Scanning />}
          {running === "running" ? <Running /> : null}
        </div>
      </div>
      <footer className={styles.foot}>
        <span className={styles.dim}>{preview ? t("export.files", { files: preview.files.join(", ") }) : ""}</span>
        <Button size="dialog" variant="ghost" onClick={close}>
          {t("dialog.cancel")}
        </Button>
        <Button size="dialog" icon={<Terminal size={16} strokeWidth={1.5} />} onClick={copyCommand}>
          {t("export.copy")}
        </Button>
        <Button
          size="dialog"
          variant="primary"
          keys="Ctrl+Enter"
          disabled={!info || running === "running"}
          onClick={() => void run()}
        >
          {t("export.run")}
        </Button>
      </footer>
    </Dialog>
  );
}

const clampRange = (first: number, end: number, last: number, changed: "first" | "last"): readonly [number, number] => {
  const a = Math.max(0, Math.min(last, Math.round(first)));
  const b = Math.max(0, Math.min(last, Math.round(end)));
  if (a <= b) return [a, b];
  return changed === "first" ? [a, a] : [b, b];
};

/** The table of boxes is written, and is empty. */
const noViews: Pick<Scene, "viewsAt"> = { viewsAt: async () => [] };

interface PreviewOptions {
  readonly ready: boolean;
  readonly frames: readonly [number, number] | undefined;
  readonly laneRangeM: number;
  readonly counting: Counting;
}

/** A plain run that does not read the log: cheap, and it knows every other loss. */
function usePreview(format: Format, { ready, frames, laneRangeM, counting }: PreviewOptions): Preview | undefined {
  const { session } = useWorkspace();
  const [preview, setPreview] = useState<Preview>();
  const [first, end] = frames ?? [];
  useEffect(() => {
    const info = ready ? sceneInfoOf(session, session.store.getState().frames) : undefined;
    if (!info) return undefined;
    const abort = new AbortController();
    const range = first === undefined || end === undefined ? {} : { frames: [first, end] as const };
    format
      .write(
        { ...exportScene(session, info, "leave-out"), ...(counting === "count-points" && noViews) },
        { ...range, laneRangeM, signal: abort.signal },
      )
      .then(({ losses, files }) => {
        if (!abort.signal.aborted) setPreview({ losses, files: files.map(({ name }) => name) });
      })
      .catch(() => setPreview(undefined));
    return () => abort.abort();
  }, [session, format, ready, first, end, laneRangeM, counting]);
  return preview;
}

function FormatList({
  value,
  onChange,
}: {
  readonly value: Format["id"];
  readonly onChange: (id: Format["id"]) => void;
}) {
  const { t } = useText();
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = formats.findIndex(({ id }) => id === value);
    onChange(formats[(at + by + formats.length) % formats.length].id);
  };
  return (
    <div role="radiogroup" aria-label={t("export.format")} className={styles.formats} onKeyDown={move}>
      {formats.map(({ id, title }) => (
        <button
          type="button"
          role="radio"
          key={id}
          aria-checked={id === value}
          tabIndex={id === value ? 0 : -1}
          className={cx(styles.format, id === value && styles.chosen)}
          onClick={() => onChange(id)}
        >
          <b>{title}</b>
          <span>{t(`export.format.${id}`)}</span>
        </button>
      ))}
    </div>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <div className={styles.value}>{children}</div>
    </div>
  );
}

interface LossesProps {
  readonly format: Format;
  readonly losses: readonly Loss[];
  readonly preview: Preview | undefined;
}

/** Worst first: what concerns most records. Nothing of this is lost in the labels themselves. */
function Losses({ format, losses, preview }: LossesProps) {
  const { t, either } = useText();
  if (!preview) return null;
  if (losses.length === 0)
    return (
      <p className={styles.lossHead}>
        <Check size={16} strokeWidth={1.5} className={styles.ok} />
        <b>{t("export.lossless", { format: format.title })}</b>
      </p>
    );
  return (
    <div>
      <p className={styles.lossHead}>
        <SeverityIcon severity="warning" />
        <b>{t("export.losses", { format: format.title, count: losses.length })}</b>
        <span className={styles.dim}>{t("export.lossesEffect")}</span>
      </p>
      <ul className={styles.losses}>
        {losses
          .toSorted((a, b) => b.count - a.count)
          .map((loss) => (
            <li key={loss.code}>
              <span>{either(`loss.${loss.code}`, loss.message, loss.params)}</span>
              <span className={styles.count}>{formatCount(loss.count)}</span>
            </li>
          ))}
      </ul>
    </div>
  );
}

/** Exact stamps are needed first: reads every sweep's header, once a log. */
function Scanning() {
  const { t } = useText();
  const { session } = useWorkspace();
  const job = useSessionState((state) => state.jobs.find(({ label }) => label.message === "job.scan"));
  useEffect(() => {
    if (!session.store.getState().jobs.some(({ label }) => label.message === "job.scan")) void session.scanFrames();
  }, [session]);
  return (
    <div className={styles.work}>
      <span>{t("export.scanning")}</span>
      <Progress fraction={job && job.total > 0 ? job.done / job.total : undefined} label={t("export.scanning")} />
    </div>
  );
}

function Running() {
  const { t } = useText();
  const job = useSessionState((state) => state.jobs.find(({ label }) => label.message === "job.export"));
  if (!job) return null;
  return (
    <div className={styles.work}>
      <span>{t("export.running", { done: formatCount(job.done), total: formatCount(job.total) })}</span>
      <Progress fraction={job.total > 0 ? job.done / job.total : undefined} label={t("export.title")} />
      <Button variant="ghost" onClick={() => job.cancel()}>
        {t("status.cancel")}
      </Button>
    </div>
  );
}
