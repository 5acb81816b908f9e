export function demoPath(): string;
export function ensureDemo(): Promise<string>;
