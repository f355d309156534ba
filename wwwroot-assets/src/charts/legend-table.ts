import { make } from "../element";
import { at } from "../history/blocks";
import { text } from "../text";
import { presses, set, when, type LegendActions, type LegendView } from "./legend";
import type { Picture } from "./picture";
import type { Plan } from "./plan";
import type { Range } from "./range";

/** A row for each line: now or under the cursor, and the least, average and most of what is in view. */
export class LegendTable implements LegendView {
  readonly element: HTMLElement;
  readonly table: HTMLElement;
  readonly #rows: { box: HTMLElement; cells: Text[] }[] = [];
  readonly #when = document.createTextNode("");
  readonly #now = document.createTextNode(text("now"));
  #measured = "";
  #extremes: (number | null)[][] = [];

  constructor(private readonly plan: Plan, private readonly range: Range, act: LegendActions) {
    this.element = make("div", { class: "legend" }, make("div", {}, make("strong", {}, plan.title), make("span", { class: "when" }, this.#when)));
    const heads = [this.#now, text("least"), text("average"), text("most")].map(word => make("th", { scope: "col" }, word));
    const body = make("tbody");
    plan.lines.forEach((line, index) => {
      const cells = [0, 1, 2, 3].map(() => document.createTextNode(""));
      const name = make("button", { type: "button", style: `--key: ${line.style}`, "aria-pressed": "true", title: text("legendHint") }, make("i", { class: line.dashed ? "key dashed" : "key" }), make("span", {}, line.label));
      presses(name, index, act);
      const box = make("tr", {}, make("th", { scope: "row" }, name), ...cells.map(cell => make("td", {}, cell)));
      this.#rows.push({ box, cells });
      body.append(box);
    });
    this.table = make("div", { class: "series" }, make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, text("source")), ...heads)), body));
  }

  show(picture: Picture, index: number, under: boolean, happened: string): void {
    const key = `${this.range.from} ${this.range.to} ${picture.x.length}`;
    if (key !== this.#measured) { this.#measured = key; this.#extremes = picture.own.map((_, i) => extremes(picture, i, this.range)); }
    this.#rows.forEach(({ cells }, i) => {
      const values = [picture.own[i]?.[index] ?? null, ...this.#extremes[i] ?? []];
      cells.forEach((cell, column) => set(cell, this.plan.say(values[column] ?? null)));
    });
    set(this.#now, under ? text("atCursor") : text("now"));
    set(this.#when, when(picture, index, under, happened));
  }

  near(index: number): void {
    this.#rows.forEach(({ box }, i) => { if (box.classList.contains("near") !== (i === index)) box.classList.toggle("near"); });
  }

  hide(hidden: ReadonlySet<number>): void {
    this.#rows.forEach(({ box }, i) => {
      box.classList.toggle("off", hidden.has(i));
      box.querySelector("button")!.setAttribute("aria-pressed", String(!hidden.has(i)));
    });
  }
}

function extremes(picture: Picture, line: number, range: Range): (number | null)[] {
  const [first, end] = [at(picture.x, range.from), at(picture.x, range.to + 1)];
  let [least, most, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let i = first; i < end; i++) {
    const value = picture.own[line]![i];
    if (value == null) continue;
    least = Math.min(least, picture.low[line]![i] ?? value);
    most = Math.max(most, picture.high[line]![i] ?? value);
    sum += value;
    count++;
  }
  return count ? [least, sum / count, most] : [null, null, null];
}
