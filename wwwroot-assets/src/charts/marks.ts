import type uPlot from "uplot";
import { color, type Color } from "../colors";
import { historyApi, type HistoryMark } from "../history/api";
import type { EngineEvent } from "../live/events";
import { machine } from "../live/columns";
import { events } from "../live/shared";
import { paint } from "../paint";
import { text, type Word } from "../text";
import type { Range } from "./range";

/** Which kinds belong on the axis, as words and colours. */
const looks: Readonly<Record<string, readonly [Word, Color]>> = {
  start: ["didStart", "--ok"], restart: ["didRestart", "--info"], adopt: ["didAdopt", "--info"], pause: ["didPause", "--warn"], resume: ["didResume", "--ok"],
  limits: ["didUpdate", "--accent"], oom: ["didOom", "--oom"], exit: ["didDie", "--bad"], kill: ["didKill", "--bad"], stop: ["didStop", "--muted"], remove: ["didRemove", "--muted"],
  create: ["didCreate", "--muted"], throttled: ["didThrottle", "--warn"], health: ["didHealth", "--warn"], deploy: ["didDeploy", "--accent"], alert: ["didAlert", "--bad"],
};

/** Events of the live stream have the names of verbs. */
const kinds: Readonly<Record<string, string>> = { die: "exit", update: "limits", health_status: "health" };

export interface Mark { seconds: number; kind: string; source: string; name: string; attributes: Readonly<Record<string, string>>; count: number }

export const colorOf = (mark: Mark): Color => mark.kind === "health" ? (mark.attributes["status"] === "unhealthy" ? "--bad" : "--ok")
  : mark.kind === "exit" && mark.attributes["exitCode"] === "0" ? "--muted" : looks[mark.kind]?.[1] ?? "--muted";

/** What happened, in a few words. */
export function wordsOf(mark: Mark): string {
  const of = mark.attributes;
  const words = mark.kind === "exit" && of["exitCode"] ? text("didDieWith", of["exitCode"])
    : mark.kind === "health" && of["status"] ? text(of["status"] === "unhealthy" ? "didUnhealthy" : "didHealthy")
    : text(looks[mark.kind]?.[0] ?? "didOther");
  return mark.count > 1 ? `${words} × ${mark.count}` : words;
}

/** What of the events of the live stream belongs on the axis of these. */
export function marksOf(batch: readonly EngineEvent[], sources: ReadonlySet<string>): Mark[] {
  return batch.flatMap(event => {
    const kind = kinds[event.action] ?? event.action;
    if (!looks[kind] || event.kind !== "container" || !sources.has(event.subject)) return [];
    return [{ seconds: Date.parse(event.at) / 1000, kind, source: event.subject, name: event.name, attributes: event.attributes ?? {}, count: 1 }];
  });
}

const fromHistory = (mark: HistoryMark): Mark => ({ seconds: mark.at / 1000, kind: mark.kind, source: mark.source, name: mark.name, attributes: mark.attributes ?? {}, count: mark.count ?? 1 });

const rest = 200;           // ms
const again = 10_000;

/** What happened to these sources, over whatever span a chart shows: from the history, and as it happens. */
export class Marks {
  all: readonly Mark[] = [];
  #known: { from: number; to: number; span: number } | undefined;
  #old: readonly Mark[] = [];
  #live: Mark[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failed = 0;
  readonly #off: () => void;

  constructor(private readonly sources: readonly string[], private readonly range: Range, private readonly changed: () => void) {
    const own = new Set(sources.filter(source => source !== machine && !source.startsWith("stack:")));
    this.#off = own.size === 0 ? () => {} : events().watch(batch => {
      const fresh = marksOf(batch, own);
      if (!fresh.length) return;
      this.#live = [...this.#live, ...fresh].slice(-500);
      this.#join();
    });
  }

  /** Asks for what the range shows unless it is known; not while a hand still moves. */
  check(): void {
    const { from, to, span, newest } = this.range;
    const known = this.#known;
    const fits = known && known.from <= from && known.to >= Math.min(to, newest) - Math.max(30, span / 50) && span < known.span * 2 && span > known.span / 8;
    if (fits || Date.now() - this.#failed < again) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), rest);
  }

  stop(): void {
    this.#off();
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const { from, to, span, newest } = this.range;
    const asked = { from: Math.max(0, from - span / 2), to: Math.min(to + span / 2, newest + 1), span };
    try {
      const marks = await historyApi().marks(this.sources, asked.from * 1000, asked.to * 1000);
      this.#known = asked;
      this.#failed = 0;
      this.#old = marks.map(fromHistory).filter(mark => looks[mark.kind]);
      this.#join();
    } catch {
      this.#failed = Date.now();
    }
  }

  /** What came live and is in the history too is one. */
  #join(): void {
    const known = this.#known?.to ?? 0;
    this.all = [...this.#old, ...this.#live.filter(mark => mark.seconds > known || !this.#old.some(other => other.kind === mark.kind && other.source === mark.source && Math.abs(other.seconds - mark.seconds) < 1))];
    paint(this.changed);
  }
}

/** Marks that would lie on each other are one place on the axis. `place`: pixels of a moment. */
export function clusters(marks: readonly Mark[], from: number, to: number, place: (seconds: number) => number, apart = 9): { x: number; marks: Mark[] }[] {
  const found: { x: number; marks: Mark[] }[] = [];
  for (const mark of [...marks].filter(one => one.seconds >= from && one.seconds <= to).sort((a, b) => a.seconds - b.seconds)) {
    const x = place(mark.seconds);
    const last = found.at(-1);
    if (last && x - last.x < apart) last.marks.push(mark);
    else found.push({ x, marks: [mark] });
  }
  return found;
}

/** Of several in one place the worst gives the colour. */
const gravity: readonly Color[] = ["--oom", "--bad", "--warn", "--accent", "--info", "--ok"];
export const worst = (marks: readonly Mark[]): Color => gravity.find(name => marks.some(mark => colorOf(mark) === name)) ?? "--muted";

/** A thin line through the chart, a filled triangle on the axis. */
export function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const { min, max } = plot.scales["x"]!;
  if (min == null || max == null) return;
  const bottom = bbox.top + bbox.height;
  for (const { x: place, marks: some } of clusters(marks, min, max, seconds => plot.valToPos(seconds, "x", true), 9 * ratio)) {
    const x = Math.round(place);
    ctx.save();
    ctx.fillStyle = ctx.strokeStyle = color(worst(some));
    ctx.globalAlpha = 0.5;
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.moveTo(x, bottom - 5 * ratio);
    ctx.lineTo(x - 4.5 * ratio, bottom + 3 * ratio);
    ctx.lineTo(x + 4.5 * ratio, bottom + 3 * ratio);
    ctx.fill();
    ctx.restore();
  }
}
