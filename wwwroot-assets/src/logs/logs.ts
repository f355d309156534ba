import { make, type View } from "../element";
import { grouped } from "../format";
import { hub } from "../live/page-hub";
import { ranges } from "../log/find";
import type { Line } from "../log/line";
import { LogPane, type PaneOwner } from "../log/pane";
import { keepSettings, settings } from "../log/settings";
import { moment } from "../page/moment";
import { paint } from "../paint";
import { text } from "../text";
import { Bar } from "./bar";
import { Detail } from "./detail";
import { Follow } from "./follow";
import { Histogram } from "./histogram";
import { Known } from "./known";
import { expression, passes } from "./passes";
import { read, usualSpan, write, type Query } from "./query";
import { Search, type Progress } from "./search";

/** <brig-logs [within="SOURCE"] [until="MS"] [live] [ended]>: the logs of all containers, or of one source, to which nothing comes any more where it ended: searched, or followed merged; or those until a moment. The query is the address's. */
export function logs(host: HTMLElement): View {
  return new LogsView(host);
}

/** In a page about something else the query is behind the # of the address, and begins with all there is. */
function embedded(within: string, live: boolean, until: string): Query {
  const words = location.hash.slice(1);
  const query = { ...read(words), sources: [] };
  const all = query.from === usualSpan && !words.includes("from=") ? "all" : query.from;
  if (until) return { ...query, from: all, to: until, live: false, oldest: false, line: query.line && `${within}/${query.line}` };
  return { ...query, from: all, live: query.live || (live && !words), line: query.line && `${within}/${query.line}` };
}

class LogsView implements View {
  readonly #settings = settings();
  readonly #known = new Known();
  readonly #within: readonly string[];
  /** The page's moment; it is no part of the query that the address keeps. */
  readonly #until: string;
  readonly #search: Search;
  readonly #follow: Follow;
  readonly #bar: Bar;
  readonly #histogram: Histogram;
  readonly #detail: Detail;
  readonly #main = make("div", { class: "main" });
  #query: Query;
  #pane!: LogPane;
  #marked: RegExp | undefined;
  #progress: Progress | undefined;
  #opened: number | undefined;
  #wanted = "";

