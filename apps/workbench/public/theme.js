// Before the first paint, so that nobody sees the other theme flash; src/theme/theme.ts has the same rule.
try {
  const chosen = localStorage.getItem("sweepmark.theme");
  const system = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  document.documentElement.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : system;
} catch {
  // Storage is blocked: the page's own theme stays.
}
