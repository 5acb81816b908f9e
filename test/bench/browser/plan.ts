/** What is measured of one log, as Node has found it out. Crosses into the page as JSON. */
export interface Plan {
  readonly subject: string;
  readonly rounds: number;
  /** Only cases whose name holds this. */
  readonly only: string;
  /** The reads of opening, the first frame included. */
  readonly open: Traced;
  /** Each frame asked for by a reader that has read nothing but what opening reads. */
  readonly fresh: readonly Traced[];
  /** Frame after frame, one reader. */
  readonly inOrder: readonly Traced[];
  /** Of each frame, and one after the last message; nanoseconds in decimal. */
  readonly logTimes: readonly string[];
}

export interface Traced {
  readonly reads: readonly { readonly offset: number; readonly length: number }[];
  /** Bytes of the arrays that a frame hands out. */
  readonly payloadBytes: number;
}
