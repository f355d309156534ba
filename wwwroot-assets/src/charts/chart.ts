import type uPlot from "uplot";
import { onTheme } from "../colors";
import { make, type View } from "../element";
import { at, Blocks } from "../history/blocks";
import { moment } from "../page/moment";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { sight } from "../values/sight";
import { feed } from "./feed";
import { gestures, keys, type Actions, type Axis } from "./gestures";
import { Legend, type LegendActions, type LegendView } from "./legend";
import { LegendTable } from "./legend-table";
import { Loader } from "./loader";
import { clusters, Marks, wordsOf, type Mark } from "./marks";
import { channelsOf, nearest, pictureOf, type Picture } from "./picture";
import { comparison, planOf, type Plan } from "./plan";
import { makePlot, type Scene } from "./plot";
import { closeMarks, showMarks } from "./popover";
import { join, live } from "./shared-range";
import { Spoken } from "./spoken";

const usual = 300;
const reach = 8;            // px around a mark

/** <brig-chart container="ID|machine|stack:NAME" kind="…"> or <brig-chart sources="A,B" names="…" metric="…" sum="">: see docs/architecture.md, "The browser". */
export function chart(host: HTMLElement): View {
  return new Chart(host);
}

class Chart implements View, Scene {
  picture: Picture;
  alone = -1;
  marked: { from: number; to: number } | null = null;
  hidden: ReadonlySet<number> = new Set();
  readonly #plan: Plan;
  readonly #group: string;
  readonly #range;
  readonly #leave: () => void;
  readonly #channels;
  readonly #blocks: Blocks;
  readonly #loader: Loader;
  readonly #marks: Marks;
  readonly #legend: LegendView;
  readonly #spoken: Spoken;
  readonly #area: HTMLElement;
  readonly #note = make("p", { class: "note", role: "status", hidden: true });
  readonly #stops: (() => void)[];
  #plot: uPlot | undefined;
  #visible = true;
  #changed = false;
  #key: number | null = null;

