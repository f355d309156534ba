import type { ITheme } from "@xterm/xterm";
import { color } from "../colors";

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** The page's colours; the sixteen of the palette are those of the log window. */
export function terminalTheme(host: HTMLElement): ITheme {
  const style = getComputedStyle(host);
  const ansi = (index: number) => style.getPropertyValue(`--ansi-${index}`).trim();
  const theme: Record<string, string> = {
    background: color("--panel"), foreground: color("--text"), cursor: color("--accent"), cursorAccent: color("--panel"),
    selectionBackground: `${toHex(color("--accent"))}55`,
  };
  names.forEach((name, index) => {
    theme[name] = ansi(index);
    theme[`bright${name[0]!.toUpperCase()}${name.slice(1)}`] = ansi(index + 8);
  });
  for (const name of Object.keys(theme)) if (!theme[name]) delete theme[name];
  return theme as ITheme;
}

/** xterm takes #rrggbbaa; a page may write its colours otherwise. */
function toHex(css: string): string {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return "#6ba3ff";
  context.fillStyle = css;
  return context.fillStyle.startsWith("#") ? context.fillStyle : "#6ba3ff";
}
