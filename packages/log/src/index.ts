export * from "./types.ts";
export { openLog, type OpenOptions } from "./open-log.ts";
export { bytesSource } from "./sources/bytes.ts";
export { blobSource } from "./sources/blob.ts";
export { httpSource, type HttpOptions } from "./sources/http.ts";
export { defaultLimits, type Limits } from "./limits.ts";
export { connectLog, type ConnectOptions, type LogWorker } from "./worker/connect.ts";
export { createLogWorker } from "./create-worker.ts";
export type { RemoteSource } from "./worker/protocol.ts";
