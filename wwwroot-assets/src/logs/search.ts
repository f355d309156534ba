import type { Following, Hub } from "../live/hub";
import { Line } from "../log/line";
import type { Known } from "./known";
import { toHub, type Query } from "./query";
import { toLevel, type FoundWire, type HistogramWire, type SearchBatch } from "./wire";

export interface Progress { looked: number; total: number; found: number; gone: number; done: boolean }

export interface SearchEvents {
  lines(lines: Line[]): void;
  progress(progress: Progress): void;
  histogram(histogram: HistogramWire): void;
  failed(sentence: string): void;
}

/** One search under way at a time; a new one ends the one before. */
export class Search {
  #following: Following | undefined;
  #asked: { query: Query; within: readonly string[]; at: number } | undefined;
  #next: string | undefined;
  #busy = false;

  constructor(private readonly hub: Hub, private readonly known: Known, private readonly events: SearchEvents) {}

  start(query: Query, within: readonly string[]): void {
    this.stop();
    this.#asked = { query, within, at: Date.now() };
    this.#open(toHub(query, within, this.#asked.at), true);
  }

  /** The next lines of the same search, if there are any and none are under way. */
  more(): void {
    if (this.#busy || !this.#next || !this.#asked) return;
    const { query, within, at } = this.#asked;
    this.#open({ ...toHub(query, within, at), after: this.#next, count: false }, false);
  }

  stop(): void {
    this.#following?.stop();
    this.#following = undefined;
    this.#next = undefined;
    this.#busy = false;
  }

  #open(asked: object, first: boolean): void {
    this.#busy = true;
    this.#next = undefined;
    let numbers: number[] = [];
    let opened = false;
    const following = this.#following = this.hub.follow<SearchBatch>({
      whileHidden: true,
      open: wire => {
        if (opened) { this.#busy = false; following.stop(); this.events.failed(""); return undefined; }   // the connection broke: what is here stays
        opened = true;
        return wire.stream("SearchLogs", asked);
      },
      next: batch => {
        numbers = [...numbers, ...batch.sources.map(source => this.known.add(source))];
        const lines = batch.lines.map(wire => toLine(wire, numbers));
        if (lines.length) this.events.lines(lines);
        if (first) {
          if (batch.histogram) this.events.histogram(batch.histogram);
          this.events.progress(batch);
        }
        if (batch.done) this.#next = batch.next;
      },
      ended: () => { this.#busy = false; },
      failed: sentence => { this.#busy = false; following.stop(); this.events.failed(sentence); },
    });
  }

  /** Lines before this one that the query finds, oldest first; for those that are followed. */
  older(query: Query, within: readonly string[], than: Line): Promise<Line[]> {
    const at = Math.trunc(than.ms) + 1;
    const asked = { ...toHub({ ...query, from: "all", to: String(at), oldest: false }, within, at), count: false };
    const lines: Line[] = [];
    return new Promise(done => {
      let numbers: number[] = [];
      const following = this.hub.follow<SearchBatch>({
        open: wire => wire.stream("SearchLogs", asked),
        next: batch => {
          numbers = [...numbers, ...batch.sources.map(source => this.known.add(source))];
          for (const wire of batch.lines) if (BigInt(wire[2]) < BigInt(than.nanoseconds)) lines.push(toLine(wire, numbers));
        },
        ended: () => done(lines.reverse()),
        failed: () => { following.stop(); done([]); },
      });
    });
  }
}

/** A hit inside a group, as "... 12 more" of a stack trace, says nothing alone: so the group's head is shown. */
function toLine([source, position, nanoseconds, stream, level, text, length, before, behind]: FoundWire, numbers: readonly number[]): Line {
  const head = level === 0 && before.length && /^(\s|\.\.\.|Caused by|at )/.test(text) ? before[0]![4] : undefined;
  return new Line(position, nanoseconds, stream, head ?? text, 0, { source: numbers[source]!, level: head === undefined ? toLevel(level) : undefined, ...(head !== undefined && { own: text }), length, before, behind });
}
