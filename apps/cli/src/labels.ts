import { createDocument, createHistory, type DocumentReader } from "@sweepmark/document";
import { defaultOntology, parseLabelFile, type SceneInfo } from "@sweepmark/schema";
import { readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { reasonOf } from "./file-source.ts";
import { CliError } from "./io.ts";
import { openLabelFolder } from "./server/label-folder.ts";

/** Labels as a verb takes them, whatever they lay in. */
export interface Labels {
  readonly kind: "file" | "folder";
  readonly scene: SceneInfo;
  readonly document: DocumentReader;
  /** What could not be read of a journal, in words. Labels are those of the readable part. */
  readonly problems: readonly string[];
  /** Where the log may lie, likeliest first. */
  readonly logCandidates: readonly string[];
}

/**
 * Reads a label file (`.json`) or a label folder (`<log>.sweepmark`).
 *
 * @throws CliError when there is nothing of the kind at `path`; LabelFileError when the file is damaged.
 */
export async function readLabels(path: string): Promise<Labels> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${path}: ${reasonOf(error)}`);
  });
  return there.isDirectory() ? readFolder(path) : readLabelFile(path);
}

async function readLabelFile(path: string): Promise<Labels> {
  const { scene, ontology, records } = parseLabelFile(await readFile(path, "utf8"));
  return {
    kind: "file",
    scene,
    document: createDocument(ontology, records),
    problems: [],
    logCandidates: scene.logName === "" ? [] : [join(dirname(path), basename(scene.logName))],
  };
}

async function readFolder(dir: string): Promise<Labels> {
  const folder = openLabelFolder(dir);
  const scene = await folder.scene().catch((error: Error) => {
    throw new CliError(`${join(dir, "scene.json")}: ${error.message}`);
  });
  const journal = await folder.readJournal();
  if (!scene && journal.transactions.length === 0 && journal.problems.length === 0)
    throw new CliError(`${dir}: no labels here (expected scene.json and journal.jsonl).`);
  const document = createDocument(defaultOntology);
  const history = createHistory(document, {
    actor: "sweepmark",
    transactions: journal.transactions,
    ...(journal.blocked !== undefined && { blocked: journal.blocked }),
  });
  const parent = dirname(dir);
  const named = [basename(dir).replace(/\.sweepmark$/, ""), basename(scene?.logName ?? "")];
  const logs = (await readdir(parent)).filter((name) => name.endsWith(".mcap")).toSorted();
  return {
    kind: "folder",
    scene: scene ?? { digest: "", logName: "", frames: [] },
    document,
    problems: [...journal.problems, ...(history.problem ? [history.problem.message] : [])],
    logCandidates: [...new Set([...named, ...logs])].filter((name) => name !== "").map((name) => join(parent, name)),
  };
}
