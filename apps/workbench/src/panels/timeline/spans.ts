import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import { extrapolationNs, type DocumentReader } from "@sweepmark/document";
import type { Keyframe, RecordId, Source, Track } from "@sweepmark/schema";
import { byName } from "../by-name.ts";

/** A stretch of a track's row. Ends undefined: to the end of the log. */
export interface Span {
  readonly from: TimestampNs | undefined;
  readonly to: TimestampNs | undefined;
  /** `between` two keyframes; `beyond` them, where motion leads; `held`: carried over from one; `absent`: not in the scene. */
  readonly kind: "between" | "beyond" | "held" | "absent";
  readonly source: Source;
}

/** Kept by the keyframes, which are the same array until one of them changes: a step must not cut them all anew. */
const known = new WeakMap<readonly Keyframe[], { readonly track: Track; readonly spans: readonly Span[] }>();

export function spansOf(track: Track, keyframes: readonly Keyframe[]): readonly Span[] {
  const kept = known.get(keyframes);
  if (kept?.track === track) return kept.spans;
  const spans = trackSpans(track, keyframes);
  known.set(keyframes, { track, spans });
  return spans;
}

/** The row of one track as the document's rules say (README of document): nothing before the first keyframe, held after the last. */
export function trackSpans(track: Track, keyframes: readonly Keyframe[]): readonly Span[] {
  const first = keyframes.find((keyframe) => keyframe.cuboid !== null);
  if (!first) return [{ from: undefined, to: undefined, kind: "absent", source: "human" }];
  const spans: Span[] = [];
  const goesOn = (index: number, inner: number): boolean =>
    !track.static &&
    (track.beyond ?? "held") !== "held" &&
    !!keyframes.at(index)?.cuboid &&
    inner >= 0 &&
    !!keyframes.at(inner)?.cuboid;
  const start = timestampNs(keyframes[0].at - extrapolationNs);
  const appears = goesOn(0, 1) ? start : keyframes[0].at;
  spans.push({ from: undefined, to: appears, kind: track.static ? "held" : "absent", source: first.source });
  if (appears === start) spans.push({ from: start, to: keyframes[0].at, kind: "beyond", source: first.source });
  keyframes.forEach((keyframe, i) => {
    const next = keyframes.at(i + 1);
    const kind =
      keyframe.cuboid === null ? "absent" : next?.cuboid && !track.static ? "between" : ("held" as Span["kind"]);
    const end = timestampNs(keyframe.at + extrapolationNs);
    const { source } = keyframe;
    if (kind !== "held" || !goesOn(i, i - 1)) return spans.push({ from: keyframe.at, to: next?.at, kind, source });
    const stops = next && next.at < end ? next.at : end;
    spans.push({ from: keyframe.at, to: stops, kind: "beyond", source });
    if (stops === end) spans.push({ from: end, to: next?.at, kind, source });
  });
  return spans;
}

export interface TimelineRow {
  readonly track: Track;
  readonly keyframes: readonly Keyframe[];
  readonly spans: readonly Span[];
}

/** Selected first, then by first keyframe, then by name. */
export function timelineRows(document: DocumentReader, selectedId: RecordId | undefined): readonly TimelineRow[] {
  return document
    .tracks()
    .map((track) => ({ track, keyframes: document.keyframes(track.id) }))
    .toSorted((a, b) => {
      if (a.track.id === selectedId) return -1;
      if (b.track.id === selectedId) return 1;
      const [atA, atB] = [a.keyframes[0]?.at ?? 0n, b.keyframes[0]?.at ?? 0n];
      return atA < atB ? -1 : atA > atB ? 1 : byName(a.track.name, b.track.name);
    })
    .map((row) => ({ ...row, spans: spansOf(row.track, row.keyframes) }));
}
