/** Which set of tokens is on. `system` follows the operating system. */
export type ThemeChoice = "dark" | "light" | "system";
export type Theme = "dark" | "light";

const key = "sweepmark.theme";

export function storedTheme(): ThemeChoice {
  const value = localStorage.getItem(key);
  return value === "light" || value === "dark" ? value : "system";
}

export const systemTheme = (): Theme => (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");

export const resolveTheme = (choice: ThemeChoice): Theme => (choice === "system" ? systemTheme() : choice);

/** Puts the tokens in force and remembers the choice; `system` is what is in force while nothing was chosen. */
export function applyTheme(choice: ThemeChoice): Theme {
  const theme = resolveTheme(choice);
  document.documentElement.dataset.theme = theme;
  if (choice === "system") localStorage.removeItem(key);
  else localStorage.setItem(key, choice);
  return theme;
}
