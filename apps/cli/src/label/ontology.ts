import { completeOntology, ontologyUse, setOntology } from "@sweepmark/document";
import { LabelFileError, ontologyPresets, parseOntologyFile, type Ontology } from "@sweepmark/schema";
import { readFile } from "node:fs/promises";
import { reasonOf } from "../file-source.ts";
import { absolute, CliError, exitCodes, plainLine, printJson, type ExitCode, type Io } from "../io.ts";
import { atDesk, type DeskArgs } from "./desk.ts";

export interface OntologyArgs extends DeskArgs {
  /** A file that the ontology editor saved, a label file, or the name of a data set. */
  readonly from: string;
}

/** Gives the labels other classes, attributes and rules. Classes in use that these do not have are kept, and told: exit 3. */
export async function useOntology(io: Io, logs: readonly string[], args: OntologyArgs): Promise<ExitCode> {
  const ontology = await ontologyOf(io, args.from);
  return await atDesk(io, logs, args, async ({ session, labelsDir }) => {
    const asked = new Set(ontology.objects.map(({ id }) => id));
    const uses = ontologyUse(session.document);
    const kept = completeOntology(session.document, { ontology }).objects.flatMap(({ id }) =>
      asked.has(id) ? [] : [{ id, tracks: uses.get(id)?.tracks ?? 0 }],
    );
    session.run(setOntology, { ontology });
    const { objects, lanes } = session.document.ontology;
    if (args.json) {
      printJson(io, "ok", { labels: labelsDir, classes: objects.length, laneClasses: lanes.length, kept });
    } else {
      io.out(`${objects.length} classes, ${lanes.length} lane classes\n`);
      for (const { id, tracks } of kept) io.err(`kept: ${plainLine(id, 200)}, ${tracks} tracks have it\n`);
    }
    return kept.length > 0 ? exitCodes.losses : exitCodes.ok;
  });
}

async function ontologyOf(io: Io, from: string): Promise<Ontology> {
  const preset = ontologyPresets.find(({ id }) => id === from);
  if (preset) return preset.ontology;
  const path = absolute(io, from);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const names = ontologyPresets.map(({ id }) => id).join(", ");
    throw new CliError(`${path}: ${reasonOf(error)} Data sets are ${names}.`, exitCodes.badArguments);
  });
  try {
    return parseOntologyFile(text);
  } catch (error) {
    if (error instanceof LabelFileError) throw new CliError(`${path}: ${error.message}`);
    throw error;
  }
}
