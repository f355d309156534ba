import { make } from "../element";
import { bytes } from "../format";
import { ago } from "../page/ago";
import { text } from "../text";
import { popup } from "./controls";

/** As /api/v1/logs/sources tells it. */
interface Listed { id: string; name: string; image: string; labels: Record<string, string>; createdAt: string; removedAt?: string | null; bytes?: number; privileged?: boolean }

const stackLabel = "com.docker.compose.project";

/** Chooses containers, stacks, labels, and containers that are gone but whose logs are kept. */
export class Picker {
  readonly element: HTMLElement;
  readonly #search = make("input", { type: "search", placeholder: text("pickSearch"), "aria-label": text("pickSearch"), spellcheck: "false", autocomplete: "off" });
  readonly #list = make("div", { class: "list", role: "listbox", "aria-multiselectable": "true", "aria-label": text("pickLabel") });
  #all: Listed[] = [];

  /** Names by what stands for them in the address. */
  readonly names = new Map<string, string>();

  constructor(private readonly chosen: () => readonly string[], private readonly choose: (source: string) => void, private readonly loaded: () => void) {
    this.element = popup(text("pick"), text("pickLong"), make("div", { class: "picker" }, this.#search, this.#list), () => { this.#search.focus(); void this.load(); });
    this.#search.addEventListener("input", () => this.#draw());
    this.#search.addEventListener("keydown", event => {
      if (event.key === "Enter") this.#list.querySelector<HTMLElement>("button")?.click();
      if (event.key === "ArrowDown") this.#list.querySelector<HTMLElement>("button")?.focus();
    });
  }

  async load(): Promise<void> {
    try {
      const answer = await fetch(new URL("api/v1/logs/sources", document.baseURI));
      if (!answer.ok) return;
      this.#all = await answer.json() as Listed[];
      for (const one of this.#all) this.names.set(one.id, one.name);
      this.#draw();
      this.loaded();
    } catch { /* the server is away: the page says so */ }
  }

  draw(): void { this.#draw(); }

  #draw(): void {
    const words = this.#search.value.trim().toLowerCase();
    const fits = (...texts: string[]) => !words || texts.some(one => one.toLowerCase().includes(words));
    const stacks = [...new Set(this.#all.map(one => one.labels?.[stackLabel]).filter((name): name is string => !!name))].sort();
    const there = this.#all.filter(one => !one.removedAt).sort((a, b) => a.name.localeCompare(b.name));
    const gone = this.#all.filter(one => one.removedAt).sort((a, b) => Date.parse(b.removedAt!) - Date.parse(a.removedAt!));
    const labels = words.includes("=") || words.startsWith("label:") ? [words.replace(/^label:/, "")] : [];
    this.#list.replaceChildren(
      ...this.#group(text("pickStacks"), stacks.filter(name => fits(name)).map(name => this.#row(`stack:${name}`, name, ""))),
      ...this.#group(text("pickContainers"), there.filter(one => fits(one.name, one.image, one.id)).slice(0, 200).map(one => this.#row(one.id, one.name, one.image, one.privileged))),
      ...this.#group(text("pickGone"), gone.filter(one => fits(one.name, one.image, one.id)).slice(0, 200)
        .map(one => this.#row(one.id, one.name, `${ago(Date.now() - Date.parse(one.removedAt!), text("justNow"))}${one.bytes ? ` · ${bytes(one.bytes)}` : ""}`, one.privileged))),
      ...this.#group(text("pickLabels"), labels.map(label => this.#row(`label:${label}`, label, ""))));
    if (!this.#list.firstChild) this.#list.append(make("p", { class: "none" }, text("pickNone")));
  }

  #group(title: string, rows: HTMLElement[]): HTMLElement[] {
    return rows.length ? [make("h3", {}, title), ...rows] : [];
  }

  #row(source: string, name: string, hint: string, privileged = false): HTMLElement {
    const on = this.chosen().includes(source);
    const row = make("button", { type: "button", role: "option", "aria-selected": String(on) }, make("span", {}, name), ...(privileged ? [make("span", { class: "mark danger" }, text("privileged"))] : []), make("small", {}, hint));
    row.addEventListener("click", () => { this.choose(source); this.#draw(); });
    row.addEventListener("keydown", event => {
      const buttons = [...this.#list.querySelectorAll<HTMLElement>("button")];
      const next = buttons[buttons.indexOf(row) + (event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0)];
      if (!event.key.startsWith("Arrow") || !next) return;
      event.preventDefault();
      next.focus();
    });
    return row;
  }
}
