/** Seconds. */
export const shortest = 5;
export const longest = 31 * 86_400;

/** The span of time all charts of a page show. Live: it ends at the newest tick. A pan or zoom in any chart ends that for all. */
export class Range {
  #live = true;
  #from = 0;
  #to = 0;
  #newest = 0;
  readonly #listeners = new Set<() => void>();

  /** `seconds`: how much of the past is shown while live. */
  constructor(public seconds: number) {}

  get live(): boolean { return this.#live; }
  get from(): number { return this.#live ? this.newest - this.seconds : this.#from; }
  get to(): number { return this.#live ? this.newest : this.#to; }
  get span(): number { return this.to - this.from; }
  /** By the server's clock, as soon as a tick has told it. */
  get newest(): number { return this.#newest || Date.now() / 1000; }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A tick came. All charts get it in the same task, so nobody is told: each draws anyway. */
  tick(seconds: number): void { this.#newest = Math.max(this.#newest, seconds); }

  /** Holds still on these seconds. */
  hold(from: number, to: number): void {
    if (!(to - from > 0)) return;
    const span = Math.min(longest, Math.max(shortest, to - from));
    const middle = (from + to) / 2;
    const last = Math.min(this.newest, middle + span / 2);
    this.#live = false;
    this.#from = Math.max(this.newest - longest, last - span);
    this.#to = this.#from + span;
    this.#tell();
  }

  /** Zooms around a moment: factor below 1 shows less. What reaches the newest end stays live. */
  zoom(around: number, factor: number): void {
    const { from, to } = this;
    const span = Math.min(longest, Math.max(shortest, (to - from) * factor));
    if (span === to - from) return;
    const left = Math.min(1, Math.max(0, (around - from) / (to - from)));
    if (this.#live && (factor > 1 || to - around < (to - from) * 0.15) || !this.#live && around + span * (1 - left) > this.newest) this.back(span);
    else this.hold(around - span * left, around + span * (1 - left));
  }

  pan(by: number): void {
    const [from, to] = [this.from + by, this.to + by];
    if (to >= this.newest && by > 0) { if (!this.#live) this.back(to - from); return; }
    if (by < 0 || !this.#live) this.hold(from, to);
  }

  /** Holds still with this moment in sight; where it is not, or at the edge that live is about to leave behind, the range moves there. */
  reveal(seconds: number): void {
    const { from, to, span, live } = this;
    if (seconds >= from + (live ? span * 0.1 : 0) && seconds <= to) this.hold(from, to);
    else this.hold(seconds - span * 0.7, seconds + span * 0.3);
  }

  back(seconds = this.seconds): void {
    this.#live = true;
    this.seconds = Math.min(longest, Math.max(shortest, seconds));
    this.#tell();
  }

  #tell(): void { for (const listener of [...this.#listeners]) listener(); }
}
