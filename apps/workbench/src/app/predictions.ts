import { showPredictions, type Session } from "@sweepmark/editor";
import { predictionsUrl, reasonOf } from "./server-api.ts";

/** Shows what the server was told to show. */
export async function fetchPredictions(session: Session, name: string): Promise<void> {
  const response = await fetch(predictionsUrl).catch(() => undefined);
  if (response?.ok) return await openPredictions(session, new File([await response.blob()], name));
  const reason = response ? await reasonOf(response) : "";
  session.notify({ message: "notice.predictions-unreadable", params: { name, reason } });
}

/** Shows the tracks of a file; says what is wrong with one that has none. What reads tables is loaded when it is needed. */
export async function openPredictions(session: Session, file: File): Promise<void> {
  const { readTracks, TracksFileError } = await import("@sweepmark/formats");
  try {
    await showPredictions(session, file.name, readTracks(file.name, new Uint8Array(await file.arrayBuffer())));
  } catch (error) {
    if (!(error instanceof TracksFileError)) throw error;
    session.notify({ message: "notice.predictions-unreadable", params: { name: file.name, reason: error.message } });
  }
}
