import { LabelFileError, ontologyFileToText, parseOntologyFile, type Ontology } from "@sweepmark/schema";
import { fileOpen } from "browser-fs-access";
import { saveFile } from "../../app/export.ts";

/** As a download, named after the log. */
export const saveOntology = (logName: string, ontology: Ontology): void =>
  saveFile({
    name: `${logName.replace(/\.mcap$/i, "")}.ontology.json`,
    bytes: new TextEncoder().encode(ontologyFileToText(ontology)),
  });

/** What a chosen file holds, or why it cannot be had, in words. Undefined: none was chosen. */
export async function pickOntology(): Promise<Ontology | string | undefined> {
  try {
    const file = await fileOpen({ description: "JSON", extensions: [".json"], id: "sweepmark-ontology" });
    try {
      return parseOntologyFile(await file.text());
    } catch (error) {
      if (error instanceof LabelFileError) return `${file.name}: ${error.message}`;
      throw error;
    }
  } catch (error) {
    // Closing the dialog is no failure.
    if ((error as { name?: string }).name === "AbortError") return undefined;
    throw error;
  }
}
