import { make } from "../element";
import { grouped } from "../format";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { Copying } from "./copying";
import { Heights } from "./heights";
import { onKey } from "./keys";
import { comparePositions, type Line } from "./line";
import { Ring } from "./ring";
import { row, type RowLook } from "./row";
import { Rows } from "./rows";
import type { Settings } from "./settings";
import { Shown } from "./shown";
import { restamp } from "./restamp";

const kept = 100_000;
const atBottom = 6;         // px
const margin = 200;         // lines kept above what is read
const ahead = 2_000;        // px before the end at which more results are asked for

/** What a pane of lines asks of whoever fills it. */
export interface PaneOwner {
  readonly settings: Settings;
  /** How a line looks, but for its times. */
  look(line: Line, seq: number): Omit<RowLook, "stamps" | "now">;
  /** The words in place of lines, when there is nothing to see or something is wrong. */
  note(shown: number, all: number): string;
  /** Lines from before this one; the first call while at the head. Nothing: there are none. */
  older?(than: Line): Promise<Line[]>;
  /** The end comes into sight. */
  more?(): void;
  /** The pane is full of what is being read: nothing more may come until its reader wants the newest. */
  pause?(): void;
  /** The newest are wanted again, after a pause or from an old part. The pane is empty. */
  resume?(): void;
  /** What is shown ends in the past: there is nothing newer to go to. */
  past?(): boolean;
  /** After lines came, left or were drawn. */
  grew?(): void;
  drawn?(): void;
  click?(line: Line, seq: number, event: MouseEvent): void;
  key?(event: KeyboardEvent): boolean;
  find?(): void;
  go?(forward: boolean): void;
}

/** A window onto up to 100,000 lines, a few dozen of them as elements: it follows their end until somebody scrolls up, selects or copies. */
export class LogPane {
  readonly ring = new Ring<Line>(kept);
  readonly shown = new Shown(this.ring);
  readonly heights = new Heights(20);
  readonly rows: Rows;
  readonly view: HTMLElement;
  readonly element: HTMLElement;
  readonly #copying: Copying;
  readonly #note = make("p", { class: "note", role: "status" });
  readonly #jump = make("button", { type: "button", class: "jump", hidden: true });
  readonly #probe = make("span", { class: "probe", "aria-hidden": "true" }, "0".repeat(100));
  readonly #resize: ResizeObserver;
  readonly #clock: ReturnType<typeof setInterval>;
  readonly #ends = new AbortController();

  #filter: ((line: Line) => boolean) | undefined;
  #waiting: Line[] = [];
  #follow = true;
  #unseen = 0;
  #expectedTop = 0;
  #columns = 80;
  #widest = 0;
  #older: "can" | "loading" | "none" = "can";

  /** Shows an older part, or results: not the log's end. */
  detached = false;
  failure = "";

