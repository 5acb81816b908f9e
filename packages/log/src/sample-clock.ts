import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import type { Sample } from "./decoders/decoder.ts";

/** Header stamp of what a message says; the latest of several. undefined: it has none, or is of no time. */
export function stampOf(sample: Sample): TimestampNs | undefined {
  switch (sample.kind) {
    case "calibration":
      return undefined;
    case "transforms":
      return sample.steps.reduce<TimestampNs | undefined>(
        (latest, { at }) => (latest === undefined || (at !== undefined && at > latest) ? at : latest),
        undefined,
      );
    default:
      return sample.at;
  }
}

/** The sample with the time of its recording in place of its header stamp. Times within it keep their distances. */
export function byLogTime(sample: Sample, logTime: bigint): Sample {
  const at = timestampNs(logTime);
  switch (sample.kind) {
    case "cloud":
      return { ...sample, at, ...(sample.at !== undefined && { stamp: sample.at }) };
    case "transforms":
      return { ...sample, steps: sample.steps.map((step) => ({ ...step, at })) };
    case "labels": {
      const ahead = at - (sample.at ?? at);
      const moved = <T extends { readonly at: TimestampNs | undefined }>(part: T): T =>
        part.at === undefined ? part : { ...part, at: timestampNs(part.at + ahead) };
      return { ...sample, at, entities: sample.entities.map(moved), deletions: sample.deletions.map(moved) };
    }
    case "image":
    case "video":
    case "fix":
      // Their `open` is a closure over the message: the copy has it, too.
      return { ...sample, at };
    case "calibration":
      return sample;
  }
}
