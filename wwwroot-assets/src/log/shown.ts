import type { Line } from "./line";
import type { Ring } from "./ring";

/** The lines that pass the filter, by index from 0. Without a filter it costs nothing. */
export class Shown {
  #test: ((line: Line) => boolean) | undefined;
  #seqs: number[] = [];
  #head = 0;
  #seen = 0;

  constructor(private readonly ring: Ring<Line>) {}

  get length(): number { return this.#test ? this.#seqs.length - this.#head : this.ring.length; }

  seq(index: number): number { return this.#test ? this.#seqs[this.#head + index]! : this.ring.first + index; }

  /** Index of this line, or of the first one after it. */
  index(seq: number): number {
    if (!this.#test) return Math.min(Math.max(0, seq - this.ring.first), this.ring.length);
    let [low, high] = [this.#head, this.#seqs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#seqs[middle]! < seq) low = middle + 1; else high = middle;
    }
    return low - this.#head;
  }

  filter(test: ((line: Line) => boolean) | undefined): void {
    this.#test = test;
    this.#seqs = [];
    this.#head = 0;
    this.#seen = this.ring.first;
    this.#gather();
  }

  /** The ring moved on: how many left at the head, how many came at the end. */
  advance(before: { first: number; end: number }): { left: number; came: number } {
    const { first, end } = this.ring;
    if (!this.#test) {
      const length = before.end - before.first;
      const left = Math.min(length, Math.max(0, first - before.first));
      return { left, came: end - Math.max(before.end, first) };
    }
    let left = 0;
    while (this.#head < this.#seqs.length && this.#seqs[this.#head]! < first) { this.#head++; left++; }
    if (this.#head > 50_000) { this.#seqs.splice(0, this.#head); this.#head = 0; }
    const length = this.#seqs.length;
    this.#seen = Math.max(this.#seen, first);
    this.#gather();
    return { left, came: this.#seqs.length - length };
  }

  #gather(): void {
    if (this.#test)
      for (let seq = this.#seen; seq < this.ring.end; seq++)
        if (this.#test(this.ring.get(seq)!)) this.#seqs.push(seq);
    this.#seen = this.ring.end;
  }
}
