import {
  createDocument,
  createJournal,
  indexedDbStore,
  openHistory,
  type Journal,
  type JournalStore,
} from "@sweepmark/document";
import { createSession, reopenableLog, usualMemoryBytes, type Session } from "@sweepmark/editor";
import {
  connectLog,
  frameBytes,
  type FrameChoice,
  type LogReader,
  type Progress,
  type ReadOptions,
  type RemoteFile,
  type RemoteSource,
} from "@sweepmark/log";
import { defaultOntology } from "@sweepmark/schema";
import { watchWorld } from "./label-world.ts";
import { takeLogWorker } from "./log-worker.ts";
import {
  choiceOf,
  isDefaultChoice,
  loadLogSettings,
  ofLabels,
  sameChoice,
  storeLogSettings,
  withoutChoice,
  type LogSettings,
} from "./log-settings.ts";
import { browserScanStore } from "./scan-store.ts";
import { fetchServerScene } from "./server-api.ts";
import { serverStore } from "./server-store.ts";
import type { Origin, Workspace } from "./workspace.ts";
import { browserWriter, serverWriter, type Writer, type WriterIntent } from "./writer.ts";

export { followSession } from "./follow.ts";
export { prepareLogWorker } from "./log-worker.ts";

export interface OpenOptions extends ReadOptions {
  readonly intent: WriterIntent;
  readonly frameIndex?: number | undefined;
  /** How much of the labels is read; of the log: `onProgress`. */
  readonly onLabels?: (progress: Progress) => void;
}

