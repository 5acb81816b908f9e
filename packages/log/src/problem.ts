import { LogError, type Problem } from "./types.ts";

/** An error that names a place in the file. `message` must say what was found and what was expected. */
export function logError(
  code: string,
  message: string,
  facts: Omit<Problem, "severity" | "code" | "message"> = {},
): LogError {
  return new LogError({ severity: "error", code, message, ...facts });
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
  const clean = Array.from(text, (c) => (/[\p{Cc}\p{Cf}]/u.test(c) ? "\ufffd" : c));
  return `'${clean.length > 80 ? clean.slice(0, 77).join("") + "…" : clean.join("")}'`;
}

export const list = (names: readonly string[], most = 12): string =>
  names.length === 0
    ? "nothing"
    : names.slice(0, most).map(quote).join(", ") + (names.length > most ? ` and ${names.length - most} more` : "");

/** Problems, each said once: the same code about the same topic, transform or chunk is kept at its first sight. */
export class ProblemList {
  readonly #byKey = new Map<string, Problem>();

  add(problem: Problem, key: string = `${problem.code} ${problem.topic ?? ""} ${problem.offset ?? ""}`): void {
    if (!this.#byKey.has(key)) this.#byKey.set(key, problem);
  }

  all(): readonly Problem[] {
    return [...this.#byKey.values()];
  }

  get count(): number {
    return this.#byKey.size;
  }
}
