#!/usr/bin/env node
// Runs the command line from its TypeScript source: nothing has to be built before `npx sweepmark` works.
import { register } from "tsx/esm/api";

register();
const { main } = await import("../src/main.ts");
await main(process.argv.slice(2));
