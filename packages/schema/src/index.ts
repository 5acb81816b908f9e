export * from "./ids.ts";
export * from "./records.ts";
export * from "./ontology.ts";
export { classNamed } from "./class-names.ts";
export * from "./labels.ts";
