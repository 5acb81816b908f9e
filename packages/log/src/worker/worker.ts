import { expose } from "comlink";
import { LogHost } from "./host.ts";

// The entry of the worker: see ../create-worker.ts.
expose(new LogHost());
