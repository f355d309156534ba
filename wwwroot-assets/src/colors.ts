/** The page's colours for canvases: read once, and again when the theme changes. */
const fallback = {
  "--bg": "#0f1216", "--panel": "#161a20", "--line": "#2a3038", "--text": "#dfe3e8", "--muted": "#8b94a0", "--accent": "#5aa0ff",
  "--ok": "#3fb871", "--warn": "#e0a33a", "--bad": "#e5534b", "--info": "#5aa0ff", "--oom": "#d657c8",
  "--series": "0.72", "--mono": "monospace", "--sans": "sans-serif",
};

export type Color = keyof typeof fallback;

const known = new Map<Color, string>();
const listeners = new Set<() => void>();
let watching = false;

export function color(name: Color): string {
  watch();
  let value = known.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback[name];
    known.set(name, value);
  }
  return value;
}

export function onTheme(listener: () => void): () => void {
  watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function watch(): void {
  if (watching) return;
  watching = true;
  const changed = () => {
    known.clear();
    for (const listener of [...listeners]) listener();
  };
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme", "class", "style"] });
  window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", changed);
}
