import { encodeJournalLine, JournalRefusedError, readJournal, type JournalStore } from "@sweepmark/document";
import { journalUrl, reasonOf } from "./server-api.ts";
import type { Writer } from "./writer.ts";

/**
 * The journal in a folder beside the log, through the local server. An append resolves when the server has flushed it
 * to disk. 409 means that the lease ran out or was taken: if nobody wrote meanwhile it is asked for again, else this
 * tab stops writing.
 */
export function serverStore(writer: () => Writer | undefined): JournalStore {
  const send = (digest: string, token: string, body: string): Promise<Response> =>
    fetch(journalUrl(digest), {
      method: "POST",
      headers: { "content-type": "text/plain", "x-sweepmark-lease": token },
      body,
    });
  return {
    kind: "server",
    async load(digest, options) {
      const response = await fetch(journalUrl(digest), {
        cache: "no-store",
        ...(options?.signal && { signal: options.signal }),
      });
      if (!response.ok) throw new Error(await reasonOf(response));
      const total = Number(response.headers.get("content-length")) || undefined;
      return await readJournal(response.body ? piecesOf(response.body) : [], options, total);
    },
    async append(digest, transactions) {
      const body = transactions.map(encodeJournalLine).join("");
      const token = writer()?.token();
      if (token === undefined) throw new JournalRefusedError("another tab writes to this scene");
      let response = await send(digest, token, body);
      if (response.status === 409 && (await writer()?.recover())) {
        const renewed = writer()?.token();
        if (renewed !== undefined) response = await send(digest, renewed, body);
      }
      if (response.status === 409) throw new JournalRefusedError("another tab took this scene over");
      if (!response.ok) throw new Error(await reasonOf(response));
    },
  };
}

/** Not every browser can iterate over a stream. */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}
