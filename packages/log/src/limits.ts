/**
 * What a log may ask of this machine. A log is somebody else's file: every size it declares is compared with one of
 * these before memory is taken for it. All inclusive.
 */
export interface Limits {
  /** One record of the file, or one schema's or message's bytes. */
  readonly maxRecordBytes: number;
  readonly maxSummaryBytes: number;
  /** A chunk, decompressed. */
  readonly maxChunkBytes: number;
  /** Decompressed ÷ compressed; looked at only where the chunk decompresses to more than `ratioFreeBytes`. */
  readonly maxRatio: number;
  readonly ratioFreeBytes: number;
  readonly maxSchemaBytes: number;
  /** All schemas together. */
  readonly maxSchemasBytes: number;
  readonly maxSchemas: number;
  readonly maxChannels: number;
  /** Messages of the topics that are read, over the whole log. */
  readonly maxMessages: number;
  readonly maxPoints: number;
  /** Structures and elements of lists in one message: each may take a hundred bytes of memory for one of the file. */
  readonly maxValues: number;
  /** A message in JSON. */
  readonly maxJsonBytes: number;
  readonly maxImageBytes: number;
  readonly maxImagePixels: number;
  /** Labels of one message, and points of one of its lines. */
  readonly maxLabels: number;
  /** Messages inside messages; schema nesting. */
  readonly maxDepth: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  maxRecordBytes: 1024 * MiB,
  maxSummaryBytes: 256 * MiB,
  maxChunkBytes: 256 * MiB,
  maxRatio: 1000,
  ratioFreeBytes: 16 * MiB,
  maxSchemaBytes: 16 * MiB,
  maxSchemasBytes: 256 * MiB,
  maxSchemas: 65_535,
  maxChannels: 65_535,
  maxMessages: 50_000_000,
  maxPoints: 10_000_000,
  maxValues: 4_000_000,
  maxJsonBytes: 128 * MiB,
  maxImageBytes: 256 * MiB,
  maxImagePixels: 100_000_000,
  maxLabels: 100_000,
  maxDepth: 64,
};

/** A text: a name, a comment, an encoding. Beyond it a decoder would make a string that the engine may refuse. */
export const maxTextBytes = 16 * MiB;
