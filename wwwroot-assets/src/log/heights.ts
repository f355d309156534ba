const size = 256;

interface Block { heights: number[]; sum: number }

/** Where each row is. All rows are `row` pixels high until `measured` is turned on: then each has its own, summed in blocks. */
export class Heights {
  #count = 0;
  #blocks: Block[] = [];
  #head = 0;              // rows gone from the first block
  #measured = false;

  constructor(public row: number) {}

  get length(): number { return this.#count; }
  get total(): number { return this.#measured ? this.#blocks.reduce((sum, block) => sum + block.sum, 0) : this.#count * this.row; }

  /** Begins anew. `height` gives a first guess for each row; without it all are the same. */
  reset(count: number, height?: (index: number) => number): void {
    this.#count = 0;
    this.#blocks = [];
    this.#head = 0;
    this.#measured = height !== undefined;
    this.append(count, height);
  }

  append(count: number, height?: (index: number) => number): void {
    for (let i = 0; this.#measured && i < count; i++) {
      let block = this.#blocks.at(-1);
      if (!block || block.heights.length === size) this.#blocks.push(block = { heights: [], sum: 0 });
      const value = height!(this.#count + i);
      block.heights.push(value);
      block.sum += value;
    }
    this.#count += count;
  }

  /** Takes rows away at the head; how many pixels that were. */
  evict(count: number): number {
    const take = Math.min(count, this.#count);
    this.#count -= take;
    if (!this.#measured) return take * this.row;
    let pixels = 0;
    for (let left = take; left > 0;) {
      const block = this.#blocks[0]!;
      const inBlock = block.heights.length - this.#head;
      if (inBlock <= left) {
        pixels += block.sum;
        left -= inBlock;
        this.#blocks.shift();
        this.#head = 0;
      } else {
        for (; left > 0; left--) {
          const height = block.heights[this.#head++]!;
          block.sum -= height;
          pixels += height;
        }
      }
    }
    return pixels;
  }

  /** The true height of a row; how much it differs from what was thought. */
  set(index: number, height: number): number {
    if (!this.#measured) return 0;
    const at = index + this.#head;
    const block = this.#blocks[Math.trunc(at / size)];
    if (!block) return 0;
    const before = block.heights[at % size]!;
    block.heights[at % size] = height;
    block.sum += height - before;
    return height - before;
  }

  height(index: number): number {
    if (!this.#measured) return this.row;
    const at = index + this.#head;
    return this.#blocks[Math.trunc(at / size)]?.heights[at % size] ?? this.row;
  }

  /** Pixels above a row. */
  offset(index: number): number {
    if (!this.#measured) return index * this.row;
    const at = index + this.#head;
    const whole = Math.trunc(at / size);
    let sum = 0;
    for (let i = 0; i < whole && i < this.#blocks.length; i++) sum += this.#blocks[i]!.sum;
    const block = this.#blocks[whole];
    for (let i = whole === 0 ? this.#head : 0; block && i < at % size; i++) sum += block.heights[i]!;
    return sum;
  }

  /** The row at this many pixels. */
  at(pixels: number): number {
    const last = Math.max(0, this.#count - 1);
    if (!this.#measured) return Math.min(last, Math.max(0, Math.trunc(pixels / this.row)));
    let left = pixels;
    for (let b = 0; b < this.#blocks.length; b++) {
      const block = this.#blocks[b]!;
      if (left >= block.sum) { left -= block.sum; continue; }
      for (let i = b === 0 ? this.#head : 0; i < block.heights.length; i++) {
        left -= block.heights[i]!;
        if (left < 0) return Math.min(last, b * size + i - this.#head);
      }
    }
    return last;
  }
}