  constructor(host: HTMLElement) {
    this.#plan = plan(host);
    this.#group = host.getAttribute("group") ?? "page";
    const seconds = Number(host.getAttribute("range")) || usual;
    const { range, leave } = join(this.#group, seconds);
    this.#range = range;
    this.#leave = leave;
    this.#channels = channelsOf(this.#plan);
    this.#blocks = new Blocks(this.#channels);
    this.picture = this.#look();
    this.#loader = new Loader(this.#blocks, range, () => this.#area.clientWidth, { loaded: () => this.#ask(), told: sentence => this.#tell(sentence) });
    this.#marks = new Marks(this.#plan.sources, range, this.#draw);
    const table = this.#plan.compares ? new LegendTable(this.#plan, range, this.#legendActions()) : undefined;
    this.#legend = table ?? new Legend(this.#plan, this.#legendActions());
    this.#spoken = new Spoken(this.#plan, range);
    this.#area = make("div", { class: "area", role: "group", tabindex: "0", "aria-label": text("chartLabel", this.#plan.title), "aria-keyshortcuts": "ArrowLeft ArrowRight + - Home" });
    host.append(this.#legend.element, this.#area, this.#note, ...table ? [table.table] : [], this.#spoken.element);
    const resize = new ResizeObserver(() => this.#resized());
    resize.observe(this.#area);
    this.#stops = [
      feed(this.#channels, (second, values) => { this.#blocks.push(second, values); range.tick(second); this.#ask(); }),
      range.watch(() => this.#moved()),
      moment.watch(() => this.#ask()),
      onTheme(() => this.#plot?.redraw(false, true)),
      sight(host, now => { this.#visible = now; if (now) { this.#load(false); if (this.#changed) this.#ask(); } }),
      keys(this.#area, this.#axis, this.#actions),
      () => resize.disconnect(),
    ];
    this.#load(false);
  }

  get marks(): readonly Mark[] { return this.#marks.all; }
  get moment(): number | null { return moment.at === null ? null : moment.at / 1000; }

  attribute(name: string): boolean { return name === "range"; }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#loader.stop();
    this.#marks.stop();
    this.#leave();
    unpaint(this.#draw);
    closeMarks();
    this.#plot?.destroy();
  }

  // What is known, and what is drawn of it, once a frame.

  #look(): Picture {
    const { from, to } = this.#range;
    return pictureOf(this.#plan, this.#channels, this.#blocks.view(from, to, this.#loader?.step ?? 1), this.hidden);
  }

  readonly #draw = () => {
    if (!this.#visible || this.#area.clientWidth === 0) { this.#changed = true; return; }
    this.#changed = false;
    this.#load(false);
    this.picture = this.#look();
    if (!this.#plot) {
      this.#plot = makePlot(this.#area, this.#group, this.#plan, this.#range, this, () => this.#told());
      this.#stops.push(gestures(this.#plot.over, this.#axis, this.#actions));
    }
    this.#plot.setData([this.picture.x, ...this.picture.drawn, this.picture.limit] as uPlot.AlignedData, false);
    this.#plot.setScale("x", { min: this.#range.from, max: this.#range.to });
    this.#told();
    this.#spoken.renew(this.picture, Date.now());
  };

  #ask(): void { paint(this.#draw); }

  #moved(): void {
    this.#load(true);
    this.#ask();
  }

  #load(moved: boolean): void {
    if (!this.#visible || this.#area.clientWidth === 0) return;
    this.#loader.check(moved);
    this.#marks.check();
  }

  #resized(): void {
    if (!this.#area.clientWidth) return;
    this.#plot?.setSize({ width: this.#area.clientWidth, height: this.#area.clientHeight });
    this.#ask();
  }

  #tell(sentence: string): void {
    this.#note.textContent = sentence;
    this.#note.hidden = !sentence;
  }

  /** The legend: what is under the cursor, else the moment the page shows, else the newest that is seen. */
  #told(): void {
    const cursor = this.#plot?.cursor;
    const under = cursor?.idx != null && (cursor.left ?? -1) >= 0;
    const seconds = under ? this.#plot!.posToVal(cursor.left!, "x") : this.moment ?? this.#range.to;
    const { span } = this.#range;
    const here = under ? this.marks.filter(mark => Math.abs(mark.seconds - seconds) < span * reach / Math.max(1, this.#plot!.over.clientWidth)) : [];
    this.#legend.show(this.picture, under ? cursor.idx! : this.moment === null ? nearest(this.picture.x, seconds) : at(this.picture.x, seconds + 0.001) - 1, under || this.moment !== null, [...new Set(here.map(wordsOf))].join(", "));
    if (under) this.#plot!.over.dataset["on"] = here.length ? "mark" : "";
    this.#legend.near?.(under ? this.#nearLine(cursor.idx!, cursor.top ?? -1) : -1);
  }

  /** The line next to the pointer, where there are many. */
  #nearLine(index: number, top: number): number {
    let [found, least] = [-1, 14];
    if (this.#plan.compares) this.picture.drawn.forEach((line, i) => {
      const value = line[index];
      const distance = value == null ? Infinity : Math.abs(this.#plot!.valToPos(value, "y") - top);
      if (distance < least) [found, least] = [i, distance];
    });
    return found;
  }

  // What a hand does.

  readonly #axis: Axis = {
    at: x => this.#plot ? this.#plot.posToVal(x, "x") : this.#range.to,
    width: () => this.#plot?.over.clientWidth ?? 1,
    from: () => this.#range.from,
    to: () => this.#range.to,
  };

  readonly #actions: Actions = {
    zoom: (around, factor) => this.#range.zoom(around, factor),
    pan: seconds => this.#range.pan(seconds),
    select: (from, to) => this.#range.hold(from, to),
    marking: (from, to) => { this.marked = from === null ? null : { from, to }; this.#plot?.redraw(false); },
    click: (x, y) => this.#click(x, y),
    live: () => live(this.#range),
    step: direction => {
      const x = this.picture.x;
      const index = nearest(x, this.#key ?? this.moment ?? this.#range.to) + direction;
      if (x[index] === undefined || !this.#plot) return;
      this.#key = x[index]!;
      this.#plot.setCursor({ left: this.#plot.valToPos(this.#key, "x"), top: 10 });
    },
    pick: () => { if (this.#key !== null && moment.possible) moment.pick(this.#key * 1000); },
  };

  /** On a mark: what it is. Elsewhere, in a page that can: back to that moment. */
  #click(x: number, y: number): void {
    const plot = this.#plot!;
    const place = clusters(this.marks, this.#range.from, this.#range.to, seconds => plot.valToPos(seconds, "x")).find(one => Math.abs(one.x - x) <= reach);
    const box = plot.over.getBoundingClientRect();
    if (place && (y > box.height - 40 || !moment.possible)) showMarks(place.marks, box.left + place.x, box.bottom);
    else if (moment.possible) moment.pick(Math.min(plot.posToVal(x, "x"), this.#range.newest) * 1000);
  }

  #legendActions(): LegendActions {
    const hide = (hidden: ReadonlySet<number>) => { this.hidden = hidden; this.#legend.hide(hidden); this.#ask(); };
    const all = this.#plan.lines.map((_, i) => i);
    return {
      toggle: index => hide(new Set(all.filter(i => (i === index) !== this.hidden.has(i)))),
      alone: index => hide(this.hidden.size === all.length - 1 && !this.hidden.has(index) ? new Set() : new Set(all.filter(i => i !== index))),
      hover: index => { this.alone = index; this.#plot?.redraw(false); },
    };
  }
}

function plan(host: HTMLElement): Plan {
  const list = (name: string) => (host.getAttribute(name) ?? "").split(",").filter(Boolean);
  const metric = host.getAttribute("metric");
  return metric === null ? planOf(host.getAttribute("container") ?? "", host.getAttribute("kind") ?? "cpu")
    : comparison(list("sources"), list("names"), metric, host.hasAttribute("sum"));
}
