import { make, type View } from "../element";
import { grouped } from "../format";
import { hub } from "../live/page-hub";
import { hash, setHash, withHash } from "../page/hash";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { Copying } from "./copying";
import { Feed } from "./feed";
import { test as passes, type Filter } from "./filter";
import { Finder, ranges } from "./find";
import { Finding } from "./finding";
import { Heights } from "./heights";
import { onKey } from "./keys";
import { comparePositions, type Line } from "./line";
import { Ring } from "./ring";
import { row } from "./row";
import { Rows } from "./rows";
import { keepSettings, settings } from "./settings";
import { Shown } from "./shown";
import { restamp } from "./restamp";
import { toolbar, type Tools } from "./toolbar";

const kept = 100_000;
const atBottom = 6;         // px
const margin = 200;         // lines kept above what is read

/** <brig-log container="ID" [tail="1000"]>: the output of a container. See docs/architecture.md, "The browser". */
export function log(host: HTMLElement): View {
  return new LogWindow(host);
}

class LogWindow implements View {
  readonly #id: string;
  readonly #ring = new Ring<Line>(kept);
  readonly #shown = new Shown(this.#ring);
  readonly #heights = new Heights(20);
  readonly #rows: Rows;
  readonly #copying: Copying;
  readonly #finder: Finder;
  readonly #finding: Finding;
  readonly #feed: Feed;
  readonly #tools: Tools;
  readonly #view = make("div", { class: "view", tabindex: "0", role: "log", "aria-live": "off", "aria-label": text("logLabel") });
  readonly #note = make("p", { class: "note", role: "status" });
  readonly #jump = make("button", { type: "button", class: "jump", hidden: true });
  readonly #probe = make("span", { class: "probe", "aria-hidden": "true" }, "0".repeat(100));
  readonly #settings = settings();
  readonly #resize: ResizeObserver;
  readonly #clock: ReturnType<typeof setInterval>;

