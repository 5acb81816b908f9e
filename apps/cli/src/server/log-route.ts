import type { Context } from "hono";
import { open, type FileHandle } from "node:fs/promises";
import { reasonOf } from "../file-source.ts";
import { parseRange } from "./range.ts";

/** Below 256 KiB a read costs more than its bytes; above 1 MiB nothing is gained. */
const pieceBytes = 1 << 20;

/**
 * Answers GET and HEAD for one file by ranges, streaming: memory holds one piece per request, whatever the file's size.
 * The entity tag is size and modification time, so a page that pinned it notices a log that was changed under it.
 */
export async function serveLog(c: Context, path: string): Promise<Response> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    const reason = reasonOf(error as NodeJS.ErrnoException);
    return c.json({ error: "log-unreadable", message: `${path}: ${reason}` }, 404);
  }
  try {
    const stat = await handle.stat({ bigint: true });
    const size = Number(stat.size);
    const etag = `"${stat.size.toString(16)}-${stat.mtimeNs.toString(16)}"`;
    const headers: Record<string, string> = {
      "accept-ranges": "bytes",
      "cache-control": "no-store",
      "content-type": "application/octet-stream",
      etag,
    };
    const ifRange = c.req.header("if-range");
    const stale = ifRange !== undefined && ifRange !== etag;
    const range = parseRange(stale ? undefined : c.req.header("range"), size);
    if (range.kind === "unsatisfiable") {
      await handle.close();
      return c.body(null, 416, { ...headers, "content-range": `bytes */${size}` });
    }
    const [first, last] = range.kind === "part" ? [range.first, range.last] : [0, size - 1];
    headers["content-length"] = String(last - first + 1);
    if (range.kind === "part") headers["content-range"] = `bytes ${first}-${last}/${size}`;
    const status = range.kind === "part" ? 206 : 200;
    if (c.req.method === "HEAD" || last < first) {
      await handle.close();
      return c.body(null, status, headers);
    }
    return c.body(piecesOf(handle, first, last), status, headers);
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}

/** Bytes `first`…`last` (inclusive), one piece a pull. Owns the handle and closes it at the end, on error, on cancel. */
function piecesOf(handle: FileHandle, first: number, last: number): ReadableStream<Uint8Array> {
  let position = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = new Uint8Array(Math.min(pieceBytes, last + 1 - position));
          const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
          // A file cut short under us: break the connection, so that nobody takes the rest for the whole.
          if (bytesRead === 0) throw new Error(`the log ended at byte ${position}, expected ${last + 1} or more`);
          position += bytesRead;
          controller.enqueue(bytesRead === bytes.length ? bytes : bytes.subarray(0, bytesRead));
          if (position > last) {
            await handle.close();
            controller.close();
          }
        } catch (error) {
          await handle.close().catch(() => undefined);
          controller.error(error);
        }
      },
      async cancel() {
        await handle.close().catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
