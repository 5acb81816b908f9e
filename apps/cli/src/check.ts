import type { FrameChoice } from "@sweepmark/log";
import {
  describeIssues,
  parseLabelFile,
  parseRecord,
  type LabelRecord,
  type Ontology,
  type SceneInfo,
} from "@sweepmark/schema";
import { open, readFile, stat } from "node:fs/promises";
import { reasonOf } from "./file-source.ts";
import { choiceOf, type ChoiceArgs } from "./frame-choice.ts";
import { absolute, CliError, exitCodes, printJson, type ExitCode, type Io } from "./io.ts";
import { structuralFaults, type Fault } from "./label-faults.ts";
import { readLabels } from "./labels.ts";
import { logPathsOf, mcapFilesIn, openLogFiles } from "./log-input.ts";
import { ruleWarnings } from "./rule-warnings.ts";
import { openLabelFolder } from "./server/label-folder.ts";

interface Report {
  readonly path: string;
  readonly kind: "labels" | "log" | "unknown";
  /** What is inside, for people: "12 tracks, 340 keyframes". */
  readonly content: string;
  readonly faults: readonly Fault[];
}

export interface CheckArgs extends ChoiceArgs {
  readonly json?: true;
}

/** Names the faults of label files, label folders and logs. Exit 1 when one of them is an error. */
export async function check(io: Io, paths: readonly string[], options: CheckArgs): Promise<ExitCode> {
  const reports: Report[] = [];
  for (const path of paths) reports.push(await reportOf(io, path, choiceOf(options)));
  const bad = reports.some(({ faults }) => faults.some(({ severity }) => severity === "error"));
  if (options.json) {
    printJson(io, bad ? "failed" : "ok", { files: reports });
  } else {
    for (const { path, content, faults } of reports) {
      const errors = faults.filter(({ severity }) => severity === "error").length;
      const verdict = errors > 0 ? `${count(errors, "error")}` : "ok";
      const warnings = faults.length - errors;
      io.out(`${path}: ${[verdict, ...(warnings ? [count(warnings, "warning")] : [])].join(", ")}`);
      io.out(`${content === "" ? "" : ` (${content})`}\n`);
      for (const { severity, code, place, message } of faults)
        io.out(`  ${severity} ${code}${place === "" ? "" : ` ${place}`}: ${message}\n`);
    }
  }
  return bad ? exitCodes.failure : exitCodes.ok;
}

async function reportOf(io: Io, path: string, choice: FrameChoice): Promise<Report> {
  const full = absolute(io, path);
  try {
    if ((await stat(full)).isDirectory()) {
      // The files of one drive, or the labels of one.
      if ((await mcapFilesIn(full)).length > 0) return { path, kind: "log", ...(await checkLog(io, full, choice)) };
      return { path, kind: "labels", ...(await checkFolder(full)) };
    }
    if (await isMcap(full)) return { path, kind: "log", ...(await checkLog(io, full, choice)) };
    if (/\.json$/i.test(path)) return { path, kind: "labels", ...checkLabelText(await readFile(full, "utf8")) };
    const message = "neither a label file (.json), nor a label folder, nor an MCAP log";
    return { path, kind: "unknown", content: "", faults: [fault("not-recognized", "", message)] };
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.badArguments) throw error;
    const { name, code, message } = error as NodeJS.ErrnoException;
    if (code === undefined && !["CliError", "LabelFileError", "LogError"].includes(name)) throw error;
    const words = code === undefined ? message : reasonOf(error as NodeJS.ErrnoException);
    return { path, kind: "unknown", content: "", faults: [fault("unreadable", "", words)] };
  }
}

const fault = (code: string, place: string, message: string): Fault => ({ severity: "error", code, place, message });

/** Every bad record is named, not only the first. */
export function checkLabelText(text: string): Omit<Report, "path" | "kind"> {
  const { scene, ontology } = parseLabelFile(text.trim() === "" ? text : withoutRecords(text));
  const faults: Fault[] = [];
  const records: LabelRecord[] = [];
  for (const [index, value] of (JSON.parse(text) as { records: unknown[] }).records.entries()) {
    try {
      records.push(parseRecord(value));
    } catch (error) {
      for (const line of describeIssues(error as Parameters<typeof describeIssues>[0], `records[${index}]`)) {
        const [place, ...rest] = line.split(": ");
        faults.push(fault("bad-record", place, rest.join(": ")));
      }
    }
  }
  return { content: contentOf(records), faults: [...faults, ...faultsOf(records, ontology, scene)] };
}

/** What a reader could trip over; where there is nothing of the kind, also what is not as the project's rules ask. */
function faultsOf(records: readonly LabelRecord[], ontology: Ontology, scene: SceneInfo): readonly Fault[] {
  const faults = structuralFaults(records, ontology, scene);
  const sound = faults.every(({ severity }) => severity !== "error");
  return sound ? [...faults, ...ruleWarnings(records, ontology, scene)] : faults;
}

/** The text with an empty list of records, so that the head can be judged alone; the text itself where it is damaged. */
function withoutRecords(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "records" in value && Array.isArray(value.records))
      return JSON.stringify({ ...value, records: [] });
  } catch {
    // parseLabelFile says it better.
  }
  return text;
}

async function checkFolder(dir: string): Promise<Omit<Report, "path" | "kind">> {
  const labels = await readLabels(dir);
  const records = [...labels.document.records()];
  const { transactions } = await openLabelFolder(dir).readJournal();
  return {
    content: `${contentOf(records)}, ${count(transactions.length, "transaction")}`,
    faults: [
      ...labels.problems.map((message) => fault("journal", "journal.jsonl", message)),
      ...faultsOf(records, labels.document.ontology, labels.scene),
    ],
  };
}

async function checkLog(io: Io, path: string, choice: FrameChoice): Promise<Omit<Report, "path" | "kind">> {
  const log = await openLogFiles(io, await logPathsOf(io, [path]), choice);
  try {
    await log.reader.scan({ signal: io.signal });
    const { info } = log.reader;
    return {
      content: `${count(info.frames.length, "frame")}, ${count(info.topics.length, "topic")}`,
      faults: info.problems
        .filter(({ severity }) => severity !== "note")
        .map(({ severity, code, topic, file, message, hint }) => ({
          severity: severity === "error" ? "error" : "warning",
          code,
          place: topic ?? file ?? "",
          message: hint === undefined ? message : `${message} ${hint}`,
        })),
    };
  } finally {
    await log.close();
  }
}

async function isMcap(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(5), 0, 5, 0);
    return bytesRead === 5 && buffer.equals(Buffer.from([0x89, 0x4d, 0x43, 0x41, 0x50]));
  } finally {
    await handle.close();
  }
}

function contentOf(records: readonly LabelRecord[]): string {
  const of = (kind: LabelRecord["kind"]) => records.filter((record) => record.kind === kind).length;
  const parts = [count(of("track"), "track"), count(of("keyframe"), "keyframe")];
  if (of("lane-boundary")) parts.push(count(of("lane-boundary"), "lane boundary", "lane boundaries"));
  if (of("lane")) parts.push(count(of("lane"), "lane"));
  return parts.join(", ");
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
