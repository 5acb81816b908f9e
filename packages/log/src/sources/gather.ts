import { abortError, throwIfAborted } from "../problem.ts";

type Read = (offset: bigint, length: bigint, signal?: AbortSignal) => Promise<Uint8Array>;

export interface GatherOptions {
  /** Reads this near to each other become one, what lies between them included. */
  readonly gapBytes?: number;
  /** No read becomes longer than this by being joined. */
  readonly maxBytes?: number;
  /** Reads at a time; those that wait are joined. A browser opens six connections to a host. */
  readonly lanes?: number;
}

interface Waiting {
  readonly offset: bigint;
  readonly end: bigint;
  readonly give: (bytes: Uint8Array) => void;
  readonly fail: (error: unknown) => void;
  /** Says whether the asker has gone. */
  isGone: boolean;
}

interface Group {
  offset: bigint;
  end: bigint;
  readonly members: Waiting[];
}

/**
 * Joins reads that are asked for together, or while others are on their way: each request to a server costs a round trip.
 * Every asker gets fresh bytes; a read that all its askers have left is aborted.
 */
export function gathered(read: Read, options: GatherOptions = {}): Read {
  const { gapBytes = 128 * 1024, maxBytes = 16 * 1024 * 1024, lanes = 6 } = options;
  const waiting: Waiting[] = [];
  let running = 0;
  let isDue = false;

  function schedule(): void {
    if (isDue) return;
    isDue = true;
    // After all that is asked for in this turn.
    queueMicrotask(() => {
      isDue = false;
      while (running < lanes && waiting.length > 0) void run(next());
    });
  }

  /** The read that waits longest, with all that lie near it. */
  function next(): Group {
    const first = waiting.shift()!;
    const group: Group = { offset: first.offset, end: first.end, members: [first] };
    const inOrder = waiting.toSorted((a, b) => (a.offset < b.offset ? -1 : 1));
    const from = inOrder.findIndex(({ offset }) => offset >= group.offset);
    const at = from < 0 ? inOrder.length : from;
    const joins = (one: Waiting): boolean => {
      const offset = one.offset < group.offset ? one.offset : group.offset;
      const end = one.end > group.end ? one.end : group.end;
      const isNear = one.offset - group.end <= BigInt(gapBytes) && group.offset - one.end <= BigInt(gapBytes);
      if (!isNear || end - offset > BigInt(maxBytes)) return false;
      group.offset = offset;
      group.end = end;
      group.members.push(one);
      waiting.splice(waiting.indexOf(one), 1);
      return true;
    };
    for (let i = at; i < inOrder.length && joins(inOrder[i]); i++);
    for (let i = at - 1; i >= 0 && joins(inOrder[i]); i--);
    return group;
  }

  async function run(group: Group): Promise<void> {
    running++;
    const abort = new AbortController();
    leavers.set(group, () => {
      if (group.members.every(({ isGone }) => isGone)) abort.abort();
    });
    for (const member of group.members) groupOf.set(member, group);
    try {
      const bytes = await read(group.offset, group.end - group.offset, abort.signal);
      const isShared = group.members.length > 1;
      for (const { offset, end, give } of group.members) {
        const at = Number(offset - group.offset);
        give(isShared ? bytes.slice(at, at + Number(end - offset)) : bytes);
      }
    } catch (error) {
      for (const { fail } of group.members) fail(error);
    } finally {
      running--;
      if (waiting.length > 0) schedule();
    }
  }

  const groupOf = new WeakMap<Waiting, Group>();
  const leavers = new WeakMap<Group, () => void>();

  return async (offset, length, signal) => {
    throwIfAborted(signal);
    let leave = (): void => undefined;
    try {
      return await new Promise<Uint8Array>((give, fail) => {
        const one: Waiting = { offset, end: offset + length, give, fail, isGone: false };
        leave = () => {
          one.isGone = true;
          const place = waiting.indexOf(one);
          if (place >= 0) waiting.splice(place, 1);
          const group = groupOf.get(one);
          if (group) leavers.get(group)?.();
          fail(abortError());
        };
        signal?.addEventListener("abort", leave, { once: true });
        waiting.push(one);
        schedule();
      });
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  };
}
