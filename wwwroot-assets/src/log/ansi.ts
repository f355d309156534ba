/** Colours and weights of terminal output (ECMA-48 SGR) and OSC 8 links; every other escape and control character is dropped. */
export interface Style {
  /** 0–15 of the theme's palette, or a CSS colour. */
  fg?: number | string;
  bg?: number | string;
  bold?: boolean; dim?: boolean; italic?: boolean; underline?: boolean; strike?: boolean; inverse?: boolean;
}

export interface Run { text: string; style?: Style; href?: string }

// One alternative each: SGR; OSC 8 link; other OSC; DCS, SOS, PM, APC; other CSI; other escapes; C0 (but tab and CR), DEL, C1.
const escapes = new RegExp([
  "\\x1b\\[([0-9;:]*)m",
  "\\x1b\\]8;[^;\\x07\\x1b]*;([^\\x07\\x1b]*)(?:\\x07|\\x1b\\\\)",
  "\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\|$)",
  "\\x1b[PX^_][^\\x1b]*(?:\\x1b\\\\|$)",
  "\\x1b\\[[0-?]*[ -/]*[@-~]?",
  "\\x1b[ -/]*[0-~]?",
  "[\\x00-\\x08\\x0a-\\x0c\\x0e-\\x1f\\x7f-\\x9f]",
].join("|"), "g");
const special = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/;

/** The text alone. */
export function strip(raw: string): string {
  if (!special.test(raw)) return raw;
  return overwrite(raw).replace(escapes, "");
}

export function parse(raw: string): Run[] {
  if (!special.test(raw)) return raw ? [{ text: raw }] : [];
  const input = overwrite(raw);
  const runs: Run[] = [];
  let style: Style = {};
  let href = "";
  let from = 0;
  const add = (to: number) => {
    if (to <= from) return;
    const run: Run = { text: input.slice(from, to) };
    if (Object.keys(style).length) run.style = style;
    if (href) run.href = href;
    const last = runs.at(-1);
    if (last && last.style === run.style && last.href === run.href) last.text += run.text;
    else runs.push(run);
  };
  for (const match of input.matchAll(escapes)) {
    add(match.index);
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = sgr(style, match[1]);
    else if (match[2] !== undefined) href = safe(match[2]);
  }
  add(input.length);
  return runs;
}

/** A carriage return writes over the line, as progress bars do: what is seen at the end is what counts. Colours set before it still hold. */
function overwrite(raw: string): string {
  const end = raw.endsWith("\r") ? raw.length - 1 : raw.length;
  const at = raw.lastIndexOf("\r", end - 1);
  if (at < 0 || end === 0) return raw.slice(0, end);
  const before = raw.slice(0, at).match(/\x1b\[[0-9;:]*m/g);
  return (before ? before.join("") : "") + raw.slice(at + 1, end);
}

/** Only the web: no javascript:, no file:. */
function safe(href: string): string {
  return /^https?:\/\//i.test(href) ? href : "";
}

function sgr(before: Style, parameters: string): Style {
  let style: Style = { ...before };
  // "38:2::r:g:b" and "38:5:n" keep their parts together; "38;2;r;g;b" spreads them over parameters.
  const parts = parameters.split(";");
  for (let i = 0; i < parts.length; i++) {
    const [code, ...sub] = parts[i]!.split(":").map(Number) as [number, ...number[]];
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) { if (sub[0] === 0) delete style.underline; else style.underline = true; }
    else if (code === 7) style.inverse = true;
    else if (code === 9) style.strike = true;
    else if (code === 21) style.underline = true;
    else if (code === 22) { delete style.bold; delete style.dim; }
    else if (code === 23) delete style.italic;
    else if (code === 24) delete style.underline;
    else if (code === 27) delete style.inverse;
    else if (code === 29) delete style.strike;
    else if (code >= 30 && code <= 37) style.fg = code - 30;
    else if (code >= 90 && code <= 97) style.fg = code - 82;
    else if (code === 39) delete style.fg;
    else if (code >= 40 && code <= 47) style.bg = code - 40;
    else if (code >= 100 && code <= 107) style.bg = code - 92;
    else if (code === 49) delete style.bg;
    else if (code === 38 || code === 48) {
      let color: number | string | undefined;
      if (sub.length) color = sub[0] === 5 ? palette(sub[1]!) : sub[0] === 2 ? rgb(sub.slice(-3)) : undefined;
      else if (parts[i + 1] === "5") { color = palette(Number(parts[i + 2])); i += 2; }
      else if (parts[i + 1] === "2") { color = rgb(parts.slice(i + 2, i + 5).map(Number)); i += 4; }
      if (color !== undefined) style[code === 38 ? "fg" : "bg"] = color;
    }
  }
  return style;
}

const byte = (n: number | undefined): n is number => n !== undefined && n >= 0 && n <= 255;

function rgb(parts: number[]): string | undefined {
  const [r, g, b] = parts;
  return parts.length === 3 && byte(r) && byte(g) && byte(b) ? `rgb(${r},${g},${b})` : undefined;
}

/** xterm's 256 colours: 16 of the theme, a 6×6×6 cube, 24 greys. */
function palette(n: number): number | string | undefined {
  if (!byte(n)) return undefined;
  if (n < 16) return n;
  if (n >= 232) { const grey = 8 + (n - 232) * 10; return `rgb(${grey},${grey},${grey})`; }
  const level = (step: number) => step === 0 ? 0 : 55 + step * 40;
  const cube = n - 16;
  return `rgb(${level(Math.trunc(cube / 36))},${level(Math.trunc(cube / 6) % 6)},${level(cube % 6)})`;
}
