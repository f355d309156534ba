import { make } from "../element";
import { percent } from "../format";
import { text } from "../text";
import { labelOf, type Kind } from "./kinds";
import type { Series } from "./series";

/** Title, each line's value (under the cursor, or the newest), the limit; and the way back to live. */
export class Legend {
  readonly element: HTMLElement;
  readonly back: HTMLButtonElement;
  readonly #values: Text[] = [];
  readonly #limit: { box: HTMLElement; value: Text } | undefined;
  readonly #shade: { box: HTMLElement; value: Text } | undefined;
  readonly #when = document.createTextNode("");

  constructor(private readonly kind: Kind, private readonly series: Series) {
    this.back = make("button", { type: "button", class: "back", hidden: true }, text("backToLive"));
    this.element = make("div", { class: "legend" }, make("strong", {}, text(kind.title)));
    for (const line of kind.lines) {
      const value = document.createTextNode("");
      this.#values.push(value);
      this.element.append(item(labelOf(line), value, `--key: var(${line.color})`, line.dashed ? "key dashed" : "key"));
    }
    if (kind.limit) this.#limit = this.#extra(text("limit"), "--key: var(--bad)", "key dashed");
    if (kind.shade) this.#shade = this.#extra(text("throttled"), "--key: var(--warn)", "key block");
    this.element.append(make("span", { class: "when" }, this.#when));
  }

  /** `index`: of the point to tell about; `under`: it is under the cursor, so its time is told too, and what `happened` then. */
  show(index: number, under: boolean, happened = ""): void {
    this.#values.forEach((node, i) => set(node, this.kind.say(this.series.raw[i]![index] ?? null)));
    if (this.#limit) {
      const limit = this.series.limit[index] ?? null;
      this.#limit.box.hidden = limit === null;
      set(this.#limit.value, this.kind.say(limit));
    }
    if (this.#shade) {
      const part = this.series.shade[index] ?? 0;
      this.#shade.box.hidden = part < 0.005;
      set(this.#shade.value, percent(part));
    }
    const time = under && index >= 0 ? new Date(this.series.x[index]! * 1000).toLocaleTimeString(undefined, { hourCycle: "h23" }) : "";
    set(this.#when, happened ? `${happened} · ${time}` : time);
  }

  #extra(label: string, style: string, key: string): { box: HTMLElement; value: Text } {
    const value = document.createTextNode("");
    const box = item(label, value, style, key);
    box.hidden = true;
    this.element.append(box);
    return { box, value };
  }
}

function item(label: string, value: Text, style: string, key: string): HTMLElement {
  return make("span", { class: "item", style }, make("i", { class: key }), label, " ", make("b", {}, value));
}

function set(node: Text, words: string): void {
  if (node.data !== words) node.data = words;
}
