import { labelFileToText, parseLabelFile } from "@sweepmark/schema";
import type { Format } from "./types.ts";

/** labels.json: the native label form with everything in it: keyframes, flags, ontology, frames. Nothing is lost. */
export const nativeFormat: Format = {
  id: "native",
  title: "Sweepmark labels",
  extensions: [".json"],
  carries: ["cuboid", "lane", "attribute", "keyframe"],
  /** `options.frames` and `laneRangeM` do not apply: labels are not cut. */
  write({ info, document }, options = {}) {
    if (options.signal?.aborted) return Promise.reject(options.signal.reason as Error);
    const text = labelFileToText({ scene: info, ontology: document.ontology, records: [...document.records()] });
    options.onProgress?.(1, 1);
    return Promise.resolve({ files: [{ name: "labels.json", bytes: new TextEncoder().encode(text) }], losses: [] });
  },
};

/** Text of a labels.json → its scene, ontology and records. Throws a LabelFileError that names the place. */
export const readNative = parseLabelFile;
