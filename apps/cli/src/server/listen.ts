import { serve } from "@hono/node-server";
import type { Server } from "node:http";
import { CliError } from "../io.ts";
import { createApp, type ServerOptions } from "./app.ts";

export const firstPort = 4173;
const portsTried = 100;

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves on 127.0.0.1 only. Without a wished port: the first free one from 4173.
 *
 * @throws CliError when the wished port is taken, or none of 100 is free.
 */
export async function listen(
  options: Omit<ServerOptions, "port">,
  wishedPort: number | undefined,
): Promise<RunningServer> {
  let port = wishedPort ?? firstPort;
  const app = createApp({ ...options, port: () => port });
  for (;;) {
    try {
      const server = await listenOn(app.fetch, port);
      const address = server.address();
      if (address && typeof address === "object") port = address.port;
      return {
        port,
        url: `http://127.0.0.1:${port}/`,
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const taken = code === "EADDRINUSE" || code === "EACCES";
      if (!taken) throw error;
      if (wishedPort !== undefined) throw new CliError(`Port ${wishedPort} cannot be used: ${message}.`);
      if (++port >= firstPort + portsTried)
        throw new CliError(`No free port from ${firstPort} to ${port - 1}; choose one with --port.`);
    }
  }
}

function listenOn(fetch: Parameters<typeof serve>[0]["fetch"], port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch, port, hostname: "127.0.0.1", serverOptions: { headersTimeout: 10_000, requestTimeout: 60_000 } },
      () => {
        server.off("error", reject);
        resolve(server as Server);
      },
    );
    server.once("error", reject);
  });
}
