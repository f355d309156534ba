import { make } from "../element";
import { bytes } from "../format";
import type { Hub } from "../live/hub";
import { Joiner, Line, type WireBatch, type WireLine } from "../log/line";
import { fill } from "../log/row";
import { parse } from "../log/ansi";
import { fullStamp, stamp } from "../log/stamps";
import { copy } from "../page/clipboard";
import { text } from "../text";
import { button } from "./controls";
import { fields, json } from "./fields";
import type { Known } from "./known";

const around = 10;
const pieces = 64;                 // at most 16 KiB each
const shownAtOnce = 64 * 1024;     // characters

export interface DetailActions {
  close(): void;
  step(forward: boolean): void;
  /** A filter such as status=500. */
  field(wanted: string): void;
}

/** One line, opened: all of it with what belongs to it, its fields, and the lines around it. */
export class Detail {
  readonly element = make("aside", { class: "detail", "aria-label": text("detailLabel"), tabindex: "-1", hidden: true });
  #generation = 0;

  constructor(private readonly hub: Hub, private readonly known: Known, private readonly actions: DetailActions) {
    this.element.addEventListener("keydown", event => {
      if (event.key === "Escape") { event.stopPropagation(); actions.close(); }
    });
  }

  get open(): boolean { return !this.element.hidden; }

  hide(): void {
    this.#generation++;
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  show(line: Line): void {
    const generation = ++this.#generation;
    const current = () => generation === this.#generation;
    const source = this.known.get(line.found?.source ?? -1);
    if (!source) return;
    const link = new URL(`containers/${source.id}/logs#line=${line.position}`, document.baseURI).href;
    const group = [...line.found!.before.map(wire => wire[4]), line.found!.own ?? line.raw, ...line.found!.behind.map(wire => wire[4])];
    const whole = make("pre", { class: "whole", tabindex: "0" });
    const rest = make("p", { class: "rest" });
    const context = make("div", { class: "l-context" });
    this.#fill(whole, group.join("\n"));
    const tag = make("span", { class: "tag" }, source.name);
    tag.style.setProperty("--tag", this.known.tag(line.found!.source)!.color);
    const parts: (Node | string)[] = [
      make("header", {}, tag, ...(source.privileged ? [make("span", { class: "mark danger" }, text("privileged"))] : []), make("time", {}, fullStamp(line)), make("span", { class: "l-facts" }, [line.stream === 2 ? text("stderr") : text("stdout"), line.level ? text(`level_${line.level}`) : ""].filter(Boolean).join(" · ")),
        make("span", { class: "l-end" }, button("↑", text("lineBefore"), () => this.actions.step(false)), button("↓", text("lineAfter"), () => this.actions.step(true)), button("×", text("closeLine"), () => this.actions.close()))),
      make("div", { class: "l-acts" }, this.#copier(text("copyLine"), () => this.#text(group)), this.#copier(text("copyLink"), () => link),
        make("a", { class: "button", href: link }, source.removedMs === undefined ? text("openInContainer") : text("openInGone"))),
      whole, rest,
    ];
    const object = json(line.plain);
    const found = fields(line.plain);
    if (found.length) parts.push(make("h3", {}, text("fieldsTitle")), this.#fields(found));
    if (object) parts.push(make("details", {}, make("summary", {}, "JSON"), make("pre", { class: "l-json" }, JSON.stringify(object, null, 2).slice(0, shownAtOnce))));
    parts.push(make("h3", {}, text("contextTitle")), context);
    this.element.replaceChildren(...parts);
    this.element.hidden = false;
    this.element.scrollTop = 0;
    void this.#context(source.id, line, context, around, current);
    if (line.found!.length > (line.found!.own ?? line.raw).length + 3 && line.found!.length > 16_000) this.#rest(source.id, line, whole, rest, current);
  }

  #text(group: readonly string[]): string { return group.map(raw => new Line("0:0", "0000000", 1, raw).plain).join("\n"); }

  #fill(box: HTMLElement, raw: string): void {
    for (const [index, one] of raw.split("\n").entries()) {
      if (index) box.append("\n");
      fill(box, parse(one), [], shownAtOnce);
    }
  }

  #copier(words: string, what: () => string): HTMLButtonElement {
    const element = button(words, words, () => void copy(what()).then(done => {
      if (!done) return;
      element.textContent = text("copied");
      setTimeout(() => { element.textContent = words; }, 1_200);
    }));
    return element;
  }

  #fields(found: ReturnType<typeof fields>): HTMLElement {
    return make("table", { class: "l-fields" }, make("tbody", {}, ...found.map(({ name, value }) => make("tr", {}, make("th", { scope: "row" }, name),
      make("td", {}, make("span", {}, value.length > 2_000 ? `${value.slice(0, 2_000)}…` : value)),
      make("td", { class: "l-acts" },
        ...(value.length <= 200 ? [button("=", text("onlyField", name, value), () => this.actions.field(`${name}=${value}`)), button("≠", text("notField", name, value), () => this.actions.field(`${name}!=${value}`))]
          : [button("∃", text("hasField", name), () => this.actions.field(name))]))))));
  }

  async #context(id: string, line: Line, box: HTMLElement, lines: number, current: () => boolean): Promise<void> {
    try {
      const batch = await this.hub.invoke<WireBatch>("LogsAround", id, line.position, lines, lines);
      if (!current()) return;
      const joiner = new Joiner();
      const all = [...batch.lines.flatMap((wire: WireLine) => joiner.add(wire) ?? []), ...joiner.rest()];
      box.replaceChildren(...all.map(one => {
        const row = make("a", { class: one.position === line.position ? "here" : "", href: `containers/${id}/logs#line=${one.position}` }, make("span", { class: "t" }, stamp(one, "exact", 0)));
        const body = make("span");
        fill(body, parse(one.raw), [], 2_000);
        row.append(body);
        return row;
      }), ...(lines < 160 ? [button(text("moreContext"), text("moreContext"), () => void this.#context(id, line, box, lines * 4, current))] : []));
    } catch (error) {
      if (current()) box.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  /** A very long line comes in pieces, as many at once as nobody waits for. */
  #rest(id: string, line: Line, whole: HTMLElement, box: HTMLElement, current: () => boolean): void {
    let at = line.position;
    let shown = line.raw.length;
    let first = true;
    const more = button(text("showMore", bytes(line.found!.length)), text("showMore", bytes(line.found!.length)), () => {
      more.disabled = true;
      void this.hub.invoke<WireBatch>("LogsAround", id, at, 0, pieces).then(batch => {
        if (!current()) return;
        if (first) { whole.replaceChildren(); shown = 0; }
        const mine = batch.lines.filter(wire => wire[2] === line.stream).slice(first ? 0 : 1);
        first = false;
        let ended = mine.length === 0;
        for (const wire of mine) {
          whole.append(new Line("0:0", "0000000", 1, wire[4]).plain);
          shown += wire[4].length;
          at = wire[0];
          if (!wire[3]) { ended = true; break; }
        }
        more.disabled = false;
        if (ended) box.replaceChildren(); else more.textContent = text("showMoreOf", bytes(shown), bytes(line.found!.length));
      }, () => { more.disabled = false; });
    });
    box.append(more);
  }
}
