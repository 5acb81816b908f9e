import type { RecordId } from "@sweepmark/schema";

/** What a link may say about where to look. */
export interface DeepLink {
  /** Path of a log on the server that served this page. */
  readonly src?: string;
  readonly frame?: number;
  /** Id or name of a track. */
  readonly track?: string;
}

export function parseLink(search: string): DeepLink {
  const params = new URLSearchParams(search);
  const frame = params.get("frame");
  return {
    ...(params.get("src") ? { src: params.get("src")! } : {}),
    ...(frame !== null && /^\d{1,9}$/.test(frame) ? { frame: Number(frame) } : {}),
    ...(params.get("track") ? { track: params.get("track")! } : {}),
  };
}

/** The search part that leads back here; parameters that are not ours are kept. */
export function formatLink(search: string, frame: number, trackId: RecordId | undefined): string {
  const params = new URLSearchParams(search);
  params.set("frame", String(frame));
  if (trackId) params.set("track", trackId);
  else params.delete("track");
  return `?${params.toString().replaceAll("%3A", ":").replaceAll("%2F", "/")}`;
}
