import type { LogFacts } from "./cases.ts";
import type { Result, Spread } from "./measure.ts";

const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms.toFixed(1));

const cell = (spread: Spread | undefined): string =>
  spread ? [spread.minMs, spread.medianMs, spread.p95Ms].map(milliseconds).join(" / ") : "";
const ratio = (a: Spread, b: Spread | undefined): string =>
  b ? `${(a.medianMs / b.medianMs).toFixed(2)}× (${(a.minMs / b.minMs).toFixed(2)}×)` : "";

export function printFacts(facts: readonly LogFacts[]): string {
  return facts
    .map(
      (f) =>
        `${f.log}: ${(f.sizeBytes / 1e6).toFixed(1)} MB, ${f.frames} frames of ${f.pointsPerSweep} points; opening reads ` +
        `${f.openBytes} bytes (${((100 * f.openBytes) / f.sizeBytes).toFixed(1)} %) in ${f.openReads} reads, ` +
        `${f.openChunks} of them chunks; in order ${f.chunksPerFrame.toFixed(2)} chunks and ` +
        `${(f.payloadBytesPerFrame / 1e6).toFixed(2)} MB a frame`,
    )
    .join("\n");
}

/**
 * Milliseconds: best round / median / p95. The ratio of the best rounds stands behind that of the medians: on a machine
 * that does other work, it is the one that says what the code costs.
 */
export function printResults(results: readonly Result[]): string {
  const head = ["", "ours ms", "floor ms", "ours ÷ floor", "plain ms", "plain ÷ ours", ""];
  const lines: string[][] = [];
  let subject = "";
  for (const { ours, floor, plain, ...result } of results) {
    if (result.subject !== subject) lines.push([(subject = result.subject)]);
    lines.push([
      `  ${result.name}`,
      cell(ours),
      cell(floor),
      ratio(ours, floor),
      cell(plain),
      plain ? ratio(plain, ours) : "",
      result.note ?? "",
    ]);
  }
  const all = [head, ...lines];
  const widths = head.map((_, column) =>
    Math.max(...all.map((line) => (line.length === 1 ? 0 : (line[column] ?? "").length))),
  );
  return all
    .map((line) =>
      line
        .map((text, column) =>
          column === 0 || column === 6 ? text.padEnd(widths[column]) : text.padStart(widths[column]),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
