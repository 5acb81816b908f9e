import {
  createDocument,
  createJournal,
  editMessages,
  encodeJournalLine,
  JournalRefusedError,
  openHistory,
  type JournalStore,
} from "@sweepmark/document";
import { createSession, editorMessages, sceneInfoOf, type Session } from "@sweepmark/editor";
import { defaultOntology } from "@sweepmark/schema";
import { createInstance } from "i18next";
import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { choiceOf, refuseOther, type ChoiceArgs } from "../frame-choice.ts";
import { absolute, CliError, plainLine, progress, type Io } from "../io.ts";
import { logPathsOf, openLogFiles, type OpenedLog } from "../log-input.ts";
import { claimFolder, findLabels, userDataDir } from "../server/label-home.ts";
import type { LabelFolder } from "../server/label-folder.ts";
import { staleAfterMs, writerLock } from "../server/writer-lock.ts";

export interface DeskArgs extends ChoiceArgs {
  /** Folder of the labels, instead of the one that the workbench would take. */
  readonly labels?: string;
  readonly json?: true;
}

/** The labels of a log as the workbench has them open, without a screen: nobody else writes them meanwhile. */
export interface Desk {
  readonly session: Session;
  readonly labelsDir: string;
  /** What the session had to say so far, in words, and no more next time. */
  takeNotices(): readonly string[];
}

/**
 * Opens a log and its labels, lets `work` edit them as a person would, and closes both: every edit is on the disk then, and
 * one step of undo in the workbench.
 *
 * @throws CliError where somebody else edits these labels, or they cannot be written.
 */
export async function atDesk<Result>(
  io: Io,
  logs: readonly string[],
  args: DeskArgs,
  work: (desk: Desk) => Promise<Result>,
): Promise<Result> {
  const paths = await logPathsOf(io, logs);
  const log = await openLogFiles(io, paths, choiceOf(args));
  try {
    const { digest } = log.reader.info;
    const place = await findLabels(
      {
        logPath: paths.home,
        dataDir: userDataDir(io.env),
        ...(args.labels !== undefined && { labelsDir: absolute(io, args.labels) }),
      },
      digest,
    );
    for (const notice of place.notices) io.err(`${plainLine(notice)}\n`);
    const scene = await place.folder.scene();
    if (scene) refuseOther(scene, { clock: log.reader.info.choice.clock, worldName: log.reader.info.worldName });
    if (!place.writable) throw new CliError(`labels cannot be saved. ${place.reason ?? ""}`);
    return await asWriter(place.folder, async (folder) => {
      await claimFolder(folder, digest, log.reader.info.name);
      return await withSession(io, log, folder, work);
    });
  } finally {
    await log.close();
  }
}

/** Holds the folder's lock while `work` goes on. Who takes it meanwhile is the writer: nothing more is appended then. */
async function asWriter<Result>(folder: LabelFolder, work: (folder: LabelFolder) => Promise<Result>): Promise<Result> {
  const { dir } = folder;
  const lock = writerLock(dir);
  const other = await lock.acquire(`sweepmark label, ${userInfo().username}`, randomBytes(16).toString("hex"), "ask");
  if (other)
    throw new CliError(
      `${dir}: these labels are being edited (${plainLine(other.holder, 200)}, since ${other.since}). Close them there first.`,
    );
  const renewing = setInterval(() => void lock.renew(), staleAfterMs / 3);
  try {
    return await work({
      ...folder,
      async append(body) {
        if (!(await lock.isOurs())) throw new JournalRefusedError(`${dir}: somebody else has taken these labels over`);
        return await folder.append(body);
      },
    });
  } catch (error) {
    if (error instanceof JournalRefusedError) throw new CliError(`${error.message}; what was not yet written is lost.`);
    throw error;
  } finally {
    clearInterval(renewing);
    await lock.release();
  }
}

async function withSession<Result>(
  io: Io,
  { reader }: OpenedLog,
  folder: LabelFolder,
  work: (desk: Desk) => Promise<Result>,
): Promise<Result> {
  const { transactions, problems, blocked } = await folder.readJournal();
  for (const problem of problems) io.err(`${plainLine(problem)}\n`);
  const document = createDocument(defaultOntology);
  const history = await openHistory(document, {
    actor: "sweepmark label",
    transactions,
    ...(blocked !== undefined && { blocked }),
  });
  if (history.problem) throw new CliError(`${folder.dir}: ${history.problem.message}`);
  const { digest } = reader.info;
  const journal = createJournal(folderStore(folder), digest);
  const session = createSession({ log: reader, document, history, journal, memoryBytes: reader.memory.budgetBytes });
  const stop = (): void => session.store.getState().jobs.forEach((job) => job.cancel());
  io.signal.addEventListener("abort", stop);
  const bar = showJobs(io, session);
  const notices: string[] = [];
  const unsubscribe = session.store.subscribe(({ notice }, before) => {
    if (notice && notice.serial !== before.notice?.serial) notices.push(inWords(notice.label));
  });
  try {
    const frames = await session.scanFrames();
    io.signal.throwIfAborted();
    const result = await work({ session, labelsDir: folder.dir, takeNotices: () => notices.splice(0) });
    await journal.settled();
    const scene = frames && sceneInfoOf(session, frames);
    if (scene) await folder.saveScene(scene);
    return result;
  } finally {
    unsubscribe();
    bar.end();
    io.signal.removeEventListener("abort", stop);
    // What could not be written was said by `settled`.
    await session.close().catch(() => undefined);
    journal.close();
  }
}

const folderStore = (folder: LabelFolder): JournalStore => ({
  kind: "server",
  load: () => folder.readJournal(),
  async append(_digest, transactions) {
    await folder.append(transactions.map(encodeJournalLine).join(""));
  },
});

/** Draws the job under way on a terminal. */
function showJobs(io: Io, session: Session): { end(): void } {
  let shown: { readonly id: string; readonly bar: ReturnType<typeof progress> } | undefined;
  const unsubscribe = session.store.subscribe(({ jobs }) => {
    const job = jobs.at(-1);
    if (shown && shown.id !== job?.id) {
      shown.bar.end();
      shown = undefined;
    }
    if (!job) return;
    shown ??= { id: job.id, bar: progress(io, inWords(job.label)) };
    shown.bar.report(job.done, job.total);
  });
  return {
    end() {
      unsubscribe();
      shown?.bar.end();
    },
  };
}

const words = createInstance();
void words.init({
  lng: "en",
  resources: { en: { translation: { ...editMessages, ...editorMessages } } },
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
});

/** As the workbench says it. */
export const inWords = ({ message, params }: { readonly message: string; readonly params?: object }): string =>
  plainLine(words.t(message, { ...params }));

/** Goes to a frame and waits until it is shown. */
export async function showFrame({ store, goTo }: Session, index: number): Promise<void> {
  const { frames } = store.getState();
  if (index >= frames.length) throw new CliError(`frame ${index}: the log's frames are 0 to ${frames.length - 1}.`);
  goTo(index);
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      const { frame, loading, frameProblem } = store.getState();
      if (frameProblem) return settle(() => reject(new CliError(`frame ${index}: ${frameProblem.message}`)));
      if (frame?.index === index && !loading) settle(resolve);
    };
    const unsubscribe = store.subscribe(look);
    const settle = (done: () => void): void => {
      unsubscribe();
      done();
    };
    look();
  });
}
