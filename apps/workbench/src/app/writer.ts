import { leaseUrl, reasonOf } from "./server-api.ts";

/** The right to write to a scene: one tab at a time holds it. */
export interface Writer {
  readonly kind: "writer";
  /** Token for the server's journal; undefined in the browser's own storage. */
  token(): string | undefined;
  /** Asks for the right again after it ran out while nobody else wrote (the server was away). True: it is held. */
  recover(): Promise<boolean>;
  release(): void;
}

/** Somebody else holds it. */
export interface Occupied {
  readonly kind: "occupied";
  readonly since: Date | undefined;
}

/** `ask` gives way to whoever writes; `steal` takes over, and the other tab becomes read-only. */
export type WriterIntent = "ask" | "steal";

export interface WriterOptions {
  readonly digest: string;
  readonly intent: WriterIntent;
  /** The right was taken away, and somebody else may have written. */
  readonly onLost: () => void;
  /** Id of the last transaction that this tab knows to be in the journal; null: none. */
  readonly lastDurable: () => string | null;
}

/** By the Web Locks API: the browser frees the lock when a tab dies. */
export function browserWriter({ digest, intent, onLost }: WriterOptions): Promise<Writer | Occupied> {
  const locks = navigator.locks as LockManager | undefined;
  const writer = (release: () => void): Writer => ({
    kind: "writer",
    token: () => undefined,
    recover: () => Promise.resolve(false),
    release,
  });
  // Without the API (plain http on another host) nobody can be kept out; IndexedDB still keeps each line once.
  if (!locks) return Promise.resolve(writer(() => undefined));
  return new Promise((resolve) => {
    let release = (): void => undefined;
    const until = new Promise<void>((done) => (release = done));
    const options = intent === "steal" ? { steal: true } : { ifAvailable: true };
    locks
      .request(`sweepmark scene ${digest}`, options, (lock) => {
        if (!lock) {
          resolve({ kind: "occupied", since: undefined });
          return undefined;
        }
        resolve(writer(release));
        return until;
      })
      .catch(onLost);
  });
}

/** The server frees a lease 10 s after its last renewal. */
const renewEveryMs = 3000;

interface Grant {
  readonly token: string;
  /** The last transaction in the journal; null: the journal is empty. */
  readonly last: string | null;
}

/** By the local server's lease, renewed every few seconds, so that a killed tab frees it. */
export async function serverWriter(options: WriterOptions): Promise<Writer | Occupied> {
  const { digest, intent, onLost, lastDurable } = options;
  const holder = `tab ${Math.random().toString(36).slice(2, 8)}`;
  const first = await acquire(digest, holder, intent);
  if (first.kind === "occupied") return first;
  let token: string | undefined = first.token;
  let recovering: Promise<boolean> | undefined;

  const stop = (): void => {
    token = undefined;
    clearInterval(timer);
    removeEventListener("pagehide", release);
  };
  const release = (): void => {
    if (token !== undefined) navigator.sendBeacon(leaseUrl(digest, "release"), JSON.stringify({ token }));
    stop();
  };
  async function again(): Promise<boolean> {
    const answer = await acquire(digest, holder, "ask");
    if (answer.kind === "granted" && answer.last === lastDurable()) {
      token = answer.token;
      return true;
    }
    stop();
    onLost();
    return false;
  }
  const recover = (): Promise<boolean> => {
    recovering ??= again().finally(() => (recovering = undefined));
    return recovering;
  };
  const timer = setInterval(() => {
    if (token === undefined) return;
    post(leaseUrl(digest, "renew"), { token }).then(
      (answer) => {
        if (answer.status === 409) void recover().catch(() => undefined);
      },
      // The server is away: the journal says so itself, and the next renewal says whether the lease came back.
      () => undefined,
    );
  }, renewEveryMs);
  addEventListener("pagehide", release);
  return { kind: "writer", token: () => token, recover, release };
}

async function acquire(
  digest: string,
  holder: string,
  intent: WriterIntent,
): Promise<(Grant & { readonly kind: "granted" }) | Occupied> {
  const response = await post(leaseUrl(digest), { holder, ...(intent === "steal" ? { steal: true } : {}) });
  if (response.status === 409) {
    const { since } = (await response.json().catch(() => ({}))) as { since?: string };
    return { kind: "occupied", since: since === undefined ? undefined : new Date(since) };
  }
  if (!response.ok) throw new Error(await reasonOf(response));
  return { kind: "granted", ...((await response.json()) as Grant) };
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
