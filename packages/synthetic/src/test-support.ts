/** For the tests of this package: a whole simulation in memory. */
import type { TimestampNs } from "@sweepmark/geometry";
import type { SimulatedSweep } from "./lidar.ts";
import { simulate, type SimulateOptions, type Simulation } from "./simulate.ts";

export interface Run extends Simulation {
  readonly log: Uint8Array;
  readonly sweeps: readonly (SimulatedSweep & { readonly frame: number; readonly at: TimestampNs })[];
}

export async function run(options: SimulateOptions): Promise<Run> {
  const parts: Uint8Array[] = [];
  const sweeps: Run["sweeps"][number][] = [];
  const sink = { write: async (bytes: Uint8Array) => void parts.push(bytes) };
  const simulation = await simulate(options, sink, { onSweep: (sweep) => sweeps.push(sweep) });
  return { ...simulation, log: joined(parts), sweeps };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
