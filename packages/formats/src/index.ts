import { arrowFormat } from "./arrow.ts";
import { csvFormat } from "./csv.ts";
import { nativeFormat } from "./native.ts";
import type { Format } from "./types.ts";

export * from "./types.ts";
export { attributesText, perFrameRows, type TrackRow } from "./tracks.ts";
export { defaultLaneRangeM, perFrameLaneRows, type LaneRow } from "./lanes.ts";
export { lossMessages } from "./losses.ts";
export { readTracks, TracksFileError, type ReadTracks } from "./read-tracks.ts";
export { readNative } from "./native.ts";
export { zipFiles } from "./zip.ts";
export { arrowFormat, csvFormat, nativeFormat };

/** In the order in which they are offered. */
export const formats: readonly Format[] = [nativeFormat, csvFormat, arrowFormat];
