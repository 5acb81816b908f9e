/** What the typed part of the repository uses of steps.mjs. */
export const root: string;
export const cache: string;
export const cliPath: string;
export function hashOf(paths: readonly string[]): string;
export function node(
  args: readonly string[],
  options?: { readonly quiet?: boolean; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly code: number; readonly output: string }>;
