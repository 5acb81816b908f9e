export function ensureBuilt(options?: { readonly quiet?: boolean }): Promise<void>;
