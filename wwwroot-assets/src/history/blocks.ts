import type { Column, HistoryAnswer } from "./api";

type Numbers = (number | null)[];

/** One column of a chart: a metric of a source. */
export interface Channel { source: string; metric: string }

/** Numbers of one span at one resolution. Seconds since 1970. */
interface Piece {
  /** Of the first number, and the second after which there is none. */
  from: number; to: number;
  step: number;
  x: number[];
  min: readonly Column[]; avg: readonly Column[]; max: readonly Column[];
}

interface Block extends Piece {
  /** What was asked for; the answer may have less. */
  asked: { from: number; to: number; step: number };
  used: number;
}

/** What is drawn: x, and for each channel what was least, the average, and what was most. */
export interface View { x: number[]; min: Numbers[]; avg: Numbers[]; max: Numbers[]; step: number }

const blocks = 8;
const liveKept = 4_000;
const gap = 3;              // s without a tick is a break in the line, not a slope

/** All that one chart knows: spans of history, coarse and fine, and what came live. It stays small, however long the page is open. */
export class Blocks {
  readonly #blocks: Block[] = [];
  readonly #runs: (Piece & { avg: Numbers[] })[] = [];
  #uses = 0;

  constructor(readonly channels: readonly Channel[]) {}

  /** The last second that came live; 0: none. */
  get newest(): number { return this.#runs.at(-1)?.x.at(-1) ?? 0; }

  /** From here on every tick came live; Infinity: none did. */
  get liveFrom(): number { return this.#runs.at(-1)?.from ?? Infinity; }

  add(answer: HistoryAnswer, asked: { from: number; to: number; points: number }): void {
    const step = answer.step / 1000;
    const found = this.channels.map(channel => answer.series.find(series => series.source === channel.source && series.metric === channel.metric));
    let length = Math.max(0, ...found.map(series => series?.avg.length ?? 0));
    while (length > 0 && found.every(series => (series?.avg[length - 1] ?? null) === null)) length--;   // what is not known yet must not hide what came live
    const from = answer.from / 1000;
    // In the middle of what it stands for; the last step has just begun, and what is known of it is not in the future.
    const place = (start: number) => step > 1.5 ? (start + Math.max(start, Math.min(start + step, asked.to))) / 2 : start;
    this.#blocks.push({
      from, to: from + length * step, step, x: Array.from({ length }, (_, i) => place(from + i * step)),
      min: found.map(series => series?.min ?? []), avg: found.map(series => series?.avg ?? []), max: found.map(series => series?.max ?? []),
      asked: { from: asked.from, to: asked.to, step: (asked.to - asked.from) / asked.points }, used: ++this.#uses,
    });
    if (this.#blocks.length > blocks) this.#blocks.splice(this.#blocks.reduce((least, block, i, all) => block.used < all[least]!.used ? i : least, 0), 1);
  }

  /** A tick: one number for each channel. One that is not newer than the last is ignored. */
  push(seconds: number, values: readonly (number | null)[]): void {
    let run = this.#runs.at(-1);
    if (run && seconds <= run.x.at(-1)!) return;
    if (!run || seconds - run.x.at(-1)! > gap) {
      const avg = this.channels.map(() => [] as Numbers);
      this.#runs.push(run = { from: seconds, to: seconds, step: 1, x: [], min: avg, avg, max: avg });
    }
    run.x.push(seconds);
    run.to = seconds + 1;
    values.forEach((value, i) => run.avg[i]!.push(value));
    this.#trim();
  }

  /** Whether this span was asked for, at this step or finer. */
  has(from: number, to: number, step: number): boolean {
    return this.#blocks.some(({ asked }) => asked.from <= from && asked.to >= to && asked.step <= step * 1.6);
  }

  /** Which part of the span something is known of or was asked for, at whatever resolution. */
  covers(from: number, to: number): number {
    const free = this.#blocks.reduce((left, { asked }) => left.flatMap(part => without(part, asked)), [{ from, to }]);
    return 1 - free.reduce((sum, part) => sum + part.to - part.from, 0) / Math.max(1e-9, to - from);
  }

  /** Of each moment the piece whose resolution fits best. Where two pieces meet and nothing is missing the line goes on. */
  view(from: number, to: number, step: number): View {
    const pieces: Piece[] = [...this.#blocks, ...this.#runs].filter(piece => piece.from < to + piece.step && piece.to > from - piece.step && piece.x.length > 0);
    pieces.sort((a, b) => misfit(a.step, step) - misfit(b.step, step) || b.to - a.to);
    let free = [{ from: from - 2 * step, to: to + 2 * step }];
    const parts: { piece: Piece; from: number; to: number }[] = [];
    for (const piece of pieces) {
      const taken = free.map(part => ({ piece, from: Math.max(part.from, piece.from), to: Math.min(part.to, piece.to) })).filter(part => part.from < part.to);
      if (!taken.length) continue;
      parts.push(...taken);
      free = free.flatMap(part => without(part, piece));
      const block = this.#blocks.find(one => one === piece);
      if (block) block.used = ++this.#uses;
    }
    parts.sort((a, b) => a.from - b.from);
    return this.#join(parts);
  }

  #join(parts: readonly { piece: Piece; from: number; to: number }[]): View {
    const view: View = { x: [], step: 0, min: this.channels.map(() => []), avg: this.channels.map(() => []), max: this.channels.map(() => []) };
    let before = 0;
    for (const { piece, from, to } of parts) {
      const [first, end] = [at(piece.x, from), at(piece.x, to)];
      if (first >= end) continue;
      const start = piece.x[first]!;
      if (view.x.length && start - view.x.at(-1)! > Math.max(gap, 1.6 * (before / 2 + piece.step / 2))) {
        view.x.push((start + view.x.at(-1)!) / 2);
        for (const columns of [view.min, view.avg, view.max]) for (const column of columns) column.push(null);
      }
      before = piece.step;
      view.step = Math.max(view.step, piece.step);
      for (let i = first; i < end; i++) view.x.push(piece.x[i]!);
      this.channels.forEach((_, c) => {
        for (let i = first; i < end; i++) {
          view.min[c]!.push(piece.min[c]![i] ?? null);
          view.avg[c]!.push(piece.avg[c]![i] ?? null);
          view.max[c]!.push(piece.max[c]![i] ?? null);
        }
      });
    }
    return view;
  }

  #trim(): void {
    const oldest = this.#runs[0]!;
    if (this.#runs.reduce((sum, run) => sum + run.x.length, 0) <= liveKept + 200) return;
    if (this.#runs.length > 1 && oldest.x.length <= 200) { this.#runs.shift(); return; }
    for (const column of [oldest.x, ...oldest.avg]) column.splice(0, 200);
    oldest.from = oldest.x[0]!;
  }
}

/** 0 fits; too coarse is worse than too fine. */
function misfit(step: number, wanted: number): number {
  return step >= wanted ? Math.log2(step / wanted) : 0.25 * Math.log2(wanted / step);
}

interface Span { from: number; to: number }

function without(span: Span, taken: Span): Span[] {
  if (taken.to <= span.from || taken.from >= span.to) return [span];
  return [{ from: span.from, to: taken.from }, { from: taken.to, to: span.to }].filter(part => part.to - part.from > 1e-6);
}

/** Index of the first that is not before. */
export function at(x: readonly number[], seconds: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < seconds) low = middle + 1; else high = middle;
  }
  return low;
}