  constructor(host: HTMLElement) {
    const within = host.getAttribute("within");
    this.#within = within ? [within] : [];
    this.#until = within ? host.getAttribute("until") ?? "" : "";
    this.#query = within ? embedded(within, host.hasAttribute("live"), this.#until) : read(location.search);
    this.#wanted = this.#query.line;
    const gone = () => !this.#main.isConnected;
    this.#search = new Search(hub(), this.#known, {
      lines: lines => { this.#pane.push(lines); this.#reopen(lines); },
      progress: progress => { this.#progress = progress; this.#tell(); },
      histogram: wire => { this.#histogram.show(wire); this.#bar.counts(this.#histogram.totals); },
      failed: sentence => { if (gone()) return; this.#progress = undefined; this.#bar.counts(new Map()); this.#tell(); if (sentence) this.#pane.fail(sentence); },
    });
    this.#follow = new Follow(hub(), this.#known, { lines: lines => this.#pane.push(lines), failed: sentence => this.#pane.fail(sentence) });
    this.#bar = new Bar(this.#query, this.#within, this.#known, this.#settings, {
      change: part => this.#change(part),
      stamps: stamps => { this.#settings.stamps = stamps; keepSettings(this.#settings); this.#pane.relayout(); },
      wrap: () => { this.#settings.wrap = !this.#settings.wrap; keepSettings(this.#settings); this.#pane.relayout(); },
      leave: () => this.#pane.view.focus(),
    }, host.hasAttribute("ended"));
    this.#histogram = new Histogram((from, to) => this.#change({ from: String(from), to: String(to), live: false }));
    this.#detail = new Detail(hub(), this.#known, {
      close: () => this.#close(),
      step: forward => this.#step(forward),
      field: wanted => this.#change({ fields: [...this.#query.fields.filter(field => field !== wanted), wanted] }),
    });
    host.append(this.#bar.element, this.#histogram.element, this.#main);
    this.#begin();
    if (this.#query.sources.length) void this.#bar.picker.load();
  }

  attribute(): boolean { return false; }

  dispose(): void {
    this.#search.stop();
    this.#follow.stop();
    this.#bar.stop();
    this.#pane.dispose();
  }

  #change(part: Partial<Query>): void {
    if (part.live && this.#until) { moment.pick(null); return; }   // all of the page goes on
    const before = this.#query;
    this.#query = { ...before, ...part };
    if (!("line" in part)) this.#query = { ...this.#query, line: "" };
    this.#keep();
    this.#bar.show(this.#query);
    if (this.#query.live && before.live && part.sources === undefined) {
      this.#marked = this.#expression();          // those that are there are filtered anew
      this.#pane.filter(passes(this.#query));
      return;
    }
    this.#begin();
  }

  #keep(): void {
    const [within] = this.#within;
    const words = write(within ? { ...this.#query, to: this.#until ? "" : this.#query.to, line: this.#query.line.slice(this.#query.line.indexOf("/") + 1) } : this.#query);
    const after = within ? `${location.search}${words ? `#${words}` : ""}` : `${words ? `?${words}` : ""}${location.hash}`;
    history.replaceState(history.state, "", location.pathname + after);
  }

  /** Everything anew for the query as it is. */
  #begin(): void {
    this.#search.stop();
    this.#follow.stop();
    this.#detail.hide();
    this.#opened = undefined;
    this.#progress = undefined;
    this.#marked = this.#expression();
    this.#pane?.dispose();
    const live = this.#query.live;
    this.#pane = new LogPane(live ? this.#asFollower() : this.#asResults(), text("logsLabel"));
    this.#main.replaceChildren(this.#pane.element, this.#detail.element);
    this.#histogram.element.hidden = live;
    this.#pane.filter(live ? passes(this.#query) : undefined);
    this.#pane.relayout();
    if (live) {
      this.#bar.counts(new Map());
      this.#follow.start(this.#sources());
    } else {
      this.#histogram.clear();
      this.#pane.detached = true;
      this.#pane.setFollow(false);
      this.#search.start(this.#query, this.#within);
    }
    this.#tell();
  }

  #sources(): readonly string[] { return this.#query.sources.length ? this.#query.sources : this.#within; }

  #expression(): RegExp | undefined { return this.#query.invert ? undefined : expression(this.#query); }

  #asResults(): PaneOwner {
    return {
      ...this.#common(),
      note: shown => shown || (this.#progress && !this.#progress.done) || !this.#progress ? "" : this.#query.from === "all" ? text("nothingFound") : text("nothingFoundThen"),
      more: () => this.#search.more(),
    };
  }

  #asFollower(): PaneOwner {
    return {
      ...this.#common(),
      note: (shown, all) => shown ? "" : all ? text("noLinesMatch") : text("noLines"),
      older: than => this.#search.older(this.#query, this.#sources(), than),
      pause: () => this.#follow.stop(),
      resume: () => this.#follow.start(this.#sources()),
      drawn: () => this.#tell(),
    };
  }

  #common() {
    return {
      settings: this.#settings,
      look: (line: Line, seq: number) => {
        const source = this.#known.get(line.found?.source ?? -1);
        return {
          ranges: this.#marked ? ranges(line.plain, this.#marked) : [], link: source ? `containers/${source.id}/logs#line=${line.position}` : "",
          linked: seq === this.#opened, current: false, tag: line.found ? this.#known.tag(line.found.source) : undefined,
        };
      },
      click: (line: Line, seq: number, event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || line.skipped) return;
        if ((event.target as Element).closest("a:not(.g)") || !(document.getSelection()?.isCollapsed ?? true)) return;
        event.preventDefault();
        if (seq === this.#opened) this.#close(); else this.#open(seq);
      },
      key: (event: KeyboardEvent) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return false;
        if (event.key === "Enter") { this.#open(this.#opened ?? this.#top()); return true; }
        if (this.#detail.open && (event.key === "ArrowUp" || event.key === "k")) { this.#step(false); return true; }
        if (this.#detail.open && (event.key === "ArrowDown" || event.key === "j")) { this.#step(true); return true; }
        if (event.key === "Escape" && this.#detail.open) { this.#close(); return true; }
        return false;
      },
      find: () => { this.#bar.field.focus(); this.#bar.field.select(); },
    };
  }

  #top(): number | undefined {
    const { shown, heights, view } = this.#pane;
    return shown.length ? shown.seq(Math.min(shown.length - 1, heights.at(view.scrollTop))) : undefined;
  }

  // The opened line.

  #open(seq: number | undefined): void {
    const line = seq === undefined ? undefined : this.#pane.ring.get(seq);
    if (seq === undefined || !line?.found) return;
    const before = this.#opened;
    this.#opened = seq;
    if (this.#query.live) this.#pane.setFollow(false);
    this.#query = { ...this.#query, line: `${this.#known.get(line.found.source)!.id}/${line.position}` };
    this.#keep();
    this.#detail.show(line);
    this.#pane.rows.rebuild(before);
    this.#pane.rows.rebuild(seq);
    this.#pane.reveal(seq, 0.4);
  }

  #close(): void {
    const before = this.#opened;
    this.#opened = undefined;
    this.#query = { ...this.#query, line: "" };
    this.#keep();
    this.#detail.hide();
    this.#pane.rows.rebuild(before);
    this.#pane.view.focus();
    paint(this.#pane.draw);
  }

  #step(forward: boolean): void {
    if (this.#opened === undefined) return;
    const { shown } = this.#pane;
    const index = shown.index(this.#opened) + (forward ? 1 : -1);
    if (index >= 0 && index < shown.length) this.#open(shown.seq(index));
  }

  /** The line of the address is opened when it comes. */
  #reopen(lines: readonly Line[]): void {
    if (!this.#wanted) return;
    const slash = this.#wanted.indexOf("/");
    const [id, position] = [this.#wanted.slice(0, slash), this.#wanted.slice(slash + 1)];
    if (!lines.some(line => line.position === position && this.#known.get(line.found!.source)?.id === id)) return;
    this.#wanted = "";
    this.#pane.ingest();
    for (let seq = this.#pane.ring.first; seq < this.#pane.ring.end; seq++) {
      const line = this.#pane.ring.get(seq)!;
      if (line.position === position && this.#known.get(line.found!.source)?.id === id) { this.#open(seq); return; }
    }
  }

  #tell(): void {
    const { length } = this.#pane.ring;
    this.#bar.progress(this.#progress, this.#query.live ? text("following", grouped(this.#known.all.length), grouped(this.#pane.shown.length), grouped(length)) : "");
  }
}
