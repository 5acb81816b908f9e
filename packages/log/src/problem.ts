import { LogError, type Problem } from "./types.ts";

/** An error that names a place in the file. `message` must say what was found and what was expected. */
export function logError(
  code: string,
  message: string,
  facts: Omit<Problem, "severity" | "code" | "message"> = {},
): LogError {
  return new LogError(speakable({ severity: "error", code, message, ...facts }));
}

/** A message holds a dozen names at most, and a parser's words about bytes that are anything. */
const longestMessage = 1500;

/** Control characters and those that turn the direction of text have no place in words to people. */
const unprintable = /[\p{Cc}\p{Cf}]/gu;

/** The problem with words that can be shown anywhere: on a page, in a terminal, in a log file. */
export function speakable<P extends Problem>(problem: P): P {
  const { message, hint } = problem;
  const clean = plainWords(message);
  return clean === message && (hint === undefined || plainWords(hint) === hint)
    ? problem
    : { ...problem, message: clean, ...(hint !== undefined && { hint: plainWords(hint) }) };
}

function plainWords(text: string): string {
  const clean = text.replace(unprintable, "\ufffd");
  return clean.length > longestMessage ? `${clean.slice(0, longestMessage - 1)}…` : clean;
}

export const abortError = (): DOMException => new DOMException("The reading was aborted.", "AbortError");

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError();
}

export const isAbort = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "name" in error && error.name === "AbortError";

/** What went wrong as a Problem. Only a LogError is one; an abort or a bug is thrown on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LogError) return error.problem;
  throw error;
}

/** Names from a log are somebody else's: shortened, without control characters, in quotes. */
export function quote(text: string): string {
  // A code point has two units at most: no more of a name of megabytes is looked at.
  const clean = Array.from(text.slice(0, 162).replace(unprintable, "\ufffd"));
  return `'${clean.length > 80 ? clean.slice(0, 77).join("") + "…" : clean.join("")}'`;
}

export const list = (names: readonly string[], most = 12): string =>
  names.length === 0
    ? "nothing"
    : names.slice(0, most).map(quote).join(", ") + (names.length > most ? ` and ${names.length - most} more` : "");

const keyOf = ({ code, topic, offset, file }: Problem): string =>
  `${code} ${topic ?? ""} ${offset ?? ""}${file === undefined ? "" : ` ${file}`}`;

/** A log of a million damaged chunks has one fault, and nobody reads a million lines about it. */
const mostOfACode = 200;

/** Problems, each said once: the same code about the same topic, transform or chunk is kept at its first sight. */
export class ProblemList {
  readonly #byKey = new Map<string, Problem>();
  readonly #ofCode = new Map<string, number>();

  add(problem: Problem, key: string = keyOf(problem)): void {
    if (this.#byKey.has(key)) return;
    const { severity, code } = problem;
    const count = (this.#ofCode.get(code) ?? 0) + 1;
    this.#ofCode.set(code, count);
    if (count <= mostOfACode) this.#byKey.set(key, speakable(problem));
    else if (count === mostOfACode + 1) {
      const message = `There are more than ${mostOfACode} problems of the kind '${code}'; the first of them are listed.`;
      this.#byKey.set(`more ${code}`, { severity, code, message, params: { count: mostOfACode } });
    }
  }

  all(): readonly Problem[] {
    return [...this.#byKey.values()];
  }

  get count(): number {
    return this.#byKey.size;
  }
}

/** The problem of one of several files: said with its name. */
export const inFile = (file: string, problem: Problem): Problem =>
  problem.file === undefined ? { ...problem, message: `${file}: ${problem.message}`, file } : problem;

/** Adds to `list` what is said of one of several files. */
export class FileProblems extends ProblemList {
  readonly #list: ProblemList;
  readonly #file: string;

  constructor(list: ProblemList, file: string) {
    super();
    this.#list = list;
    this.#file = file;
  }

  override add(problem: Problem, key: string = keyOf(problem)): void {
    this.#list.add(inFile(this.#file, problem), `${this.#file} ${key}`);
  }

  override all(): readonly Problem[] {
    return this.#list.all();
  }

  override get count(): number {
    return this.#list.count;
  }
}
