import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** What a verb may touch of the outside world. Tests hand in their own. */
export interface Io {
  /** Results. */
  out(text: string): void;
  /** Diagnostics and progress. */
  err(text: string): void;
  /** Whether a person watches the diagnostics: only then is progress drawn. */
  readonly watched: "terminal" | "pipe";
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Fires when the person interrupts (Ctrl+C). */
  readonly signal: AbortSignal;
}

/** The exit codes, as `mcap` has them. */
export const exitCodes = { ok: 0, failure: 1, badArguments: 2, losses: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An end that a verb chose: one sentence for people, and its exit code. Anything else that is thrown is a bug. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode = exitCodes.failure) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const version: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;

export const absolute = (io: Io, path: string): string => resolve(io.cwd, path);

/** The one shape of every `--json` answer; `schema` grows when a field changes its meaning. Nanoseconds are strings. */
export function printJson(io: Io, ok: "ok" | "failed", value: object): void {
  const answer = { tool: "sweepmark", version, schema: 1, ok: ok === "ok", ...value };
  io.out(`${JSON.stringify(answer, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item), 2)}\n`);
}

/** A line that is redrawn in place, on a terminal only. Call `end` before anything else is printed. */
export function progress(io: Io, title: string): { report(done: number, total: number): void; end(): void } {
  if (io.watched === "pipe") return { report: () => undefined, end: () => undefined };
  let shown = -1;
  return {
    report(done, total) {
      const percent = total > 0 ? Math.floor((done / total) * 100) : 0;
      if (percent === shown) return;
      shown = percent;
      io.err(`\r${title} ${String(percent).padStart(3)} %`);
    },
    end() {
      if (shown >= 0) io.err(`\r${" ".repeat(title.length + 6)}\r`);
    },
  };
}

/** The longest cell that a table shows whole. */
const longestCell = 200;

/**
 * Words out of a log as part of one line of a terminal: what breaks the line, moves the cursor or turns the text around is
 * shown as U+FFFD; `longest` characters at most.
 */
export const plainLine = (text: string, longest = 2000): string => {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
};

/** Columns padded to their widest cell, two spaces apart, nothing after the last. `>` in `align`: to the right. */
export function table(written: readonly (readonly string[])[], align = ""): string {
  const rows = written.map((row) => row.map((cell) => plainLine(cell, longestCell)));
  const widths = (rows[0] ?? []).map((_, column) => rows.reduce((most, row) => Math.max(most, row[column].length), 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (align[column] === ">" ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
