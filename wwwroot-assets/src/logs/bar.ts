import { make } from "../element";
import { bytes, grouped } from "../format";
import type { Settings } from "../log/settings";
import type { Stamps } from "../log/stamps";
import { text } from "../text";
import { button, chip, popup, press, select, toggle } from "./controls";
import { clock } from "./histogram";
import type { Known } from "./known";
import { Picker } from "./picker";
import { download, groups, spans, type Group, type Query } from "./query";
import type { Progress } from "./search";

const typing = 250;      // ms after the last key

export interface BarActions {
  change(part: Partial<Query>): void;
  stamps(stamps: Stamps): void;
  wrap(): void;
  leave(): void;
}

/** All that says what is searched. It shows the query it is given and changes nothing by itself. */
export class Bar {
  readonly element: HTMLElement;
  readonly field = make("input", { type: "search", class: "q", placeholder: text("searchLogs"), "aria-label": text("searchLogs"), spellcheck: "false", autocomplete: "off", "data-search": true });
  readonly picker: Picker;
  readonly #regex: HTMLElement;
  readonly #case: HTMLElement;
  readonly #invert: HTMLElement;
  readonly #live: HTMLElement;
  readonly #order: HTMLElement;
  readonly #wrap: HTMLElement;
  readonly #out: HTMLSelectElement;
  readonly #span: HTMLSelectElement;
  readonly #stamps: HTMLSelectElement;
  readonly #levels = new Map<Group, HTMLElement>();
  readonly #chips = make("span", { class: "chips" });
  readonly #progress = make("span", { class: "progress", role: "status" });
  readonly #line = make("span", { class: "done" });
  readonly #menu = make("div", { class: "l-menu" });
  #query: Query;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(query: Query, private readonly within: readonly string[], private readonly known: Known, settings: Settings, private readonly actions: BarActions, ended = false) {
    this.#query = query;
    const change = (part: Partial<Query>) => actions.change(part);
    this.field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => change({ text: this.field.value }), typing);
    });
    this.field.addEventListener("keydown", event => {
      if (event.key === "Enter") { clearTimeout(this.#timer); change({ text: this.field.value }); }
      if (event.key === "Escape" && this.field.value) { event.stopPropagation(); this.field.value = ""; clearTimeout(this.#timer); change({ text: "" }); actions.leave(); }
    });
    this.#case = toggle("Aa", text("matchCase"), () => change({ matchCase: !this.#query.matchCase }));
    this.#regex = toggle(".*", text("findRegex"), () => change({ regex: !this.#query.regex }));
    this.#invert = toggle("≠", text("invert"), () => change({ invert: !this.#query.invert }));
    this.#live = toggle(text("liveTail"), text("liveTailLong"), () => change({ live: !this.#query.live }), "l-live");
    this.#order = button("", text("order"), () => change({ oldest: !this.#query.oldest }));
    this.#wrap = toggle(text("wrap"), text("wrap"), () => { actions.wrap(); press(this.#wrap, settings.wrap); });
    press(this.#wrap, settings.wrap);
    this.#out = select(text("bothStreams"), { 0: text("bothStreams"), 1: text("stdout"), 2: text("stderr") }, value => change({ out: Number(value) as Query["out"] }));
    this.#span = select(text("span"), { ...Object.fromEntries(Object.keys(spans).map(span => [span, text(`span_${span}` as "span_1h")])), all: text("span_all"), own: text("span_own") },
      value => { if (value !== "own") change({ from: value, to: "" }); });
    this.#stamps = select(text("timeExact"), { exact: text("timeExact"), relative: text("timeRelative"), off: text("timeOff") }, value => actions.stamps(value as Stamps));
    this.#stamps.value = settings.stamps;
    for (const group of Object.keys(groups) as Group[])
      this.#levels.set(group, toggle(text(`level_${group}`), text(`level_${group}`), () => this.#level(group), `level-${group}`));
    this.picker = new Picker(() => this.#query.sources, source => {
      const { sources } = this.#query;
      change({ sources: sources.includes(source) ? sources.filter(one => one !== source) : [...sources, source] });
    }, () => this.show(this.#query));
    const save = popup(text("download"), text("downloadFound"), this.#menu, () => this.#fillMenu());
    this.element = make("div", { class: "bar", role: "search" },
      make("div", { class: "l-first" }, make("span", { class: "l-field" }, this.field, this.#case, this.#regex, this.#invert), this.#span, this.#live),
      make("div", { class: "l-second" }, this.picker.element, this.#chips, make("span", { class: "levels", role: "group", "aria-label": text("level") }, ...this.#levels.values()), this.#out,
        make("span", { class: "l-end" }, this.#order, this.#stamps, this.#wrap, save)),
      make("div", { class: "l-third" }, this.#progress, make("span", { class: "l-track", "aria-hidden": "true" }, this.#line)));
    if (within.length) {
      this.picker.element.hidden = true;
      this.field.placeholder = text("searchIts");
      this.field.setAttribute("aria-label", text("searchIts"));
    }
    this.#live.hidden = ended;
    this.show(query);
  }

  stop(): void { clearTimeout(this.#timer); }

  show(query: Query): void {
    this.#query = query;
    if (document.activeElement !== this.field) this.field.value = query.text;
    press(this.#case, query.matchCase);
    press(this.#regex, query.regex);
    press(this.#invert, query.invert);
    press(this.#live, query.live);
    this.#order.textContent = query.oldest ? text("oldestFirst") : text("newestFirst");
    this.#order.hidden = query.live;
    this.#out.value = String(query.out);
    const own = query.to !== "" || (!(query.from in spans) && query.from !== "all");
    this.#span.value = own ? "own" : query.from;
    this.#span.disabled = query.live;
    const ownOption = this.#span.querySelector<HTMLOptionElement>("option[value=own]")!;
    ownOption.hidden = !own;
    ownOption.textContent = own ? this.#range(query) : text("span_own");
    for (const [group, element] of this.#levels) press(element, groups[group].some(name => query.levels.includes(name)));
    this.#chips.replaceChildren(
      ...query.sources.map(source => chip(this.#name(source), text("remove"), this.#color(source), () => this.actions.change({ sources: query.sources.filter(one => one !== source) }))),
      ...query.fields.map(field => chip(field, text("remove"), "", () => this.actions.change({ fields: query.fields.filter(one => one !== field) }))));
  }

  progress(progress: Progress | undefined, live: string): void {
    const done = !progress || progress.done;
    this.#progress.textContent = live || (!progress ? "" : progress.done
      ? text(progress.found === 1 ? "searchDoneOne" : "searchDone", bytes(progress.total), grouped(progress.found)) + (progress.gone ? ` · ${text("searchGone", bytes(progress.gone))}` : "")
      : text("searching", bytes(progress.looked), bytes(progress.total), grouped(progress.found)));
    this.#line.style.width = `${done ? 100 : Math.min(100, 100 * progress.looked / Math.max(1, progress.total))}%`;
    this.element.classList.toggle("searching", !done);
  }

  /** How many lines of each level were found, on its button. */
  counts(totals: ReadonlyMap<Group, number>): void {
    for (const [group, element] of this.#levels) {
      const count = totals.get(group);
      const words = `${text(`level_${group}`)}${count ? ` ${short(count)}` : ""}`;
      if (element.textContent !== words) element.textContent = words;
    }
  }

  #level(group: Group): void {
    const names = groups[group];
    const { levels } = this.#query;
    this.actions.change({ levels: names.some(name => levels.includes(name)) ? levels.filter(name => !names.includes(name)) : [...levels, ...names] });
  }

  #name(source: string): string { return this.picker.names.get(source) ?? (/^[0-9a-f]{64}$/.test(source) ? source.slice(0, 12) : source); }

  #color(source: string): string {
    const number = this.known.numberOf(source);
    return number === undefined ? "" : this.known.tag(number)!.color;
  }

  #range(query: Query): string {
    if (query.from === "all") return `… – ${clock(Number(query.to), 1_000)}`;
    const from = query.from in spans ? Date.now() - spans[query.from]! : Number(query.from);
    const to = query.to ? Number(query.to) : Date.now();
    const step = to - from > 86_400e3 ? 3_600e3 : to - from > 600e3 ? 60e3 : 1_000;
    return `${clock(from, step)} – ${clock(to, step)}`;
  }

  #fillMenu(): void {
    const row = (words: string, format: "text" | "jsonl", gz: boolean) =>
      make("a", { href: new URL(download(this.#query, this.within, format, gz, Date.now()), document.baseURI).href, download: true }, words);
    this.#menu.replaceChildren(row(text("saveText"), "text", false), row(text("saveTextGz"), "text", true), row(text("saveJson"), "jsonl", false), row(text("saveJsonGz"), "jsonl", true));
  }
}

/** 1,204 as "1.2k". */
function short(count: number): string {
  return count < 1_000 ? String(count) : count < 999_950 ? `${(count / 1_000).toFixed(count < 9_950 ? 1 : 0)}k` : `${(count / 1e6).toFixed(1)}M`;
}
