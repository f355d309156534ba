import type { View } from "../element";
import { grouped } from "../format";
import { hub } from "../live/page-hub";
import { hash, setHash, withHash } from "../page/hash";
import { moment } from "../page/moment";
import { paint } from "../paint";
import { text } from "../text";
import { Feed } from "./feed";
import { test as passes, type Filter } from "./filter";
import { Finder, ranges } from "./find";
import { Finding } from "./finding";
import type { Line } from "./line";
import { LogPane, type PaneOwner } from "./pane";
import { keepSettings, settings } from "./settings";
import { toolbar, type Tools } from "./toolbar";

/** <brig-log container="ID" [tail="1000"]>: the output of a container. See docs/architecture.md, "The browser". */
export function log(host: HTMLElement): View {
  return new LogWindow(host);
}

class LogWindow implements View, PaneOwner {
  readonly settings = settings();
  readonly #id: string;
  readonly #pane: LogPane;
  readonly #finder: Finder;
  readonly #finding: Finding;
  readonly #feed: Feed;
  readonly #tools: Tools;
  readonly #unwatch: () => void;

  #filter: Filter = {
    stdout: hash("out") !== "stderr", stderr: hash("out") !== "stdout", contains: hash("contains"),
    level: (["info", "warn", "error"] as const).find(level => level === hash("level")) ?? "",
  };
  #linked = hash("line");

  constructor(host: HTMLElement) {
    this.#id = host.getAttribute("container") ?? "";
    const tail = Number(host.getAttribute("tail")) || 1_000;
    this.#pane = new LogPane(this, text("logLabel"));
    this.#finder = new Finder(this.#pane.shown, seq => this.#pane.ring.get(seq));
    this.#feed = new Feed(hub(), this.#id, tail, { lines: lines => this.#pane.push(lines), failed: sentence => this.#pane.fail(sentence) });
    this.#tools = toolbar(
      { filter: this.#filter, find: hash("find"), regex: hash("regex") === "1", stamps: this.settings.stamps, wrap: this.settings.wrap },
      new URL(`api/v1/containers/${encodeURIComponent(this.#id)}/logs?timestamps=true`, document.baseURI).href,
      {
        filter: filter => this.#setFilter(filter),
        find: (words, regex) => this.#finding.find(words, regex, true),
        go: forward => this.#finding.go(forward),
        stamps: stamps => { this.settings.stamps = stamps; keepSettings(this.settings); this.#pane.relayout(); },
        wrap: wrap => { this.settings.wrap = wrap; keepSettings(this.settings); this.#pane.relayout(); },
        clear: () => { this.#pane.empty(); this.#finder.restart(); this.#pane.noOlder(); },
        leave: () => this.#pane.view.focus(),
        whole: () => this.#whole(),
      });
    this.#finding = new Finding(this.#finder, this.#tools, {
      top: () => this.#pane.shown.length ? this.#pane.shown.seq(this.#pane.heights.at(this.#pane.view.scrollTop)) : 0,
      end: () => this.#pane.shown.length ? this.#pane.shown.seq(this.#pane.shown.length - 1) + 1 : 1,
      follows: () => this.#pane.follows,
      reveal: seq => this.#pane.reveal(seq, 0.4),
      rebuild: seq => this.#pane.rows.rebuild(seq),
      forget: () => { this.#pane.rows.forget(); paint(this.#pane.draw); },
    });
    host.append(this.#tools.element, this.#pane.element);
    this.#pane.filter(passes(this.#filter));
    this.#pane.relayout();
    if (hash("find")) this.#finding.find(hash("find"), hash("regex") === "1", false);
    this.#unwatch = moment.watch(at => this.#showMoment(at));
    if (moment.at !== null && !this.#linked) this.#showMoment(moment.at);
    else this.#begin();
  }

  attribute(name: string): boolean { return name === "tail"; }

  dispose(): void {
    this.#unwatch();
    this.#feed.stop();
    this.#finding.stop();
    this.#pane.dispose();
  }

  // What the pane asks.

  look(line: Line, seq: number) {
    return {
      ranges: this.#finder.pattern ? ranges(line.plain, this.#finder.pattern) : [], link: withHash("line", line.position),
      linked: line.position === this.#linked, current: seq === this.#finder.current,
    };
  }

  note(shown: number, all: number): string { return shown ? "" : all ? text("noLinesMatch") : text("noLines"); }
  older(than: Line): Promise<Line[]> { return this.#feed.older(than).then(lines => { this.#finder.restart(); return lines; }); }
  pause(): void { this.#feed.stop(); }
  past(): boolean { return moment.at !== null; }

  resume(): void {
    this.#linked = "";
    setHash("line", "");
    this.#finder.restart();
    this.#feed.restart();
  }

  grew(): void { if (this.#finder.pattern) this.#finding.on(); }

  drawn(): void {
    const [all, shown] = [this.#pane.ring.length, this.#pane.shown.length];
    this.#tools.shown.data = shown === all ? "" : text("shown", grouped(shown), grouped(all));
  }

  find(): void { this.#tools.find.select(); }
  go(forward: boolean): void { this.#finding.go(forward); }

  click(line: Line, seq: number, event: MouseEvent): void {
    if (!(event.target as Element).closest(".g") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const before = this.#linked;
    this.#linked = before === line.position ? "" : line.position;
    setHash("line", this.#linked);
    this.#pane.setFollow(false);
    this.#pane.rows.rebuild(this.#pane.seqOf(before || line.position));
    this.#pane.rows.rebuild(seq);
    paint(this.#pane.draw);
  }

  // Its own.

  #begin(): void {
    if (!this.#linked) { this.#feed.live(); return; }
    this.#pane.setFollow(false);
    this.#pane.detached = true;
    void this.#feed.from(this.#linked).then(async reachedEnd => {
      if (reachedEnd) { this.#pane.detached = false; this.#feed.live(); }
      this.#pane.ingest();
      await this.#pane.loadOlder();          // what came before it belongs into the picture
      this.#pane.reveal(this.#pane.seqOf(this.#linked), 0.3);
    });
  }

  /** The page is in the past: the lines until then, the last of them in sight. */
  #showMoment(at: number | null): void {
    this.#linked = "";
    this.#pane.anew();
    this.#finder.restart();
    if (at === null) this.#feed.restart();
    else this.#feed.until(at);
    paint(this.#pane.draw);
  }

  #setFilter(filter: Filter): void {
    this.#filter = filter;
    setHash("contains", filter.contains);
    setHash("level", filter.level);
    setHash("out", filter.stdout === filter.stderr ? "" : filter.stdout ? "stdout" : "stderr");
    this.#pane.filter(passes(filter));
    this.#finding.again();
  }

  /** The page that searches all of this log, with what is looked for here. */
  #whole(): string {
    const query = new URLSearchParams();
    const words = hash("find") || this.#filter.contains;
    if (words) query.set("q", words);
    if (hash("find") && hash("regex")) query.set("regex", "1");
    const levels = { "": "", info: "info,warn,error,fatal", warn: "warn,error,fatal", error: "error,fatal" }[this.#filter.level];
    if (levels) query.set("level", levels);
    if (this.#filter.stdout !== this.#filter.stderr) query.set("out", this.#filter.stdout ? "1" : "2");
    return `containers/${this.#id}/logs?view=search#${query}`;
  }
}
