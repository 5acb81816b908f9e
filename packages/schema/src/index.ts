export * from "./ids.ts";
export * from "./records.ts";
export * from "./ontology.ts";
export * from "./ontology-record.ts";
export { ontologyFaults, type OntologyFault } from "./ontology-faults.ts";
export { ontologyFileFormat, ontologyFileToText, ontologyFileVersion, parseOntologyFile } from "./ontology-file.ts";
export { ontologyPresets, type OntologyPreset } from "./ontology-presets.ts";
export { classNamed } from "./class-names.ts";
export * from "./labels.ts";
