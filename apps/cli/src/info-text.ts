import type { Camera, LogInfo, PositionFix, TransformEdge } from "@sweepmark/log";
import type { FrameFacts, Spread } from "./info.ts";
import { plainLine, table } from "./io.ts";

/** The human form of `sweepmark info`: sections of aligned columns, nothing that is not known. */
export function describeInfo(log: LogInfo, facts: FrameFacts): string {
  return [
    overview(log),
    section("Files", log.files.length > 1 ? fileLines(log) : []),
    section("Topics", topicLines(log)),
    section("Frames", frameLines(log, facts)),
    section("Cameras", cameraLines(log.cameras)),
    section("Transforms", treeLines(log)),
    section("Position fixes", fixLines(log)),
    section("Not readable", gapLines(log)),
    section("Problems", problemLines(log)),
  ].join("");
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `\n${title}\n${lines.map((line) => `  ${plainLine(line)}\n`).join("")}`;

function overview(log: LogInfo): string {
  const seconds = Number(log.end - log.start) / 1e9;
  const rows = [
    [log.files.length > 1 ? `${log.files.length} files` : "file", `${log.name}, ${bytes(log.sizeBytes)}`],
    ["time", `${instant(log.start)} to ${instant(log.end)}, ${seconds.toFixed(1)} s`],
    ["written by", log.library || "unknown"],
    ["compression", log.compression.join(", ") || "none"],
    ["digest", log.digest],
  ];
  return `${table(rows)}\n`;
}

const fileLines = ({ files, start }: LogInfo): string[] =>
  table(
    files.map((file) => [
      file.name,
      bytes(file.sizeBytes),
      `${(Number(file.start - start) / 1e9).toFixed(2)} s`,
      `to ${(Number(file.end - start) / 1e9).toFixed(2)} s`,
    ]),
    " >>>",
  ).split("\n");

/** Logs without a wall clock count from zero: their times are no dates. */
function instant(ns: bigint): string {
  const year2000Ms = 946_684_800_000;
  const ms = Number(ns / 1_000_000n);
  if (ms < year2000Ms || ms > 8.64e15) return `${(Number(ns) / 1e9).toFixed(3)} s`;
  return new Date(ms).toISOString().replace("T", " ").replace("Z", " UTC");
}

function bytes(size: bigint): string {
  const value = Number(size);
  if (value < 1e3) return `${value} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(1)} kB`;
  return value < 1e9 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(2)} GB`;
}

const topicLines = ({ topics }: LogInfo): string[] =>
  topics.length === 0
    ? []
    : table(
        [
          ["topic", "role", "messages", "schema", "encoding"],
          ...topics.map(({ topic, role, messageCount, schemaName, messageEncoding }) => [
            topic,
            role,
            String(messageCount),
            schemaName || "–",
            messageEncoding || "–",
          ]),
        ],
        "  >",
      ).split("\n");

function frameLines(log: LogInfo, { count, rateHz, gaps, points }: FrameFacts): string[] {
  if (log.referenceTopic === undefined) return ["none: no topic of a lidar or camera can be read"];
  const what = log.lidarTopic === undefined ? "image" : "sweep";
  const lines = [
    `${count} ${what}${count === 1 ? "" : "s"} of ${log.referenceTopic}${rateHz === undefined ? "" : `, ${rateHz.toFixed(2)} Hz`}`,
  ];
  if (points) lines.push(`points per sweep: ${span(points, (value) => grouped(Math.round(value)))}`);
  if (gaps.length > 0) {
    const shown = gaps
      .slice(0, 3)
      .map(({ afterIndex, seconds }) => `${seconds.toFixed(2)} s after frame ${afterIndex}`);
    lines.push(
      `${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}: ${shown.join(", ")}${gaps.length > 3 ? ", …" : ""}`,
    );
  }
  if (log.choice.clock === "log-times") lines.push("times are those of the log, not the header stamps");
  const others = log.lidarTopics.filter((topic) => topic !== log.lidarTopic);
  if (others.length > 0) lines.push(`further lidars: ${others.join(", ")}`);
  lines.push(
    log.worldName === undefined
      ? "no ego motion in the log: world is ego"
      : `world is "${log.worldName}", ego is "${log.egoName ?? "?"}"`,
  );
  return lines;
}

/** "59 102 (58 877 to 59 301)", one value where all are equal. */
function span({ min, median, max }: Spread, text: (value: number) => string): string {
  return text(min) === text(max) ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, " ");

function cameraLines(cameras: readonly Camera[]): string[] {
  if (cameras.length === 0) return [];
  const rows = cameras.map((camera) => {
    const offset = camera.offsetsMs;
    return [
      camera.id,
      camera.model ? `${camera.model.width} × ${camera.model.height}` : "–",
      String(camera.imageCount),
      ...(offset ? [offset.min, offset.median, offset.max].map(signed) : ["–", "–", "–"]),
      lensOf(camera),
      camera.egoFromCamera ? "yes" : "no",
    ];
  });
  const head = ["camera", "size", "images", "offset ms min", "median", "max", "lens", "placed"];
  return table([head, ...rows], " >>>>>").split("\n");
}

/** Zero has no sign; U+2212 would not line up in every terminal font, so a hyphen it is. */
const signed = (value: number): string => {
  const text = value.toFixed(1);
  return value > 0 && text !== "0.0" ? `+${text}` : text.replace(/^-0\.0$/, "0.0");
};

function lensOf({ model, distortionName }: Camera): string {
  if (!model) return distortionName === undefined || distortionName === "" ? "–" : `${distortionName}, not usable`;
  const { kind } = model.distortion;
  return kind === "none" ? "no distortion" : `${distortionName || kind}`;
}

/** Characters of indentation; no vehicle has so many parts of parts. */
const deepest = 128;

/** The transform tree, roots first; children in the order of their names. */
export function treeLines({
  transforms,
  worldName,
  egoName,
}: Pick<LogInfo, "transforms" | "worldName" | "egoName">): string[] {
  const children = new Map<string, TransformEdge[]>();
  for (const edge of transforms) children.set(edge.parent, [...(children.get(edge.parent) ?? []), edge]);
  const isChild = new Set(transforms.map(({ child }) => child));
  const roots = [...new Set(transforms.map(({ parent }) => parent))].filter((name) => !isChild.has(name)).toSorted();
  const word = (name: string) => (name === worldName ? " (world)" : name === egoName ? " (ego)" : "");
  const lines: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string, indent: string, note: string): void => {
    lines.push(`${indent}${name}${word(name)}${note}`);
    if (seen.has(name) || indent.length > deepest) return; // A loop is a problem of the log, told there.
    seen.add(name);
    for (const edge of (children.get(name) ?? []).toSorted((a, b) => (a.child < b.child ? -1 : 1)))
      visit(edge.child, `${indent}  `, edge.static ? ", static" : ", moving");
  };
  for (const root of roots) visit(root, "", "");
  for (const { parent } of transforms) if (!seen.has(parent)) visit(parent, "", "");
  return lines;
}

/** How many, and the first and last place: degrees, WGS 84. */
export const fixLines = ({ fixes }: Pick<LogInfo, "fixes">): string[] => {
  const place = (fix: PositionFix | undefined): string =>
    fix ? `${fix.latitude.toFixed(6)} ${fix.longitude.toFixed(6)}` : "unknown";
  return fixes.map(({ topic, count, first, last }) => `${topic} ${count}, ${place(first)} → ${place(last)}`);
};

/** Stretches without messages that can be read: seconds since the beginning of the log, and bytes. */
const gapLines = ({ gaps, start, end }: Pick<LogInfo, "gaps" | "start" | "end">): string[] => {
  const second = (at: bigint): string => (Number(at - start) / 1e9).toFixed(2);
  return gaps.map(({ from, to, offset, endOffset, file, reason }) => {
    const until = to === undefined ? "the end" : `${second(to)} s`;
    const place = `${file === undefined ? "" : `${file}, `}bytes ${offset} to ${endOffset}`;
    return `${from === undefined ? "0.00" : second(from < end ? from : end)} s to ${until}: ${place} (${reason.code})`;
  });
};

const problemLines = ({ problems }: LogInfo): string[] =>
  problems.flatMap(({ severity, topic, message, hint }) => {
    const place = topic !== undefined && !message.includes(topic) ? `${topic}: ` : "";
    return [`${severity}: ${place}${message}`, ...(hint === undefined ? [] : [`  ${hint}`])];
  });
