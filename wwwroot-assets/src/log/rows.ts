import { make } from "../element";
import type { Heights } from "./heights";

const spare = 8;           // rows above and below what is seen

export interface RowSource {
  readonly length: number;
  seq(index: number): number;
  index(seq: number): number;
}

/** The rows that can be seen, as elements at their places; and those that hold an end of the selection, so that it stays while they are out of sight. */
export class Rows {
  readonly element = make("div", { class: "rows" });
  readonly #live = new Map<number, HTMLElement>();
  readonly #seqs = new WeakMap<HTMLElement, number>();

  constructor(private readonly source: RowSource, private readonly heights: Heights, private readonly build: (seq: number) => HTMLElement) {}

  seqOf = (row: HTMLElement): number | undefined => this.#seqs.get(row);
  get count(): number { return this.#live.size; }
  rows(): Iterable<[number, HTMLElement]> { return this.#live; }

  /** All rows are to be built again. */
  forget(): void {
    this.#live.clear();
    this.element.replaceChildren();
  }

  rebuild(seq: number | undefined): void {
    if (seq === undefined) return;
    const row = this.#live.get(seq);
    if (!row) return;
    this.#live.delete(seq);
    row.remove();
  }

  /** Shows what lies between two heights. Returns the first and one behind the last index. */
  show(top: number, bottom: number, pinned: ReadonlySet<number>): [number, number] {
    const { length } = this.source;
    const first = Math.max(0, this.heights.at(top) - spare);
    const end = length ? Math.min(length, this.heights.at(bottom) + 1 + spare) : 0;
    const wanted = new Set<number>();
    for (let index = first; index < end; index++) wanted.add(this.source.seq(index));
    for (const seq of pinned) {
      const index = this.source.index(seq);
      if (index < length && this.source.seq(index) === seq) wanted.add(seq);
    }
    for (const [seq, row] of this.#live) if (!wanted.has(seq)) { row.remove(); this.#live.delete(seq); }

    // In order of the lines, since a selection follows the order of the elements.
    let next = this.element.firstElementChild;
    for (const seq of [...wanted].sort((a, b) => a - b)) {
      const known = this.#live.get(seq);
      if (known && known === next) { next = next.nextElementSibling; continue; }
      const row = known ?? this.#make(seq);
      this.element.insertBefore(row, next);
    }
    this.place();
    return [first, end];
  }

  place(): void {
    for (const [seq, row] of this.#live) {
      const top = `translateY(${this.heights.offset(this.source.index(seq))}px)`;
      if (row.style.transform !== top) row.style.transform = top;
    }
  }

  #make(seq: number): HTMLElement {
    const row = this.build(seq);
    this.#live.set(seq, row);
    this.#seqs.set(row, seq);
    return row;
  }
}
