import { make } from "../element";
import { grouped } from "../format";
import { text } from "../text";
import { groups, type Group } from "./query";
import { levels, type HistogramWire } from "./wire";

const svg = "http://www.w3.org/2000/svg";
/** From the bottom up: what matters stands where it is easiest to compare. */
const stacked: readonly Group[] = ["error", "warn", "info", "debug", "none"];
const height = 64;

/** How many lines there were when, coloured by level. Dragging over it narrows the time. */
export class Histogram {
  readonly element = make("div", { class: "histogram", role: "img" });
  readonly #plot = document.createElementNS(svg, "svg");
  readonly #brush = make("div", { class: "brush", hidden: true });
  readonly #tip = make("div", { class: "tip", hidden: true });
  readonly #axis = make("div", { class: "l-axis", "aria-hidden": "true" });
  #shown: { from: number; step: number; bars: number[][]; most: number } | undefined;
  #dragged: number | undefined;

  constructor(private readonly narrow: (from: number, to: number) => void) {
    this.#plot.setAttribute("preserveAspectRatio", "none");
    const plot = make("div", { class: "plot" }, this.#brush, this.#tip);
    plot.prepend(this.#plot);
    this.element.append(plot, this.#axis);
    plot.addEventListener("pointerdown", event => {
      if (event.button !== 0 || !this.#shown) return;
      plot.setPointerCapture(event.pointerId);
      this.#dragged = this.#part(event);
    });
    plot.addEventListener("pointermove", event => this.#move(event));
    plot.addEventListener("pointerleave", () => { if (this.#dragged === undefined) this.#tip.hidden = true; });
    plot.addEventListener("pointerup", event => this.#drop(event));
    plot.addEventListener("pointercancel", () => { this.#dragged = undefined; this.#brush.hidden = true; });
  }

  /** Lines of each group that were found. */
  readonly totals = new Map<Group, number>();

  clear(): void {
    this.#shown = undefined;
    this.totals.clear();
    this.#plot.replaceChildren();
    this.#axis.replaceChildren();
    this.#tip.hidden = true;
    this.element.classList.add("l-empty");
    this.element.setAttribute("aria-label", text("histogramEmpty"));
  }

  show(wire: HistogramWire): void {
    const count = wire.levels[0]?.length ?? 0;
    const bars = stacked.map(group => Array.from({ length: count }, (_, bar) => groups[group].reduce((sum, name) => sum + (wire.levels[levels.indexOf(name)]?.[bar] ?? 0), 0)));
    const sums = Array.from({ length: count }, (_, bar) => bars.reduce((sum, group) => sum + group[bar]!, 0));
    const most = Math.max(1, ...sums);
    this.#shown = { from: wire.fromMs, step: wire.stepMs, bars, most };
    stacked.forEach((group, index) => this.totals.set(group, bars[index]!.reduce((sum, lines) => sum + lines, 0)));
    this.element.classList.toggle("l-empty", count === 0);
    this.#plot.setAttribute("viewBox", `0 0 ${Math.max(1, count)} ${height}`);
    const below = new Array<number>(count).fill(0);
    this.#plot.replaceChildren(...stacked.map((group, index) => {
      let path = "";
      bars[index]!.forEach((lines, bar) => {
        if (!lines) return;
        const y = below[bar]! / most * (height - 4);
        const tall = Math.max(1.2, lines / most * (height - 4));
        below[bar]! += lines;
        path += `M${bar + 0.08} ${(height - y).toFixed(2)}h.84v${(-tall).toFixed(2)}h-.84z`;
      });
      const shape = document.createElementNS(svg, "path");
      shape.setAttribute("class", `level-${group}`);
      shape.setAttribute("d", path);
      return shape;
    }));
    this.#axis.replaceChildren(...marks(wire.fromMs, wire.fromMs + count * wire.stepMs).map(([part, words]) => {
      const mark = make("span", {}, words);
      mark.style.left = `${part * 100}%`;
      return mark;
    }));
    const all = sums.reduce((sum, lines) => sum + lines, 0);
    this.element.setAttribute("aria-label", text("histogramLabel", grouped(all), grouped(this.totals.get("error") ?? 0), grouped(this.totals.get("warn") ?? 0)));
  }

  #part(event: PointerEvent): number {
    const box = this.#plot.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  #at(part: number): number {
    const { from, step, bars } = this.#shown!;
    return from + part * step * bars[0]!.length;
  }

  #move(event: PointerEvent): void {
    if (!this.#shown?.bars[0]?.length) return;
    const part = this.#part(event);
    if (this.#dragged !== undefined) {
      const [low, high] = [Math.min(part, this.#dragged), Math.max(part, this.#dragged)];
      this.#brush.hidden = false;
      this.#brush.style.left = `${low * 100}%`;
      this.#brush.style.width = `${(high - low) * 100}%`;
    }
    const bar = Math.min(this.#shown.bars[0].length - 1, Math.trunc(part * this.#shown.bars[0].length));
    const parts = stacked.flatMap((group, index) => this.#shown!.bars[index]![bar] ? [`${text(`level_${group}`)} ${grouped(this.#shown!.bars[index]![bar]!)}`] : []);
    const { from, step } = this.#shown;
    this.#tip.textContent = `${clock(from + bar * step, step)} – ${clock(from + (bar + 1) * step, step)}${parts.length ? `   ${parts.join("   ")}` : ""}`;
    this.#tip.hidden = false;
    this.#tip.style.left = `${part * 100}%`;
    this.#tip.classList.toggle("late", part > 0.6);
  }

  #drop(event: PointerEvent): void {
    const start = this.#dragged;
    this.#dragged = undefined;
    this.#brush.hidden = true;
    if (start === undefined || !this.#shown) return;
    const end = this.#part(event);
    const { step, bars, from } = this.#shown;
    const moved = Math.abs(end - start) * this.#plot.getBoundingClientRect().width > 4;
    const bar = Math.trunc(end * bars[0]!.length);
    if (moved) this.narrow(Math.floor(this.#at(Math.min(start, end))), Math.ceil(this.#at(Math.max(start, end))));
    else if (step >= 1_000) this.narrow(from + bar * step, from + (bar + 1) * step);      // a click takes its bar
  }
}

const two = (n: number) => n.toString().padStart(2, "0");

/** As exact as the bars are wide. */
export function clock(ms: number, step: number): string {
  const time = new Date(ms);
  const day = `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const minute = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (step >= 86_400e3) return day;
  if (step >= 3_600e3) return `${day} ${minute}`;
  return step >= 60e3 ? minute : step >= 1_000 ? `${minute}:${two(time.getSeconds())}` : `${minute}:${two(time.getSeconds())}.${Math.trunc(ms % 1000).toString().padStart(3, "0")}`;
}

const steps = [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800].map(seconds => seconds * 1_000);

/** At most seven round times, as a part of the width and words. */
export function marks(from: number, to: number): [number, string][] {
  if (!(to > from)) return [];
  const step = steps.find(size => (to - from) / size <= 7) ?? steps.at(-1)! * Math.ceil((to - from) / steps.at(-1)! / 7);
  const zone = new Date(from).getTimezoneOffset() * 60e3;
  const found: [number, string][] = [];
  for (let at = Math.ceil((from - zone) / step) * step + zone; at < to; at += step) {
    const part = (at - from) / (to - from);
    if (part > 0.02 && part < 0.96) found.push([part, clock(at, step >= 86_400e3 ? step : to - from > 86_400e3 ? 3_600e3 : step)]);
  }
  return found;
}
