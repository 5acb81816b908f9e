import { ProblemList } from "../problem.ts";
import type { CheckedSource } from "../sources/checked.ts";
import type { Contents } from "./contents.ts";
import { packScan, unpackScan } from "./packed-scan.ts";
import { scanForward, type ScanOptions } from "./scan-forward.ts";
import { digestOf, type Head } from "./summary.ts";

/**
 * Keeps what scans found, so that a file without an index is read whole only once. Keeps bytes under names and knows
 * nothing of them; may forget at any time. A failure to load or save is no failure of the log.
 */
export interface ScanStore {
  load(key: string): Promise<Uint8Array | undefined>;
  save(key: string, bytes: Uint8Array): Promise<void>;
}

/** Smaller files are scanned faster than this is looked up. */
const leastBytes = 1024 * 1024;
const edgeBytes = 64 * 1024;

/** What a scan of the file finds, out of the store where it was scanned before. */
export async function scanOnce(
  source: CheckedSource,
  head: Head,
  options: ScanOptions & { readonly scanStore?: ScanStore | undefined },
): Promise<Contents> {
  const { scanStore, limits, problems, signal } = options;
  if (!scanStore || source.sizeBytes < BigInt(leastBytes)) return await scanForward(source, head, options);
  // Not by its name: a copy elsewhere is the same file. The middle is not looked at, but a changed file has another
  // version (time of modification, ETag) where that is known; otherwise its chunks fail their checksums as they are read.
  const ends = [
    await source.read(0n, edgeBytes, signal),
    await source.read(source.sizeBytes - BigInt(edgeBytes), edgeBytes, signal),
  ];
  const key = digestOf(source.sizeBytes, ...ends, new TextEncoder().encode(`scan ${source.version ?? ""}`));
  const kept = await scanStore.load(key).catch(() => undefined);
  const known = kept && unpackScan(kept, source.sizeBytes, limits);
  if (known) {
    for (const problem of known.problems) problems.add(problem);
    return known.contents;
  }
  const said = new ProblemList();
  const contents = await scanForward(source, head, { ...options, problems: said });
  for (const problem of said.all()) problems.add(problem);
  // Nobody waits for it: the log is open already.
  void scanStore.save(key, packScan({ contents, problems: said.all() })).catch(() => undefined);
  return contents;
}
