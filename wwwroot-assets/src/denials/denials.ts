import { make, type View } from "../element";
import { hub } from "../live/page-hub";
import { text } from "../text";
import { visible } from "./visible";

/** As the hub sends it. */
export interface Denial {
  exec: string | null; call: string; number: number; architecture: string | null; command: string; pid: number; outerPid: number; count: number; first: string; last: string;
}

export interface DenialPush { all: boolean; denials: readonly Denial[] }

interface Row { tr: HTMLTableRowElement; pids: HTMLElement; count: HTMLElement; last: HTMLElement }

/** More kinds than this nobody reads; the engine keeps as many. */
const most = 1_000;

/** <brig-denials container="ID" link="…&q=">: refused system calls with who made them, the newest first. A call's name leads to `link` + name. */
export function denials(host: HTMLElement): View {
  const id = host.getAttribute("container") ?? "";
  const link = host.getAttribute("link") ?? "";
  const rows = new Map<string, Row>();
  const body = make("tbody");
  const table = make("table", { class: "grid denials", "aria-label": text("deniedLabel") },
    make("thead", {}, make("tr", {}, head("deniedCall"), head("deniedBy"), head("deniedCount", "num"), head("deniedLast"))), body);
  const empty = make("p", { class: "muted empty-denials" }, text("deniedNone"));
  const said = make("p", { class: "hidden", "aria-live": "polite" });
  host.replaceChildren(table, empty, said);
  show();

  const following = hub().follow<DenialPush>({
    open: wire => wire.stream("Denied", id),
    next: push => {
      if (push.all) { rows.clear(); body.replaceChildren(); }
      for (const denial of push.denials) put(denial, !push.all);
      show();
    },
    failed: sentence => { empty.textContent = sentence; show(); },
  });
  return { dispose: () => following.stop() };

  function put(denial: Denial, fresh: boolean): void {
    const key = JSON.stringify([denial.exec, denial.number, denial.architecture, denial.command]);
    let row = rows.get(key);
    if (!row) {
      while (rows.size >= most) forget();
      row = draw(denial);
      rows.set(key, row);
    }
    row.count.textContent = String(denial.count);
    row.pids.textContent = denial.pid > 0 ? text("deniedPids", denial.pid, denial.outerPid) : "";
    row.last.setAttribute("at", denial.last);
    if (!fresh) { body.prepend(row.tr); return; }
    // Under the pointer nothing moves; what is new goes to the top.
    if (body.firstElementChild !== row.tr && !body.matches(":hover")) body.prepend(row.tr);
    else if (!row.tr.isConnected) body.append(row.tr);
    row.tr.classList.remove("fresh");
    void row.tr.offsetWidth;
    row.tr.classList.add("fresh");
    said.textContent = text("deniedSaid", name(denial), visible(denial.command));
  }

  function draw(denial: Denial): Row {
    const pids = make("span", { class: "faint" });
    const count = make("td", { class: "num mono" });
    const last = document.createElement("brig-time");
    const call = denial.call && link ? make("a", { href: link + encodeURIComponent(denial.call) }, denial.call) : name(denial);
    const tr = make("tr", {},
      make("td", { class: "mono" }, call, ...(denial.architecture ? [make("span", { class: "faint" }, ` ${denial.architecture}`)] : [])),
      make("td", {}, make("b", {}, visible(denial.command) || text("deniedSeveral")), " ", pids, ...(denial.exec ? [make("span", { class: "mark" }, "exec")] : [])),
      count, make("td", { class: "muted" }, last));
    return { tr, pids, count, last };
  }

  function forget(): void {
    const [key, row] = rows.entries().next().value!;
    rows.delete(key);
    row.tr.remove();
  }

  function show(): void {
    table.hidden = rows.size === 0;
    empty.hidden = rows.size > 0;
  }
}

const name = (denial: Denial): string => denial.call || text("deniedOthers");
const head = (word: Parameters<typeof text>[0], of = ""): HTMLElement => make("th", of ? { class: of } : {}, text(word));