/** Log, journal, writer, session: in this order. Rejects with LogError, AbortError, or what the storage says. */
export async function openWorkspace(origin: Origin, options: OpenOptions): Promise<Workspace> {
  const log = await openChosen(origin, options);
  try {
    return await openLabels(origin, log, options);
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** By the settings of the scene, which are known by the digest: only where there are some, the log is opened twice. */
async function openChosen(origin: Origin, options: OpenOptions): Promise<LogReader> {
  const log = await openLog(origin, {}, options);
  const settings = loadLogSettings(log.info.digest);
  if (isDefaultChoice(settings)) return log;
  try {
    const chosen = await openLog(origin, choiceOf(settings), options);
    await log.close();
    return chosen;
  } catch (error) {
    // What was chosen once may be missing now; the log opens all the same, and its settings say how.
    if (options.signal?.aborted) {
      await log.close();
      throw error;
    }
    storeLogSettings(log.info.digest, withoutChoice(settings));
    return log;
  }
}

function openLog(origin: Origin, choice: FrameChoice, { signal, onProgress }: ReadOptions): Promise<LogReader> {
  return connectLog(takeLogWorker, sourceOf(origin), {
    ...choice,
    scanStore: browserScanStore,
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
}

function sourceOf(origin: Origin): RemoteSource {
  const http = (url: string, name: string): RemoteFile => ({
    kind: "http",
    url: new URL(url, location.href).href,
    name,
  });
  switch (origin.kind) {
    case "file":
      return { kind: "blob", blob: origin.file, name: origin.file.name };
    case "files": {
      const files = origin.files.map((file): RemoteFile => ({ kind: "blob", blob: file, name: file.name }));
      return { kind: "files", files, ...(origin.name === undefined ? {} : { name: origin.name }) };
    }
    case "server": {
      const { files, logUrl, logName } = origin.scene;
      if (!files) return http(logUrl, logName);
      return { kind: "files", files: files.map(({ url, name }) => http(url, name)), name: logName };
    }
    case "url":
      return http(origin.url, origin.name);
  }
}

async function openLabels(origin: Origin, opened: LogReader, options: OpenOptions): Promise<Workspace> {
  const log = reopenableLog(opened);
  const { digest } = log.info;
  let settings = loadLogSettings(digest);
  const keep = (patch: Partial<LogSettings>): void => {
    settings = { ...settings, ...patch };
    storeLogSettings(digest, settings);
  };
  let shownBytes = 0;
  const memoryBytes = (): number =>
    settings.memoryMiB === undefined ? usualMemoryBytes(deviceBytes(), shownBytes) : settings.memoryMiB * 1024 * 1024;
  let writer: Writer | undefined;
  let lost = (): void => undefined;
  let lastDurable = (): string | null => null;
  // Where the labels are kept is known to the server only with the digest.
  const place = origin.kind === "server" ? ((await fetchServerScene(digest)) ?? origin.scene) : undefined;
  const acquire = origin.kind === "server" ? serverWriter : browserWriter;
  const answer =
    place?.writable === false
      ? undefined
      : await acquire({
          digest,
          intent: options.intent,
          lastDurable: () => lastDurable(),
          onLost() {
            writer = undefined;
            lost();
          },
        });
  if (answer?.kind === "writer") writer = answer;

  // Loaded after the right was had: nobody writes between the two.
  const store = origin.kind === "server" ? serverStore(() => writer) : indexedDbStore();
  const { labels, history, problems } = await readLabels(store, digest, options).catch((error: unknown) => {
    writer?.release();
    throw error;
  });
  const journal: Journal = createJournal(store, digest, { onState: (state) => session.setSaveState(state) });
  const session = createSession({
    log,
    document: labels,
    history,
    journal,
    memoryBytes: memoryBytes(),
    ...(settings.dismissed && { dismissed: settings.dismissed }),
    onDismissed: (dismissed) => keep({ dismissed }),
    ...(options.frameIndex === undefined ? {} : { frameIndex: options.frameIndex }),
  });
  lastDurable = () => {
    const pending = new Set(journal.pending.map(({ id }) => id));
    return history.transactions.findLast(({ id }) => !pending.has(id))?.id ?? null;
  };
  const measured = session.store.subscribe(({ picturedFrame }) => {
    if (!picturedFrame) return;
    measured();
    shownBytes = frameBytes(picturedFrame);
    session.memory.setBudget(memoryBytes());
  });
  lost = () => session.setReadOnly({ message: "readOnly.takenOver" });
  // A history that could not be replayed made the session read-only already, with its own words.
  if (!history.problem && place?.writable === false)
    session.setReadOnly({ message: "readOnly.unwritable", params: { reason: place.reason ?? place.labelsDir } });
  else if (!history.problem && answer?.kind === "occupied") session.setReadOnly({ message: "readOnly.elsewhere" });

  const world = watchWorld(session, history, { made: () => settings, keep });

  return {
    origin: place && origin.kind === "server" ? { kind: "server", scene: place } : origin,
    session,
    history,
    journal,
    info: log.info,
    get settings() {
      return settings;
    },
    async reopen(next, signal) {
      const reader = sameChoice(next, settings)
        ? undefined
        : await openLog(origin, choiceOf(next), signal ? { signal } : {});
      settings = { ...next, ...ofLabels(settings) };
      storeLogSettings(digest, settings);
      session.memory.setBudget(memoryBytes());
      if (!reader) return;
      const scanned = session.store.getState().frames.every(({ exact }) => exact);
      const closed = log.reopen(reader);
      session.logReopened();
      world.check();
      if (scanned) scanOnceShown(session);
      await closed;
    },
    occupied: answer?.kind === "occupied" ? { since: answer.since } : undefined,
    notices: [...(place?.notices ?? []), ...problems],
    lease: () => writer?.token(),
    async close() {
      world.stop();
      await session.close().catch(() => undefined);
      journal.close();
      writer?.release();
    },
  };
}

/** Rejects with an AbortError, or what the storage says. */
async function readLabels(store: JournalStore, digest: string, { signal, onLabels }: OpenOptions) {
  const cancel = signal ? { signal } : {};
  const { transactions, problems, blocked } = await store.load(digest, {
    ...cancel,
    onProgress: (done, total) => onLabels?.({ done, total, unit: "bytes" }),
  });
  const labels = createDocument(defaultOntology, []);
  const options = { actor: "local", transactions, ...(blocked === undefined ? {} : { blocked }), ...cancel };
  return { labels, history: await openHistory(labels, options), problems };
}

/** What the browser says of the device, in coarse steps up to 8 GiB; some do not say it. */
function deviceBytes(): number | undefined {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? undefined : deviceMemory * 1024 ** 3;
}

/** Every stamp was known before: so it will be again, once the frame that is waited for is there. */
function scanOnceShown(session: Session): void {
  if (!session.store.getState().loading) return void session.scanFrames();
  const stop = session.store.subscribe(({ loading }) => {
    if (loading) return;
    stop();
    void session.scanFrames();
  });
}
