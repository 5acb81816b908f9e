import { randomBytes } from "node:crypto";
import type { OtherWriter, WriterLock } from "./writer-lock.ts";

/** A tab that does not renew for so long was closed or killed; another may take over without asking. */
export const leaseMs = 10_000;

export interface LeaseAnswer {
  readonly token?: string;
  /** Who has it instead. */
  readonly other?: OtherWriter;
}

/**
 * One writer per scene: the tab that holds the token.
 * 1. A lease is free when nobody took it, it was released, or it was not renewed for 10 s.
 * 2. An expired lease still belongs to its token until another tab takes it: nothing was written in between, so a tab
 *    that slept goes on.
 * 3. A stolen or taken-over token is dead for ever.
 * 4. A token outlives its server: one that is started again goes on with it, if nobody took over.
 */
export interface Lease {
  acquire(holder: string, mode: "ask" | "steal"): Promise<LeaseAnswer>;
  /** Whether the token may write now. Renews it. */
  check(token: string | undefined): Promise<boolean>;
  release(token: string | undefined): Promise<void>;
  /** Who holds it, to tell a writer that lost it. */
  holder(): OtherWriter | undefined;
}

interface Held extends OtherWriter {
  readonly token: string;
  expiresAt: number;
}

export function createLease(lock: WriterLock, now: () => number = Date.now): Lease {
  let held: Held | undefined;
  return {
    async acquire(holder, mode) {
      if (mode === "ask" && held && held.expiresAt > now() && (await lock.isOurs()))
        return { other: { holder: held.holder, since: held.since } };
      const token = randomBytes(16).toString("hex");
      const other = await lock.acquire(holder, token, mode);
      if (other) return { other };
      held = { token, holder, since: new Date(now()).toISOString(), expiresAt: now() + leaseMs };
      return { token };
    },
    async check(token) {
      if (token === undefined) return false;
      if (!held) {
        const adopted = await lock.adopt(token);
        if (adopted) held = { token, ...adopted, expiresAt: 0 };
      }
      if (held?.token !== token) return false;
      if (!(await lock.isOurs())) {
        held = undefined;
        return false;
      }
      held.expiresAt = now() + leaseMs;
      await lock.renew();
      return true;
    },
    async release(token) {
      if (!held || held.token !== token) return;
      held = undefined;
      await lock.release();
    },
    holder: () => held && { holder: held.holder, since: held.since },
  };
}
