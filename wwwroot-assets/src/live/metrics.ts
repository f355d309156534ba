import { machine, type Cells, type Frame } from "./columns";
import type { Following, Hub } from "./hub";
import { framesAt } from "./past";

export interface Watch {
  /** A container's id, or "machine". */
  readonly id: string;
  /** Seconds of the past wanted at first (at most 600). */
  readonly history: number;
  /** What comes now, also while the page shows the past: for charts, which have a past of their own. */
  readonly now?: boolean;
  /** The moment that the page shows became another: what came before does not belong to what comes next. */
  cleared?(): void;
  /** Each tick once, in order. The id's cells are undefined when it was not there (stopped). */
  tick(t: number, cells: Cells | undefined, frame: Frame): void;
}

/** More ids than this: asking for all costs the server less than picking. */
const many = 100;
const settle = 40;          // ms; a page adds its elements in one go
const shrink = 5_000;       // ms; a virtual table drops and adds rows all the time
const longest = 600;
const keep = 60;

/** One Metrics stream for the page, with the union of what its elements want. */
export class Metrics {
  readonly #watches = new Map<Watch, number>();       // → time of the last tick it got
  #following: Following | undefined;
  #asked: ReadonlySet<string> | null | undefined;     // what the open stream gives; null: all; undefined: nothing
  #lastSeen = 0;                                      // by this browser's clock, which may differ from the server's
  #recent: Frame[] = [];                              // of the open stream, for those who join it
  #depth = 0;                                         // how many seconds of the past those are
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;
  readonly #frames = new Set<(frame: Frame) => void>();
  #past: number | null = null;                        // ms; the moment that is shown in place of now
  #looking = false;

  constructor(private readonly hub: Hub, private readonly now: () => number = Date.now) {}

  watch(watch: Watch): () => void {
    this.#watches.set(watch, 0);
    if (this.#past !== null && !watch.now) this.rewind(this.#past);
    else if (this.#covers(watch)) this.#replay(watch);
    else this.#plan(settle);
    return () => {
      if (this.#watches.delete(watch)) this.#plan(this.#watches.size ? shrink : settle);
    };
  }

  /** Every frame once as it comes, for the connection's age display. Does not by itself open a stream. */
  observe(listener: (frame: Frame) => void): () => void {
    this.#frames.add(listener);
    return () => this.#frames.delete(listener);
  }

  /** All that is watched shows this moment, in milliseconds; null: now again. While one is looked up only the last that was asked for waits. */
  rewind(at: number | null): void {
    const before = this.#past;
    this.#past = at;
    if (at === null) {
      if (before === null) return;
      for (const watch of this.#watches.keys()) if (!watch.now) { this.#watches.set(watch, 0); watch.cleared?.(); }
      this.#plan(settle);
    } else if (!this.#looking) {
      this.#looking = true;
      queueMicrotask(() => void this.#look());        // a page adds its elements in one go
    }
  }

  async #look(): Promise<void> {
    const at = this.#past;
    if (at === null) { this.#looking = false; return; }
    const watches = [...this.#watches.keys()].filter(watch => !watch.now);
    const frames = await framesAt(at, [...new Set(watches.map(watch => watch.id))].sort()).catch(() => [] as Frame[]);
    if (this.#past !== null) for (const watch of watches) if (this.#watches.has(watch)) this.#show(watch, frames, at);
    this.#looking = false;
    const others = [...this.#watches.keys()].some(watch => !watch.now && !watches.includes(watch));
    if (this.#past !== null && (this.#past !== at || others)) this.rewind(this.#past);
  }

  #show(watch: Watch, frames: readonly Frame[], at: number): void {
    watch.cleared?.();
    for (const frame of frames.slice(-Math.max(1, watch.history))) this.#give(watch, frame);
    const last = frames.at(-1);
    if (!last || (watch.id === machine ? last.m.length === 0 : !last.c[watch.id])) watch.tick(at, undefined, { t: at, s: at, m: [], c: {} });
  }

  #covers(watch: Watch): boolean {
    return this.#following !== undefined && this.#asked !== undefined && watch.history <= this.#depth
      && (watch.id === machine || this.#asked === null || this.#asked.has(watch.id));
  }

  #replay(watch: Watch): void {
    for (const frame of this.#recent.slice(-watch.history)) this.#give(watch, frame);
  }

  #plan(wait: number): void {
    const due = this.now() + wait;
    if (this.#timer !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => { this.#timer = undefined; this.#settle(); }, wait);
  }

  #settle(): void {
    if (!this.#watches.size) {
      this.#following?.stop();
      this.#following = undefined;
      this.#asked = undefined;
      this.#recent = [];
      this.#depth = 0;
      this.#lastSeen = 0;
      return;
    }
    const wanted = this.#wanted();
    const newcomers = [...this.#watches].some(([watch, last]) => last === 0 && watch.history > 0);
    if (!newcomers && this.#following && same(this.#asked, wanted)) return;
    if (this.#following) this.#following.reopen();
    else this.#following = this.hub.follow<Frame>({
      open: wire => {
        const history = this.#history();
        this.#asked = this.#wanted();
        this.#recent = [];
        this.#depth = Math.min(keep, history);
        return wire.stream("Metrics", this.#asked && [...this.#asked], history);
      },
      next: frame => this.#frame(frame),
    });
  }

  #wanted(): ReadonlySet<string> | null {
    const ids = new Set<string>();
    for (const { id } of this.#watches.keys()) if (id !== machine) ids.add(id);
    return ids.size > many ? null : ids;
  }

  /** Enough for newcomers, and for the rest what they missed. */
  #history(): number {
    const missed = this.#lastSeen ? Math.ceil((this.now() - this.#lastSeen) / 1000) + 1 : 0;
    let seconds = missed;
    for (const [watch, last] of this.#watches) if (last === 0) seconds = Math.max(seconds, watch.history);
    return Math.min(longest, seconds);
  }

  #frame(frame: Frame): void {
    this.#lastSeen = this.now();
    this.#recent.push(frame);
    if (this.#recent.length > keep) this.#recent.shift();
    this.#depth = Math.min(keep, Math.max(this.#depth, this.#recent.length));
    for (const [watch, last] of this.#watches) if (frame.t > last && (this.#past === null || watch.now)) this.#give(watch, frame);
    for (const listener of this.#frames) listener(frame);
  }

  #give(watch: Watch, frame: Frame): void {
    this.#watches.set(watch, frame.t);
    watch.tick(frame.t, watch.id === machine ? frame.m : frame.c[watch.id], frame);
  }
}

function same(a: ReadonlySet<string> | null | undefined, b: ReadonlySet<string> | null): boolean {
  if (a === undefined) return false;
  if (a === null || b === null) return a === b;
  return a.size === b.size && [...b].every(id => a.has(id));
}
