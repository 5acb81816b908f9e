import { LabelFileError, labelFileFormat, parseLabelFile } from "./labels.ts";
import { ontologySchema, type Ontology } from "./ontology.ts";
import { ontologyFaults } from "./ontology-faults.ts";
import { describeIssues } from "./records.ts";

export const ontologyFileFormat = "sweepmark-ontology";
export const ontologyFileVersion = 1;

/** The classes, attributes and rules of a project as one JSON file, to carry them to its other logs. */
export const ontologyFileToText = (ontology: Ontology): string =>
  `${JSON.stringify({ format: ontologyFileFormat, version: ontologyFileVersion, ontology }, undefined, 2)}\n`;

/**
 * The ontology of a file of {@link ontologyFileToText}, or of a label file.
 *
 * @throws LabelFileError naming the place: `ontology.objects[3].usualSize[1]: expected …`.
 */
export function parseOntologyFile(text: string): Ontology {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new LabelFileError(`not JSON: ${(error as Error).message}`);
  }
  const { format, version, ontology } = (json ?? {}) as Readonly<Record<string, unknown>>;
  if (format === labelFileFormat) return parseLabelFile(text).ontology;
  if (format !== ontologyFileFormat)
    throw new LabelFileError(`format: found ${JSON.stringify(format) ?? "none"}, expected "${ontologyFileFormat}"`);
  if (version !== ontologyFileVersion)
    throw new LabelFileError(
      `version: found ${JSON.stringify(version) ?? "none"}, this program reads ${ontologyFileVersion}`,
    );
  const parsed = ontologySchema.safeParse(ontology);
  if (!parsed.success) throw new LabelFileError(describeIssues(parsed.error, "ontology").join("; "));
  const [fault] = ontologyFaults(parsed.data);
  if (fault) {
    const of = fault.attributeId === undefined ? "" : `, attribute ${fault.attributeId}`;
    const value = fault.value === undefined ? "" : ` (${fault.value})`;
    throw new LabelFileError(`class ${fault.classId}${of}: ${fault.fault.replaceAll("-", " ")}${value}`);
  }
  return parsed.data;
}
