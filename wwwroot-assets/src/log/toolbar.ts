import { make } from "../element";
import { text } from "../text";
import type { Filter } from "./filter";
import type { Stamps } from "./stamps";

export interface Tools {
  element: HTMLElement;
  find: HTMLInputElement;
  /** "3 / 120", or why not. */
  found: Text;
  shown: Text;
}

export interface ToolState { filter: Filter; find: string; regex: boolean; stamps: Stamps; wrap: boolean }

export interface ToolActions {
  filter(filter: Filter): void;
  find(words: string, regex: boolean): void;
  go(forward: boolean): void;
  stamps(stamps: Stamps): void;
  wrap(wrap: boolean): void;
  clear(): void;
  leave(): void;
  /** Address of the search through all of this log. */
  whole(): string;
}

export function toolbar(state: ToolState, download: string, actions: ToolActions): Tools {
  const found = document.createTextNode("");
  const shown = document.createTextNode("");
  let { filter, regex } = state;

  const find = field(text("find"), state.find, words => actions.find(words, regex));
  find.addEventListener("keydown", event => {
    if (event.key === "Enter") { event.preventDefault(); actions.go(!event.shiftKey); }
    if (event.key === "Escape") { event.stopPropagation(); find.value = ""; actions.find("", regex); actions.leave(); }
  });
  const expression = toggle(".*", text("findRegex"), regex, on => { regex = on; actions.find(find.value, regex); });
  const change = (part: Partial<Filter>) => actions.filter(filter = { ...filter, ...part });
  const level = select(text("level"), filter.level, { "": text("anyLevel"), info: text("atLeastInfo"), warn: text("atLeastWarn"), error: text("atLeastError") },
    value => change({ level: value as Filter["level"] }));
  const stamps = select(text("timeExact"), state.stamps, { off: text("timeOff"), relative: text("timeRelative"), exact: text("timeExact") },
    value => actions.stamps(value as Stamps));

  const whole = make("a", { class: "button", href: actions.whole(), title: text("searchAllLong") }, text("searchAll"));
  for (const before of ["pointerdown", "focus"]) whole.addEventListener(before, () => { whole.href = actions.whole(); });   // with what is looked for now
  const element = make("div", { class: "tools", role: "toolbar", "aria-label": text("logToolbar") },
    make("span", { class: "group" }, find, expression,
      button("↑", text("findPrevious"), () => actions.go(false)), button("↓", text("findNext"), () => actions.go(true)),
      make("span", { class: "found", "aria-live": "polite" }, found)),
    make("span", { class: "group" },
      field(text("contains"), filter.contains, words => change({ contains: words })), level,
      toggle(text("stdout"), text("stdout"), filter.stdout, on => change({ stdout: on })),
      toggle(text("stderr"), text("stderr"), filter.stderr, on => change({ stderr: on }))),
    make("span", { class: "group" }, stamps, toggle(text("wrap"), text("wrap"), state.wrap, actions.wrap)),
    make("span", { class: "group end" }, make("span", { class: "shown" }, shown),
      whole, button(text("clear"), text("clear"), actions.clear),
      make("a", { class: "button", href: download, download: true }, text("download"))));
  return { element, find, found, shown };
}

function button(words: string, title: string, press: () => void): HTMLButtonElement {
  const element = make("button", { type: "button", title, "aria-label": title }, words);
  element.addEventListener("click", press);
  return element;
}

function toggle(words: string, title: string, on: boolean, change: (on: boolean) => void): HTMLButtonElement {
  const element = make("button", { type: "button", class: "toggle", title, "aria-pressed": String(on) }, words);
  element.addEventListener("click", () => {
    const now = element.getAttribute("aria-pressed") !== "true";
    element.setAttribute("aria-pressed", String(now));
    change(now);
  });
  return element;
}

function select(label: string, value: string, choices: Readonly<Record<string, string>>, change: (value: string) => void): HTMLSelectElement {
  const element = make("select", { "aria-label": label },
    ...Object.entries(choices).map(([key, words]) => make("option", { value: key, selected: key === value }, words)));
  element.addEventListener("change", () => change(element.value));
  return element;
}

/** Acts a moment after the last key. */
function field(label: string, value: string, change: (words: string) => void): HTMLInputElement {
  const element = make("input", { type: "search", placeholder: label, "aria-label": label, spellcheck: "false", autocomplete: "off", value });
  let timer: ReturnType<typeof setTimeout> | undefined;
  element.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => change(element.value), 120);
  });
  return element;
}
