import type { Gap } from "./types.ts";

/** The stretches of a log that cannot be read, each once. */
export class GapList {
  readonly #byPlace = new Map<string, Gap>();

  add(gap: Gap): void {
    const key = `${gap.file ?? ""} ${gap.offset}`;
    if (!this.#byPlace.has(key)) this.#byPlace.set(key, gap);
  }

  /** By file, then by place in it. */
  all(): readonly Gap[] {
    return [...this.#byPlace.values()].toSorted((a, b) =>
      a.file === b.file ? Number(a.offset - b.offset) : (a.file ?? "") < (b.file ?? "") ? -1 : 1,
    );
  }

  get count(): number {
    return this.#byPlace.size;
  }
}