  constructor(private readonly owner: PaneOwner, label: string) {
    this.view = make("div", { class: "view", tabindex: "0", role: "log", "aria-live": "off", "aria-label": label });
    this.rows = new Rows(this.shown, this.heights, seq => this.#row(seq));
    this.#copying = new Copying(this.rows, this.shown, this.ring);
    this.view.append(this.rows.element, this.#probe);
    this.element = make("div", { class: "body" }, this.view, this.#note, this.#jump);
    if (!owner.older) this.#older = "none";

    const { signal } = this.#ends;
    this.view.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.view.addEventListener("wheel", event => { if (event.deltaY < 0) this.#up(); }, { signal, passive: true });
    this.view.addEventListener("keydown", event => {
      if (owner.key?.(event)) { event.preventDefault(); event.stopPropagation(); return; }
      onKey(event, {
        selectAll: () => document.getSelection()?.selectAllChildren(this.rows.element),
        find: () => owner.find?.(),
        go: forward => owner.go?.(forward),
        oldest: () => { this.setFollow(false); this.setTop(0); void this.loadOlder(); },
        newest: () => this.toNewest(),
        up: () => this.#up(),
      });
    }, { signal });
    this.view.addEventListener("click", event => this.#click(event), { signal });
    document.addEventListener("copy", event => this.#copying.copy(event), { signal });
    document.addEventListener("selectionchange", () => { if (this.#follow) paint(this.draw); }, { signal });
    this.#jump.addEventListener("click", () => this.toNewest(), { signal });
    this.#resize = new ResizeObserver(() => this.relayout());
    this.#resize.observe(this.view);
    this.#clock = setInterval(() => { if (owner.settings.stamps === "relative") restamp(this.rows, seq => this.ring.get(seq)); }, 1_000);
  }

  get follows(): boolean { return this.#follow; }
  get gone(): boolean { return this.#ends.signal.aborted; }

  dispose(): void {
    this.#ends.abort();
    this.#copying.dispose();
    this.#resize.disconnect();
    clearInterval(this.#clock);
    unpaint(this.draw);
  }

  // Lines come, and are drawn once a frame.

  push(lines: readonly Line[]): void {
    this.failure = "";
    for (const line of lines) this.#waiting.push(line);
    paint(this.draw);
  }

  fail(sentence: string): void {
    this.failure = sentence;
    paint(this.draw);
  }

  readonly draw = () => {
    this.ingest();
    if (!this.#holds()) this.setTop(this.heights.total);
    this.#render();
  };

  ingest(): void {
    if (!this.#waiting.length) return;
    if (this.#holds() && this.#wouldPushOut()) { this.#pause(); return; }
    const before = { first: this.ring.first, end: this.ring.end };
    for (const line of this.#waiting) this.ring.push(line);
    this.#waiting = [];
    const { left, came } = this.shown.advance(before);
    const pixels = this.heights.evict(left);
    this.heights.append(this.shown.length - this.heights.length, this.#guess());
    if (this.#holds()) {
      if (!this.detached) this.#unseen += came;
      if (pixels) this.setTop(Math.max(0, this.view.scrollTop - pixels));
    }
    this.owner.grew?.();
  }

  /** Somebody reads, or holds a selection: nothing may slip away from under the eye or the hand. */
  #holds(): boolean {
    return !this.#follow || this.#copying.everything() || this.#copying.picked() !== undefined;
  }

  /** What waits would push out what is read or selected. */
  #wouldPushOut(): boolean {
    const out = this.ring.first + this.#waiting.length - this.ring.room;
    const top = this.heights.at(this.view.scrollTop);
    const seen = top < this.shown.length ? this.shown.seq(top) : this.ring.end;
    return out > Math.min(seen - margin, this.#copying.picked()?.from.seq ?? Infinity) && out > this.ring.first;
  }

  #pause(): void {
    this.#unseen += this.#waiting.length;
    this.#waiting = [];
    this.owner.pause?.();
    this.detached = true;
    this.setFollow(false);
  }

  #render(): void {
    const { scrollTop, clientHeight } = this.view;
    this.rows.element.style.height = `${this.heights.total}px`;
    this.rows.show(scrollTop, scrollTop + clientHeight, this.#copying.pinned());
    if (this.owner.settings.wrap) this.#measure();
    else if (this.#widest) this.rows.element.style.minWidth = `calc(${this.#widest}ch + 140px)`;
    this.#tell();
    if (this.owner.more && this.heights.total - scrollTop - clientHeight < ahead) this.owner.more();
  }

  /** With wrapping, the guess from the length is replaced by the true height; what is being read stays where it is. */
  #measure(): void {
    const top = this.view.scrollTop;
    let above = 0;
    let changed = false;
    for (const [seq, element] of this.rows.rows()) {
      const index = this.shown.index(seq);
      const offset = this.heights.offset(index);
      const height = element.offsetHeight;
      if (!height || height === this.heights.height(index)) continue;
      const difference = this.heights.set(index, height);
      changed = true;
      if (offset < top) above += difference;
    }
    if (!changed) return;
    this.rows.element.style.height = `${this.heights.total}px`;
    this.rows.place();
    if (!this.#holds()) this.setTop(this.heights.total);
    else if (above) this.setTop(top + above);
  }

  #tell(): void {
    const all = this.ring.length;
    const shown = this.shown.length;
    this.#jump.hidden = !this.owner.resume || (!this.#holds() && !this.detached);
    if (!this.#jump.hidden) {
      const words = this.#unseen > 1 ? text("newLines", grouped(this.#unseen)) : text(this.#unseen === 1 ? "newLinesOne" : "toNewest");
      if (this.#jump.textContent !== words) this.#jump.textContent = words;
    }
    const note = this.failure || this.owner.note(shown, all);
    if (this.#note.textContent !== note) this.#note.textContent = note;
    this.#note.hidden = !note;
    this.owner.drawn?.();
  }

  #row(seq: number): HTMLElement {
    const line = this.ring.get(seq)!;
    this.#widest = Math.max(this.#widest, Math.min(8_192, line.plain.length));
    return row(line, { ...this.owner.look(line, seq), stamps: this.owner.settings.stamps, now: Date.now() });
  }

  relayout(): void {
    const style = getComputedStyle(this.view);
    this.heights.row = parseFloat(style.lineHeight) || 20;
    const { wrap, stamps } = this.owner.settings;
    this.view.classList.toggle("wrap", wrap);
    this.rows.element.style.minWidth = "";
    this.view.classList.toggle("stamped", stamps !== "off");
    const width = this.#probe.offsetWidth / 100;
    const times = stamps === "off" ? 0 : stamps === "exact" ? 13.5 : 7.5;
    if (width > 0) this.#columns = Math.max(10, Math.floor((this.view.clientWidth - 24) / width - times));
    this.relist();
  }

  /** All heights and rows anew after a change, with the line at the top staying there. */
  relist(change: () => void = () => {}): void {
    const { scrollTop } = this.view;
    const top = this.heights.at(scrollTop);
    const seq = top < this.shown.length ? this.shown.seq(top) : undefined;
    const into = scrollTop - this.heights.offset(top);
    change();
    this.heights.reset(this.shown.length, this.#guess());
    this.rows.forget();
    if (!this.#follow && seq !== undefined) this.setTop(this.heights.offset(this.shown.index(seq)) + into);
    paint(this.draw);
  }

  /** With wrapping: how high a row will be, by its length. Without, all rows are the same. */
  #guess(): ((index: number) => number) | undefined {
    if (!this.owner.settings.wrap) return undefined;
    return index => {
      const length = this.ring.get(this.shown.seq(index))?.plain.length ?? 0;
      return this.heights.row * Math.max(1, Math.ceil(Math.min(8_192, length) / this.#columns));
    };
  }

  // Scrolling and following.

  setTop(top: number): void {
    this.rows.element.style.height = `${this.heights.total}px`;
    this.view.scrollTop = top;
    this.#expectedTop = this.view.scrollTop;
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.view;
    if (Math.abs(scrollTop - this.#expectedTop) >= 1) {
      this.#expectedTop = scrollTop;
      this.setFollow(!this.detached && scrollTop + clientHeight >= scrollHeight - atBottom);
    }
    if (scrollTop < clientHeight) void this.loadOlder();
    paint(this.draw);
  }

  /** Somebody looks back. */
  #up(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.view;
    if (scrollHeight > clientHeight) this.setFollow(false);
    if (scrollTop < clientHeight) void this.loadOlder();
  }

  setFollow(follow: boolean): void {
    if (this.#follow === follow) return;
    this.#follow = follow;
    if (follow) this.#unseen = 0;
    paint(this.draw);
  }

  toNewest(): void {
    document.getSelection()?.empty();
    if (!this.owner.resume) { this.setTop(this.heights.total); return; }
    if (this.owner.past?.()) { this.setFollow(true); this.setTop(this.heights.total); return; }
    if (this.detached) {
      this.anew();
      this.owner.resume();
    }
    this.#follow = true;
    this.#unseen = 0;
    paint(this.draw);
  }

  /** Empty, and at the end of whatever comes. */
  anew(): void {
    this.detached = false;
    this.empty();
    this.#older = this.owner.older ? "can" : "none";
    this.#follow = true;
  }

  async loadOlder(): Promise<void> {
    const oldest = this.ring.get(this.ring.first);
    if (this.#older !== "can" || !this.owner.older || !oldest || this.ring.room === 0) return;
    this.#older = "loading";
    const lines = await this.owner.older(oldest);
    if (this.gone || this.#older !== "loading") return;
    this.#older = lines.length ? "can" : "none";
    if (!lines.length || this.ring.get(this.ring.first) !== oldest) return;
    this.relist(() => {
      this.ring.unshift(lines);
      this.shown.filter(this.#filter);
    });
    this.owner.grew?.();
    paint(this.draw);
  }

  /** Takes all lines away. */
  empty(): void {
    this.ring.clear();
    this.#waiting = [];
    this.shown.filter(this.#filter);
    this.heights.reset(0, this.#guess());
    this.rows.forget();
    this.#unseen = 0;
    this.#widest = 0;
    this.failure = "";
    paint(this.draw);
  }

  /** No older ones are asked for: somebody wants them away. */
  noOlder(): void { this.#older = "none"; }

  filter(test: ((line: Line) => boolean) | undefined): void {
    this.#filter = test;
    this.relist(() => this.shown.filter(test));
  }

  /** Brings a line into sight, so far from the top. */
  reveal(seq: number | undefined, part: number): void {
    if (seq === undefined) return;
    this.setFollow(false);
    const at = this.heights.offset(this.shown.index(seq));
    const { scrollTop, clientHeight } = this.view;
    if (at < scrollTop + this.heights.row || at > scrollTop + clientHeight - 2 * this.heights.row) this.setTop(Math.max(0, at - clientHeight * part));
    paint(this.draw);
  }

  /** The line at a position, or the first behind it; of one container's lines, oldest first. */
  seqOf(position: string): number | undefined {
    for (let seq = this.ring.first; seq < this.ring.end; seq++)
      if (comparePositions(this.ring.get(seq)!.position, position) >= 0) return seq;
    return undefined;
  }

  #click(event: MouseEvent): void {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>(".r") : null;
    const seq = element ? this.rows.seqOf(element) : undefined;
    const line = seq === undefined ? undefined : this.ring.get(seq);
    if (line) this.owner.click?.(line, seq!, event);
  }
}
