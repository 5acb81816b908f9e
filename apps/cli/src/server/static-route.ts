import type { Context } from "hono";
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";

const mimeTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * The file of a URL path inside `root`, or undefined: dot segments, NUL, backslashes, drive letters, and links that lead
 * out of `root` have none.
 *
 * @param pathname percent-encoded, as in the request line.
 */
export async function fileInside(root: string, pathname: string): Promise<string | undefined> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (/[\0\\:]/.test(decoded)) return undefined;
  const segments = decoded.split("/").filter((segment) => segment !== "");
  if (segments.some((segment) => segment.startsWith("."))) return undefined;
  try {
    const [base, real] = await Promise.all([realpath(root), realpath(join(root, ...segments))]);
    if (!real.startsWith(base + sep)) return undefined;
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Serves the built workbench. Vite names what is under assets/ by content, so it may be kept for ever. */
export async function serveStatic(c: Context, root: string): Promise<Response> {
  const pathname = new URL(c.req.url).pathname;
  const path = await fileInside(root, pathname === "/" ? "/index.html" : pathname);
  if (!path) return c.text("Not found.", 404);
  const bytes = await readFile(path);
  const headers = {
    "content-type": mimeTypes[extname(path).toLowerCase()] ?? "application/octet-stream",
    "content-length": String(bytes.length),
    "cache-control": pathname.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  };
  return c.req.method === "HEAD" ? c.body(null, 200, headers) : c.body(bytes, 200, headers);
}
