import { countsAt, viewsOf } from "@sweepmark/assist";
import type { Session } from "@sweepmark/editor";
import type { Frame } from "@sweepmark/log";
import { zipFiles, type Scene, type WrittenFile } from "@sweepmark/formats";
import type { SceneInfo } from "@sweepmark/schema";
import type { Workspace } from "./workspace.ts";

/** The scene as the formats read it; `counting`: lidar points are counted and pictures looked at, which reads every frame. */
export function exportScene(
  session: Session,
  info: SceneInfo,
  counting: "count-points" | "leave-out",
  signal?: AbortSignal,
): Scene {
  const scene = { info, document: session.document };
  if (counting === "leave-out") return scene;
  const { log } = session;
  const of = async <Result>(frameIndex: number, take: (frame: Frame) => Result): Promise<Result> => {
    const frame = await log.frame(frameIndex, signal ? { signal } : {});
    const taken = take(frame);
    log.release(frame);
    return taken;
  };
  return {
    ...scene,
    countPoints: (frameIndex, cuboids) => of(frameIndex, (frame) => countsAt(frame, cuboids)),
    viewsAt: (frameIndex) => of(frameIndex, (frame) => viewsOf(frame, log.info.cameras)),
  };
}

/** One file as it is, several as a zip, named after the log. */
export function packFiles(logName: string, formatId: string, files: readonly WrittenFile[]): WrittenFile {
  const stem = logName.replace(/\.mcap$/i, "");
  if (files.length === 1) {
    const [file] = files;
    const name = formatId === "native" ? `${stem}.labels.json` : `${stem}.${file.name}`;
    return { name, bytes: file.bytes };
  }
  return { name: `${stem}.${formatId}.zip`, bytes: zipFiles(files) };
}

/** As a download: it needs no permission after long work, unlike the save dialog, and lands where people look. */
export function saveFile({ name, bytes }: WrittenFile): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export interface CommandOptions {
  readonly formatId: string;
  readonly frames: readonly [first: number, last: number] | undefined;
  readonly laneRangeM: number;
}

/** The same export by the CLI, from the folder that holds the log. */
export function exportCommand({ origin, info }: Workspace, { formatId, frames, laneRangeM }: CommandOptions): string {
  const stem = info.name.replace(/\.mcap$/i, "");
  const labels = origin.kind === "server" ? origin.scene.labelsDir : `${stem}.labels.json`;
  return [
    "npx sweepmark export",
    quote(labels),
    `-o ${quote(formatId === "native" ? `${stem}.labels.json` : `${stem}.${formatId}`)}`,
    `--format ${formatId}`,
    ...(origin.kind === "server" ? [] : [`--log ${quote(info.name)}`]),
    ...(frames ? [`--frames ${frames[0]}:${frames[1]}`] : []),
    ...(laneRangeM === 100 ? [] : [`--lane-range ${laneRangeM}`]),
  ].join(" ");
}

const quote = (path: string): string => (/^[\w./:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
