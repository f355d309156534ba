/** dark, light, or as the system has it. The choice is kept in this browser; theme-first.ts applies it before the first paint. */
export type Theme = "dark" | "light" | "auto";

const key = "brig-theme";

export function chosen(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === "dark" || value === "light" ? value : "auto";
  } catch {
    return "auto";
  }
}

export function shown(): "dark" | "light" {
  const theme = chosen();
  if (theme !== "auto") return theme;
  return window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

export function apply(): void {
  const theme = shown();
  document.documentElement.dataset["theme"] = theme;
  document.documentElement.style.colorScheme = theme;
}

export function choose(theme: Theme): void {
  try { localStorage.setItem(key, theme); } catch { /* private window: holds until the page goes */ }
  apply();
}