  #filter: Filter = {
    stdout: hash("out") !== "stderr", stderr: hash("out") !== "stdout", contains: hash("contains"),
    level: (["info", "warn", "error"] as const).find(level => level === hash("level")) ?? "",
  };
  #waiting: Line[] = [];
  #follow = true;
  #unseen = 0;
  #expectedTop = 0;
  #columns = 80;
  #widest = 0;
  #linked = hash("line");
  /** Shows an older part of the log, not its end. */
  #detached = false;
  #older: "can" | "loading" | "none" = "can";
  #failure = "";
  readonly #ends = new AbortController();

  constructor(host: HTMLElement) {
    this.#id = host.getAttribute("container") ?? "";
    const tail = Number(host.getAttribute("tail")) || 1_000;
    this.#rows = new Rows(this.#shown, this.#heights, seq => this.#row(seq));
    this.#copying = new Copying(this.#rows, this.#shown, this.#ring);
    this.#finder = new Finder(this.#shown, seq => this.#ring.get(seq));
    this.#feed = new Feed(hub(), this.#id, tail, {
      lines: lines => { this.#failure = ""; this.#waiting.push(...lines); paint(this.#draw); },
      failed: sentence => { this.#failure = sentence; paint(this.#draw); },
    });
    this.#tools = toolbar(
      { filter: this.#filter, find: hash("find"), regex: hash("regex") === "1", stamps: this.#settings.stamps, wrap: this.#settings.wrap },
      new URL(`api/v1/containers/${encodeURIComponent(this.#id)}/logs?timestamps=true`, document.baseURI).href,
      {
        filter: filter => this.#setFilter(filter),
        find: (words, regex) => this.#finding.find(words, regex, true),
        go: forward => this.#finding.go(forward),
        stamps: stamps => { this.#settings.stamps = stamps; keepSettings(this.#settings); this.#relayout(); },
        wrap: wrap => { this.#settings.wrap = wrap; keepSettings(this.#settings); this.#relayout(); },
        clear: () => { this.#empty(); this.#older = "none"; paint(this.#draw); },
        leave: () => this.#view.focus(),
      });
    this.#finding = new Finding(this.#finder, this.#tools, {
      top: () => this.#shown.length ? this.#shown.seq(this.#heights.at(this.#view.scrollTop)) : 0,
      end: () => this.#shown.length ? this.#shown.seq(this.#shown.length - 1) + 1 : 1,
      follows: () => this.#follow,
      reveal: seq => this.#reveal(seq, 0.4),
      rebuild: seq => this.#rows.rebuild(seq),
      forget: () => { this.#rows.forget(); paint(this.#draw); },
    });
    this.#view.append(this.#rows.element, this.#probe);
    host.append(this.#tools.element, make("div", { class: "body" }, this.#view, this.#note, this.#jump));
    this.#shown.filter(passes(this.#filter));

    const { signal } = this.#ends;
    this.#view.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.#view.addEventListener("wheel", event => { if (event.deltaY < 0) this.#up(); }, { signal, passive: true });
    this.#view.addEventListener("keydown", event => onKey(event, {
      selectAll: () => document.getSelection()?.selectAllChildren(this.#rows.element),
      find: () => this.#tools.find.select(),
      go: forward => this.#finding.go(forward),
      oldest: () => { this.#setFollow(false); this.#setTop(0); void this.#loadOlder(); },
      newest: () => this.#toNewest(),
      up: () => this.#up(),
    }), { signal });
    this.#view.addEventListener("click", event => this.#click(event), { signal });
    document.addEventListener("copy", event => this.#copying.copy(event), { signal });
    document.addEventListener("selectionchange", () => { if (this.#follow) paint(this.#draw); }, { signal });
    this.#jump.addEventListener("click", () => this.#toNewest(), { signal });
    this.#resize = new ResizeObserver(() => this.#relayout());
    this.#resize.observe(this.#view);
    this.#clock = setInterval(() => { if (this.#settings.stamps === "relative") restamp(this.#rows, seq => this.#ring.get(seq)); }, 1_000);
    this.#relayout();
    if (hash("find")) this.#finding.find(hash("find"), hash("regex") === "1", false);
    this.#begin();
  }

  attribute(name: string): boolean { return name === "tail"; }

  dispose(): void {
    this.#ends.abort();
    this.#feed.stop();
    this.#resize.disconnect();
    clearInterval(this.#clock);
    this.#finding.stop();
    unpaint(this.#draw);
  }

  // Lines come, and are drawn once a frame.

  #begin(): void {
    if (!this.#linked) { this.#feed.live(); return; }
    this.#follow = false;
    this.#detached = true;
    void this.#feed.from(this.#linked).then(async reachedEnd => {
      if (reachedEnd) { this.#detached = false; this.#feed.live(); }
      this.#ingest();
      await this.#loadOlder();          // what came before it belongs into the picture
      this.#reveal(this.#seqOf(this.#linked), 0.3);
    });
  }

  readonly #draw = () => {
    this.#ingest();
    if (!this.#holds()) this.#setTop(this.#heights.total);
    this.#render();
  };

  #ingest(): void {
    if (!this.#waiting.length) return;
    if (this.#holds() && this.#wouldPushOut()) { this.#pause(); return; }
    const before = { first: this.#ring.first, end: this.#ring.end };
    for (const line of this.#waiting) this.#ring.push(line);
    this.#waiting = [];
    const { left, came } = this.#shown.advance(before);
    const pixels = this.#heights.evict(left);
    this.#heights.append(this.#shown.length - this.#heights.length, this.#guess());
    if (this.#holds()) {
      if (!this.#detached) this.#unseen += came;
      if (pixels) this.#setTop(Math.max(0, this.#view.scrollTop - pixels));
    }
    if (this.#finder.pattern) this.#finding.on();
  }

  /** Somebody reads, or holds a selection: nothing may slip away from under the eye or the hand. */
  #holds(): boolean {
    return !this.#follow || this.#copying.everything() || this.#copying.picked() !== undefined;
  }

  /** What waits would push out what is read or selected. */
  #wouldPushOut(): boolean {
    const out = this.#ring.first + this.#waiting.length - this.#ring.room;
    const top = this.#heights.at(this.#view.scrollTop);
    const seen = top < this.#shown.length ? this.#shown.seq(top) : this.#ring.end;
    return out > Math.min(seen - margin, this.#copying.picked()?.from.seq ?? Infinity) && out > this.#ring.first;
  }

  /** The window is full of what is being read: the stream waits until its reader wants the newest. */
  #pause(): void {
    this.#unseen += this.#waiting.length;
    this.#waiting = [];
    this.#feed.stop();
    this.#detached = true;
    this.#setFollow(false);
  }

  #render(): void {
    const { scrollTop, clientHeight } = this.#view;
    this.#rows.element.style.height = `${this.#heights.total}px`;
    this.#rows.show(scrollTop, scrollTop + clientHeight, this.#copying.pinned());
    if (this.#settings.wrap) this.#measure();
    else if (this.#widest) this.#rows.element.style.minWidth = `calc(${this.#widest}ch + 140px)`;
    this.#tell();
  }

  /** With wrapping, the guess from the length is replaced by the true height; what is being read stays where it is. */
  #measure(): void {
    const top = this.#view.scrollTop;
    let above = 0;
    let changed = false;
    for (const [seq, element] of this.#rows.rows()) {
      const index = this.#shown.index(seq);
      const offset = this.#heights.offset(index);
      const height = element.offsetHeight;
      if (!height || height === this.#heights.height(index)) continue;
      const difference = this.#heights.set(index, height);
      changed = true;
      if (offset < top) above += difference;
    }
    if (!changed) return;
    this.#rows.element.style.height = `${this.#heights.total}px`;
    this.#rows.place();
    if (!this.#holds()) this.#setTop(this.#heights.total);
    else if (above) this.#setTop(top + above);
  }

  #tell(): void {
    const all = this.#ring.length;
    const shown = this.#shown.length;
    this.#tools.shown.data = shown === all ? "" : text("shown", grouped(shown), grouped(all));
    this.#jump.hidden = !this.#holds() && !this.#detached;
    if (!this.#jump.hidden) {
      const words = this.#unseen > 0 ? text("newLines", grouped(this.#unseen)) : text("toNewest");
      if (this.#jump.textContent !== words) this.#jump.textContent = words;
    }
    const note = this.#failure || (shown ? "" : all ? text("noLinesMatch") : text("noLines"));
    if (this.#note.textContent !== note) this.#note.textContent = note;
    this.#note.hidden = !note;
  }

  #row(seq: number): HTMLElement {
    const line = this.#ring.get(seq)!;
    const found = this.#finder.pattern ? ranges(line.plain, this.#finder.pattern) : [];
    this.#widest = Math.max(this.#widest, Math.min(8_192, line.plain.length));
    return row(line, {
      stamps: this.#settings.stamps, now: Date.now(), ranges: found, link: withHash("line", line.position),
      linked: line.position === this.#linked, current: seq === this.#finder.current,
    });
  }

  #relayout(): void {
    const style = getComputedStyle(this.#view);
    this.#heights.row = parseFloat(style.lineHeight) || 20;
    this.#view.classList.toggle("wrap", this.#settings.wrap);
    this.#rows.element.style.minWidth = "";
    this.#view.classList.toggle("stamped", this.#settings.stamps !== "off");
    const width = this.#probe.offsetWidth / 100;
    const times = this.#settings.stamps === "off" ? 0 : this.#settings.stamps === "exact" ? 13.5 : 7.5;
    if (width > 0) this.#columns = Math.max(10, Math.floor((this.#view.clientWidth - 24) / width - times));
    this.#relist();
  }

  /** All heights and rows anew after a change, with the line at the top staying there. */
  #relist(change: () => void = () => {}): void {
    const { scrollTop } = this.#view;
    const top = this.#heights.at(scrollTop);
    const seq = top < this.#shown.length ? this.#shown.seq(top) : undefined;
    const into = scrollTop - this.#heights.offset(top);
    change();
    this.#heights.reset(this.#shown.length, this.#guess());
    this.#rows.forget();
    if (!this.#follow && seq !== undefined) this.#setTop(this.#heights.offset(this.#shown.index(seq)) + into);
    paint(this.#draw);
  }

  /** With wrapping: how high a row will be, by its length. Without, all rows are the same. */
  #guess(): ((index: number) => number) | undefined {
    if (!this.#settings.wrap) return undefined;
    return index => {
      const length = this.#ring.get(this.#shown.seq(index))?.plain.length ?? 0;
      return this.#heights.row * Math.max(1, Math.ceil(Math.min(8_192, length) / this.#columns));
    };
  }

  // Scrolling and following.

  #setTop(top: number): void {
    this.#rows.element.style.height = `${this.#heights.total}px`;
    this.#view.scrollTop = top;
    this.#expectedTop = this.#view.scrollTop;
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#view;
    if (Math.abs(scrollTop - this.#expectedTop) >= 1) {
      this.#expectedTop = scrollTop;
      this.#setFollow(!this.#detached && scrollTop + clientHeight >= scrollHeight - atBottom);
    }
    if (scrollTop < clientHeight) void this.#loadOlder();
    paint(this.#draw);
  }

  /** Somebody looks back. */
  #up(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#view;
    if (scrollHeight > clientHeight) this.#setFollow(false);
    if (scrollTop < clientHeight) void this.#loadOlder();
  }

  #setFollow(follow: boolean): void {
    if (this.#follow === follow) return;
    this.#follow = follow;
    if (follow) this.#unseen = 0;
    paint(this.#draw);
  }

  #toNewest(): void {
    document.getSelection()?.empty();
    if (this.#detached) {
      this.#detached = false;
      this.#linked = "";
      setHash("line", "");
      this.#empty();
      this.#older = "can";
      this.#feed.restart();
    }
    this.#follow = true;
    this.#unseen = 0;
    paint(this.#draw);
  }

  async #loadOlder(): Promise<void> {
    const oldest = this.#ring.get(this.#ring.first);
    if (this.#older !== "can" || !oldest || this.#ring.room === 0) return;
    this.#older = "loading";
    const first = oldest.position;
    const lines = await this.#feed.older(oldest);
    if (this.#ends.signal.aborted || this.#older !== "loading") return;
    this.#older = lines.length ? "can" : "none";
    if (!lines.length || this.#ring.get(this.#ring.first)?.position !== first) return;
    this.#relist(() => {
      this.#ring.unshift(lines);
      this.#shown.filter(passes(this.#filter));
    });
    this.#finding.again();
    paint(this.#draw);
  }

  #empty(): void {
    this.#ring.clear();
    this.#waiting = [];
    this.#shown.filter(passes(this.#filter));
    this.#heights.reset(0);
    this.#rows.forget();
    this.#finder.restart();
    this.#unseen = 0;
    this.#widest = 0;
  }

  #setFilter(filter: Filter): void {
    this.#filter = filter;
    setHash("contains", filter.contains);
    setHash("level", filter.level);
    setHash("out", filter.stdout === filter.stderr ? "" : filter.stdout ? "stdout" : "stderr");
    this.#relist(() => this.#shown.filter(passes(filter)));
    this.#finding.again();
  }

  /** Brings a line into sight, so far from the top. */
  #reveal(seq: number | undefined, part: number): void {
    if (seq === undefined) return;
    this.#setFollow(false);
    const at = this.#heights.offset(this.#shown.index(seq));
    const { scrollTop, clientHeight } = this.#view;
    if (at < scrollTop + this.#heights.row || at > scrollTop + clientHeight - 2 * this.#heights.row) this.#setTop(Math.max(0, at - clientHeight * part));
    paint(this.#draw);
  }

  #seqOf(position: string): number | undefined {
    for (let seq = this.#ring.first; seq < this.#ring.end; seq++)
      if (comparePositions(this.#ring.get(seq)!.position, position) >= 0) return seq;
    return undefined;
  }

  // Links.

  #click(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>(".g") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const seq = this.#rows.seqOf(link.parentElement!);
    const line = seq === undefined ? undefined : this.#ring.get(seq);
    if (!line) return;
    const before = this.#linked;
    this.#linked = before === line.position ? "" : line.position;
    setHash("line", this.#linked);
    this.#setFollow(false);
    this.#rows.rebuild(this.#seqOf(before || line.position));
    this.#rows.rebuild(seq);
    paint(this.#draw);
  }
}
