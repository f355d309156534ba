/** The newest things, numbered without end: a number stays with its thing until it is pushed out. */
export class Ring<T> {
  readonly #slots: (T | undefined)[];
  #first = 0;
  #end = 0;

  constructor(readonly capacity: number) {
    this.#slots = new Array<T | undefined>(capacity);
  }

  /** Number of the oldest kept; may be negative after older ones were put before. */
  get first(): number { return this.#first; }
  /** One behind the newest. */
  get end(): number { return this.#end; }
  get length(): number { return this.#end - this.#first; }
  get room(): number { return this.capacity - this.length; }

  get(seq: number): T | undefined {
    return seq >= this.#first && seq < this.#end ? this.#slots[this.#slot(seq)] : undefined;
  }

  push(item: T): void {
    this.#slots[this.#slot(this.#end++)] = item;
    if (this.#end - this.#first > this.capacity) this.#first++;
  }

  /** Puts older ones before the oldest, as many of the last of them as there is room for; how many that were. */
  unshift(items: readonly T[]): number {
    const count = Math.min(items.length, this.room);
    for (let i = 0; i < count; i++) this.#slots[this.#slot(--this.#first)] = items[items.length - 1 - i];
    return count;
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#first = this.#end;
  }

  #slot(seq: number): number {
    return ((seq % this.capacity) + this.capacity) % this.capacity;
  }
}
