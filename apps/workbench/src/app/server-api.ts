import { sceneToJson, type SceneInfo } from "@sweepmark/schema";

/** What the local server says about the one log that it serves (`GET /api/scene`, apps/cli). */
export interface ServerScene {
  readonly logName: string;
  readonly logUrl: string;
  /** The files of the log, where it has several. */
  readonly files?: readonly { readonly name: string; readonly url: string }[];
  /** File name of tracks to compare the labels with; {@link predictionsUrl} has them. */
  readonly predictions?: string;
  readonly sizeBytes: number;
  readonly labelsDir: string;
  readonly writable: boolean;
  readonly reason?: string;
  /** What a person should know about the folder, such as labels of another log beside it. */
  readonly notices?: readonly string[];
}

export const predictionsUrl = "/api/predictions";

/** undefined: this page was served without the API (a static host), or the answer is not ours. */
export async function fetchServerScene(digest?: string): Promise<ServerScene | undefined> {
  try {
    const response = await fetch(digest === undefined ? "/api/scene" : api("scene", digest), {
      headers: { accept: "application/json" },
    });
    if (!response.ok || !(response.headers.get("content-type") ?? "").includes("json")) return undefined;
    const value: unknown = await response.json();
    return isServerScene(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isServerScene(value: unknown): value is ServerScene {
  const scene = value as Partial<ServerScene> | null;
  return typeof scene?.logName === "string" && typeof scene.logUrl === "string" && typeof scene.labelsDir === "string";
}

const api = (path: string, digest: string): string => `/api/${path}?digest=${encodeURIComponent(digest)}`;

/** Keeps the frames' stamps beside the labels, so that they can be exported without the log. */
export async function postSceneInfo(info: SceneInfo, lease: string | undefined): Promise<void> {
  const response = await fetch(api("scene-info", info.digest), {
    method: "POST",
    headers: { "content-type": "application/json", ...(lease ? { "x-sweepmark-lease": lease } : {}) },
    body: JSON.stringify(sceneToJson(info)),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

export const journalUrl = (digest: string): string => api("journal", digest);
export const leaseUrl = (digest: string, verb?: "renew" | "release"): string =>
  api(verb ? `lease/${verb}` : "lease", digest);

/** The words of a failed answer: the server sends `{message}` or plain text. */
export async function reasonOf(response: Response): Promise<string> {
  const body = await response.text().catch(() => "");
  try {
    const { message, error } = JSON.parse(body) as { message?: string; error?: string };
    return message ?? error ?? body;
  } catch {
    return body || `${response.status} ${response.statusText}`;
  }
}
