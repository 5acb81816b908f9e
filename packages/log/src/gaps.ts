import { inFile } from "./problem.ts";
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

/** Adds to `list` the gaps of one of several files. */
export class FileGaps extends GapList {
  readonly #list: GapList;
  readonly #file: string;

  constructor(list: GapList, file: string) {
    super();
    this.#list = list;
    this.#file = file;
  }

  override add(gap: Gap): void {
    super.add(gap);
    this.#list.add({ ...gap, file: this.#file, reason: inFile(this.#file, gap.reason) });
  }
}
