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
  get from(): number { return this.#live ? this.#newest - this.seconds : this.#from; }
  get to(): number { return this.#live ? this.#newest : this.#to; }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A tick came. All charts get it in the same task, so nobody is told: each draws anyway. */
  tick(seconds: number): void { this.#newest = Math.max(this.#newest, seconds); }

  /** Holds still on these seconds. */
  hold(from: number, to: number): void {
    if (!(to - from >= 2)) return;
    this.#live = false;
    this.#from = from;
    this.#to = to;
    this.#tell();
  }

  /** Zooms around a moment: factor below 1 shows less. Right at the newest end it stays live. */
  zoom(around: number, factor: number): void {
    const [from, to] = [this.from, this.to];
    const span = Math.min(3_600, Math.max(5, (to - from) * factor));
    if (this.#live && to - around < (to - from) * 0.15) {
      this.seconds = span;
      this.#tell();
      return;
    }
    const left = (around - from) / (to - from);
    this.hold(around - span * left, around + span * (1 - left));
  }

  pan(by: number): void {
    const [from, to] = [this.from + by, this.to + by];
    if (to >= this.#newest && by > 0) { this.back(); return; }
    if (by < 0 || !this.#live) this.hold(from, to);
  }

  back(seconds = this.seconds): void {
    this.#live = true;
    this.seconds = seconds;
    this.#tell();
  }

  #tell(): void { for (const listener of [...this.#listeners]) listener(); }
}

const shared = new Map<string, Range>();
const users = new Map<string, number>();

/** Charts of the same group share one range while any of them is in the page. */
export function join(group: string, seconds: number): { range: Range; leave(): void } {
  let range = shared.get(group);
  if (!range) shared.set(group, range = new Range(seconds));
  else if (range.live && range.seconds !== seconds) range.back(seconds);
  users.set(group, (users.get(group) ?? 0) + 1);
  return {
    range,
    leave: () => {
      const left = users.get(group)! - 1;
      users.set(group, left);
      if (left === 0) shared.delete(group);
    },
  };
}
