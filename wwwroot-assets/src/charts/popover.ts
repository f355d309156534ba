import { make } from "../element";
import { machine } from "../live/columns";
import { moment as page } from "../page/moment";
import { text } from "../text";
import { moment } from "./clock";
import { colorOf, wordsOf, type Mark } from "./marks";

const most = 8;

let open: { element: HTMLElement; close(): void } | undefined;

/** What happened here, and ways to what was written and what else happened then. One in the page at a time; Escape and a press elsewhere close it. */
export function showMarks(marks: readonly Mark[], x: number, y: number): void {
  closeMarks();
  const list = make("ul", {}, ...marks.slice(-most).map(mark => item(mark)));
  if (marks.length > most) list.prepend(make("li", { class: "more" }, text("moreMarks", marks.length - most)));
  const element = make("div", { class: "chart-popover", role: "dialog", "aria-label": text("whatHappened"), tabindex: "-1" }, list);
  document.body.append(element);
  const { offsetWidth: width, offsetHeight: height } = element;
  element.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, x - width / 2))}px`;
  element.style.top = `${y - height - 12 > 8 ? y - height - 12 : Math.min(innerHeight - height - 8, y + 16)}px`;
  const ends = new AbortController();
  const { signal } = ends;
  const before = document.activeElement;
  open = { element, close: () => { ends.abort(); element.remove(); } };
  document.addEventListener("pointerdown", event => { if (!element.contains(event.target as Node)) closeMarks(); }, { signal });
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    closeMarks();
    if (before instanceof HTMLElement) before.focus();
  }, { signal, capture: true });
  document.addEventListener("scroll", closeMarks, { signal, capture: true, passive: true });
  element.addEventListener("click", event => { if (event.target instanceof Element && event.target.closest("a,button")) setTimeout(closeMarks); }, { signal });
  element.focus({ preventScroll: true });
}

export function closeMarks(): void {
  open?.close();
  open = undefined;
}

function item(mark: Mark): HTMLElement {
  const at = Math.round(mark.seconds * 1000);
  const links = make("span", { class: "links" });
  if (isContainer(mark.source)) {
    links.append(make("a", { href: `containers/${mark.source}/logs?at=${at + 1_000}` }, text("logsThen")));
    if (!page.possible) links.append(make("a", { href: `containers/${mark.source}?at=${at + 1_000}` }, text("pageThen")));
    links.append(make("a", { href: `events?q=${encodeURIComponent(mark.source.slice(0, 12))}` }, text("eventsOf")));
  } else if (mark.source.startsWith("stack:")) {
    links.append(make("a", { href: `stacks/${encodeURIComponent(mark.source.slice(6))}?tab=revisions` }, text("stackThen")));
  }
  if (page.possible) {
    const here = make("button", { type: "button" }, text("rewindHere"));
    here.addEventListener("click", () => page.pick(at + 1_000));
    links.prepend(here);
  }
  return make("li", {},
    make("i", { style: `background: var(${colorOf(mark)})` }), make("b", {}, wordsOf(mark)), make("span", { class: "name" }, mark.name), ...(mark.attributes.privileged === "true" ? [make("span", { class: "mark danger" }, text("privileged"))] : []), make("time", {}, moment(mark.seconds)), details(mark), links);
}

/** What the event says beside its kind, as it says it. */
function details(mark: Mark): HTMLElement {
  const told = Object.entries(mark.attributes).filter(([key]) => !["exitCode", "status", "privileged"].includes(key)).slice(0, 4);
  return make("small", {}, told.map(([key, value]) => `${key} ${value.length > 80 ? `${value.slice(0, 79)}…` : value}`).join(" · "));
}

const isContainer = (source: string) => source !== machine && !source.includes(":");
