import { make } from "../element";
import { grouped } from "../format";
import { text } from "../text";
import { parse, type Run, type Style } from "./ansi";
import type { Line } from "./line";
import { fullStamp, stamp, type Stamps } from "./stamps";

/** What is drawn of one line; the copy and the download have all of it. */
const longestDrawn = 8_192;

export interface RowLook { stamps: Stamps; now: number; ranges: readonly (readonly [number, number])[]; link: string; linked: boolean; current: boolean; tag?: Tag | undefined }

/** Whose line it is. */
export interface Tag { name: string; color: string; title: string; privileged?: boolean }

/** One line as DOM. Its text only ever becomes text nodes. */
export function row(line: Line, look: RowLook): HTMLDivElement {
  const element = make("div", { class: "r" });
  if (line.skipped) {
    element.classList.add("skip");
    element.textContent = text("skippedLines", grouped(line.skipped));
    return element;
  }
  if (line.stream === 2) element.dataset["stream"] = "2";
  if (line.level === "error" || line.level === "warn") element.dataset["level"] = line.level;
  if (look.linked) element.classList.add("linked");
  if (look.current) element.classList.add("current");
  element.append(make("a", { class: "g", href: look.link, title: text("lineLink"), tabindex: "-1", "aria-hidden": "true" }));
  if (look.stamps !== "off") {
    const time = make("span", { class: "t" }, stamp(line, look.stamps, look.now));
    time.title = fullStamp(line);
    element.append(time);
  }
  if (look.tag) {
    const tag = make("span", { class: look.tag.privileged ? "tag privileged" : "tag", title: look.tag.title }, look.tag.name);
    tag.style.setProperty("--tag", look.tag.color);
    element.append(tag);
  }
  const body = make("span", { class: "x" });
  fill(body, parse(line.raw), look.ranges);
  element.append(body);
  if (line.more > 0) element.append(make("span", { class: "l-more" }, line.more === 1 ? text("moreLinesOne") : text("moreLines", line.more)));
  return element;
}

export function fill(body: HTMLElement, runs: readonly Run[], ranges: readonly (readonly [number, number])[], drawn = longestDrawn): void {
  let at = 0;
  let next = 0;
  for (const run of runs) {
    if (at >= drawn) { body.append(make("span", { class: "cut" }, "…")); return; }
    const words = run.text.slice(0, drawn - at);
    const end = at + words.length;
    const box = holder(run) ?? body;
    if (box !== body) body.append(box);
    let from = at;
    while (next < ranges.length && ranges[next]![0] < end) {
      const [start, stop] = ranges[next]!;
      if (start > from) box.append(words.slice(from - at, start - at));
      box.append(make("mark", {}, words.slice(Math.max(start, from) - at, Math.min(stop, end) - at)));
      from = Math.min(stop, end);
      if (stop > end) break;
      next++;
    }
    if (from < end) box.append(words.slice(from - at));
    at += run.text.length;
  }
  if (at > drawn) body.append(make("span", { class: "cut" }, "…"));
}

function holder(run: Run): HTMLElement | undefined {
  if (!run.style && !run.href) return undefined;
  const box = run.href
    ? make("a", { href: run.href, target: "_blank", rel: "noopener noreferrer nofollow" })
    : make("span");
  if (run.style) wear(box, run.style);
  return box;
}

function wear(box: HTMLElement, style: Style): void {
  const [fg, bg] = style.inverse ? [style.bg ?? "var(--log-bg)", style.fg ?? "var(--text)"] : [style.fg, style.bg];
  if (fg !== undefined) box.style.color = paint(fg);
  if (bg !== undefined) box.style.backgroundColor = paint(bg);
  if (style.bold) box.style.fontWeight = "650";
  if (style.dim) box.style.opacity = "0.65";
  if (style.italic) box.style.fontStyle = "italic";
  if (style.underline || style.strike) box.style.textDecoration = `${style.underline ? "underline" : ""} ${style.strike ? "line-through" : ""}`.trim();
}

const paint = (color: number | string) => typeof color === "number" ? `var(--ansi-${color})` : color;
