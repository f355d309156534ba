import { make } from "../element";
import { percent } from "../format";
import { text } from "../text";
import { moment } from "./clock";
import type { Picture } from "./picture";
import type { Plan } from "./plan";

export interface LegendActions {
  toggle(index: number): void;
  /** Only this one; again: all. */
  alone(index: number): void;
  /** The pointer is on it; -1: on none. */
  hover(index: number): void;
}

export interface LegendView {
  readonly element: HTMLElement;
  /** `index`: of the point to tell about; `under`: it is under the cursor, so its time is told too, and what `happened` then. */
  show(picture: Picture, index: number, under: boolean, happened: string): void;
  hide(hidden: ReadonlySet<number>): void;
  /** The line next to the pointer; -1: none. */
  near?(index: number): void;
}

/** Title, each line's value (under the cursor, or the newest), and the limit, in one row above the chart. */
export class Legend implements LegendView {
  readonly element: HTMLElement;
  readonly #items: { box: HTMLElement; value: Text }[] = [];
  readonly #limit: { box: HTMLElement; value: Text } | undefined;
  readonly #shade: { box: HTMLElement; value: Text } | undefined;
  readonly #when = document.createTextNode("");

  constructor(private readonly plan: Plan, act: LegendActions) {
    const head = make("div", {}, make("strong", {}, plan.title));
    const items = make("div");
    this.element = make("div", { class: "legend" }, head, items);
    plan.lines.forEach((line, index) => {
      const value = document.createTextNode("");
      const single = plan.lines.length < 2;
      const parts = [make("i", { class: line.dashed ? "key dashed" : "key" }), line.label, " ", make("b", {}, value)];
      const box = single ? make("span", { class: "item", style: `--key: ${line.style}` }, ...parts)
        : make("button", { type: "button", class: "item", style: `--key: ${line.style}`, "aria-pressed": "true", title: text("legendHint") }, ...parts);
      if (!single) presses(box, index, act);
      this.#items.push({ box, value });
      items.append(box);
    });
    if (plan.limit) this.#limit = extra(head, text("limit"), "--key: var(--bad)", "key dashed");
    if (plan.shade) this.#shade = extra(items, text("throttled"), "--key: var(--warn)", "key block");
    head.append(make("span", { class: "when" }, this.#when));
  }

  show(picture: Picture, index: number, under: boolean, happened: string): void {
    this.#items.forEach(({ box, value }, i) => {
      set(value, this.plan.say(picture.own[i]?.[index] ?? null));
      // The rare ones take no room while there is nothing of them.
      if (this.plan.lines[i]!.dashed) box.hidden = !picture.high[i]!.some(high => high !== null && high > 0);
    });
    if (this.#limit) {
      const limit = picture.limit[index] ?? null;
      this.#limit.box.hidden = limit === null;
      set(this.#limit.value, this.plan.say(limit));
    }
    if (this.#shade) {
      const part = picture.shade[index] ?? 0;
      this.#shade.box.hidden = part < 0.005;
      set(this.#shade.value, percent(part));
    }
    set(this.#when, when(picture, index, under, happened));
  }

  hide(hidden: ReadonlySet<number>): void {
    this.#items.forEach(({ box }, i) => { if (box instanceof HTMLButtonElement) box.setAttribute("aria-pressed", String(!hidden.has(i))); });
  }
}

function extra(row: HTMLElement, label: string, style: string, key: string): { box: HTMLElement; value: Text } {
  const value = document.createTextNode("");
  const box = make("span", { class: "item", style }, make("i", { class: key }), label, " ", make("b", {}, value));
  box.hidden = true;
  row.append(box);
  return { box, value };
}

export function presses(box: HTMLElement, index: number, act: LegendActions): void {
  box.addEventListener("click", event => { if (event.altKey || event.ctrlKey || event.metaKey) act.alone(index); else act.toggle(index); });
  box.addEventListener("dblclick", () => act.alone(index));
  box.addEventListener("pointerenter", () => act.hover(index));
  box.addEventListener("pointerleave", () => act.hover(-1));
}

export function when(picture: Picture, index: number, under: boolean, happened: string): string {
  const time = under && index >= 0 && index < picture.x.length ? moment(picture.x[index]!) : "";
  return happened ? `${happened} · ${time}` : time;
}

export function set(node: Text, words: string): void {
  if (node.data !== words) node.data = words;
}
