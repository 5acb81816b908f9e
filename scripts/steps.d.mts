/** What the typed part of the repository uses of steps.mjs. */
export const root: string;
export const cache: string;
export const cliPath: string;
