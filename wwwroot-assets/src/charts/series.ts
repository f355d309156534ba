import type { Cells } from "../live/columns";
import type { Kind } from "./kinds";

const kept = 3_600;

/** A chart's numbers by column, as uPlot wants them: seconds, then each line (stacked ones summed from the bottom), then the limit. */
export class Series {
  readonly x: number[] = [];
  readonly raw: (number | null)[][];
  readonly limit: (number | null)[] = [];
  readonly shade: (number | null)[] = [];

  constructor(private readonly kind: Kind) {
    this.raw = kind.lines.map(() => []);
  }

  get newest(): number { return this.x.at(-1) ?? 0; }

  /** A gap of more than 3 s is a break in the line, not a slope. */
  push(t: number, cells: Cells | undefined): void {
    const seconds = t / 1000;
    if (this.x.length && seconds <= this.newest) return;
    if (this.x.length && seconds - this.newest > 3) this.#row(this.newest + 1, undefined);
    this.#row(seconds, cells);
    if (this.x.length > kept + 300) this.#trim(this.x.length - kept);
  }

  data(): [number[], ...(number | null)[][]] {
    if (!this.kind.stacked) return [this.x, ...this.raw, this.limit];
    const sums: (number | null)[][] = [];
    for (const line of this.raw) {
      const below = sums.at(-1);
      sums.push(line.map((value, i) => value === null ? null : value + (below?.[i] ?? 0)));
    }
    return [this.x, ...sums, this.limit];
  }

  /** Index of the point nearest to a moment, or -1. */
  nearest(seconds: number): number {
    let [low, high] = [0, this.x.length - 1];
    if (high < 0) return -1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.x[middle]! < seconds) low = middle; else high = middle;
    }
    return seconds - this.x[low]! <= this.x[high]! - seconds ? low : high;
  }

  #row(seconds: number, cells: Cells | undefined): void {
    this.x.push(seconds);
    this.kind.lines.forEach((line, i) => this.raw[i]!.push(cells ? line.value(cells) : null));
    this.limit.push(cells && this.kind.limit ? this.kind.limit(cells) : null);
    this.shade.push(cells && this.kind.shade ? this.kind.shade(cells) : null);
  }

  #trim(by: number): void {
    for (const column of [this.x, ...this.raw, this.limit, this.shade]) column.splice(0, by);
  }
}
