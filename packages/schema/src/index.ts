export * from "./ids.ts";
export * from "./records.ts";
export * from "./ontology.ts";
export * from "./labels.ts";
