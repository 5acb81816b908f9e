import type { MiddlewareHandler } from "hono";

/**
 * `'wasm-unsafe-eval'` is what the decoders of zstd and lz4 need; `blob:` workers and images are the page's own. Inline
 * styles are what the dock layout and the UI primitives position with.
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "img-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The door. The server listens on this machine only, but every page in the person's browser can reach it too:
 * - a Host other than this machine's name is a rebound domain: refused;
 * - a foreign Origin, or a fetch that the browser marks as cross-site, is another page: refused;
 * - only GET, HEAD and POST exist.
 */
export function guard(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const host = c.req.header("host");
    if (host === undefined || !hosts.includes(host.toLowerCase()))
      return c.text("This server answers to 127.0.0.1 and localhost only.", 403);
    const origin = c.req.header("origin");
    if (origin !== undefined && !hosts.some((name) => origin === `http://${name}`))
      return c.text("Requests from other origins are refused.", 403);
    const site = c.req.header("sec-fetch-site");
    const navigation = c.req.header("sec-fetch-mode") === "navigate" && c.req.method === "GET";
    const isApi = new URL(c.req.url).pathname.startsWith("/api/");
    if (site !== undefined && site !== "same-origin" && site !== "none" && (isApi || !navigation))
      return c.text("Requests from other sites are refused.", 403);
    if (!["GET", "HEAD", "POST"].includes(c.req.method)) {
      return c.text("Method not allowed.", 405, { allow: "GET, HEAD, POST" });
    }
    await next();
    c.header("content-security-policy", contentSecurityPolicy);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("cross-origin-resource-policy", "same-origin");
    c.header("cross-origin-opener-policy", "same-origin");
    if (isApi) c.header("cache-control", "no-store");
  };
}
