import { historyApi } from "../history/api";
import type { Blocks } from "../history/blocks";
import type { Range } from "./range";

const rest = 120;           // ms without a move before the fine numbers are asked for
const again = 10_000;       // ms after a failure
const rough = 240;          // points of the first look at a span nothing is known of
const most = 1_400;

export interface LoaderEvents {
  /** There is more to draw. */
  loaded(): void;
  /** Why there is not, as a sentence; empty: all is well. */
  told(sentence: string): void;
}

/** Gets what a chart needs to show its range: at once roughly, and what is missing of it finely when the hand rests. One request of each at a time. */
export class Loader {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rough = false;
  #fine = false;
  #over = false;
  #failed = 0;

  constructor(private readonly blocks: Blocks, private readonly range: Range, private readonly width: () => number, private readonly events: LoaderEvents) {}

  /** Seconds between two points of this range in this chart. */
  get step(): number { return this.range.span / Math.min(900, Math.max(120, this.width() / 1.5)); }

  /** `moved`: the range was changed just now, and may go on changing. */
  check(moved: boolean): void {
    if (this.#over || Date.now() - this.#failed < again) return;
    if (this.#enough()) { clearTimeout(this.#timer); this.#timer = undefined; return; }
    const { from, to, span } = this.range;
    const known = this.blocks.covers(from, Math.min(to, this.range.newest));
    if (known < 0.7 && moved && span > 900 && !this.#rough) void this.#ask(from - span, to + span, rough, "rough");
    if (this.#timer !== undefined && !moved) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#fine && !this.#enough()) void this.#ask(from - span / 4, to + span / 4, this.#points(), "fine");
    }, moved ? rest : 0);
  }

  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  /** While it is live the newest part comes by itself; it is asked for only when enough of it has come that its finer steps would show. */
  #enough(): boolean {
    const { from, to, live, newest } = this.range;
    const step = this.step;
    const until = !live ? Math.min(to, newest - 2) : Math.min(newest - Math.max(30, 3 * step), step < 2 ? this.blocks.liveFrom - 2 : Infinity);
    return from >= until || this.blocks.has(Math.max(0, from), until, step);
  }

  /** In whole hundreds, so that charts of nearly the same width ask for the same. */
  #points(): number {
    return Math.min(most, Math.ceil(this.range.span * 1.5 / this.step / 100) * 100);
  }

  async #ask(from: number, to: number, points: number, which: "rough" | "fine"): Promise<void> {
    const set = (busy: boolean) => { if (which === "fine") this.#fine = busy; else this.#rough = busy; };
    const asked = { from: Math.max(0, from), to: Math.min(to, this.range.newest), points };
    set(true);
    try {
      const sources = [...new Set(this.blocks.channels.map(channel => channel.source))];
      const metrics = [...new Set(this.blocks.channels.map(channel => channel.metric))];
      const answer = await historyApi().read({ sources, metrics, from: asked.from * 1000, to: asked.to * 1000, points });
      if (this.#over) return;
      this.blocks.add(answer, asked);
      this.#failed = 0;
      this.events.told("");
      this.events.loaded();
    } catch (error) {
      if (this.#over) return;
      this.#failed = Date.now();
      this.events.told((error as Error).message);
    } finally {
      set(false);
    }
    if (which === "fine") this.check(false);
  }
}
