import type { Line } from "./line";

/** Of very long lines only the beginning is searched, so that an unlucky expression cannot hang the page. */
const searched = 8_192;
const perLine = 200;

/** What is looked for: a substring (ignoring case unless it has a capital letter) or a regular expression; null: nothing, undefined: not a regular expression. */
export function pattern(words: string, regex: boolean): RegExp | null | undefined {
  if (!words) return null;
  const flags = /[A-Z]/.test(words) ? "g" : "gi";
  try {
    return new RegExp(regex ? words : words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), flags);
  } catch {
    return undefined;
  }
}

/** [from, to) of each match. */
export function ranges(plain: string, pattern: RegExp): [number, number][] {
  const found: [number, number][] = [];
  for (const match of plain.slice(0, searched).matchAll(pattern)) {
    if (!match[0]) continue;
    found.push([match.index, match.index + match[0].length]);
    if (found.length === perLine) break;
  }
  return found;
}

/** The numbers of the lines with a match, in order; found in slices of a few milliseconds. */
export class Finder {
  #pattern: RegExp | null = null;
  #hits: number[] = [];
  #next = 0;
  #current: number | undefined;

  constructor(private readonly source: { seq(index: number): number; index(seq: number): number; readonly length: number }, private readonly line: (seq: number) => Line | undefined) {}

  get pattern(): RegExp | null { return this.#pattern; }
  get count(): number { return this.#hits.length; }
  get current(): number | undefined { return this.#current; }
  /** 1 for the first hit; 0: none is current. */
  get ordinal(): number { return this.#current === undefined ? 0 : this.#hits.indexOf(this.#current) + 1; }

  start(pattern: RegExp | null): void {
    this.#pattern = pattern;
    this.#current = undefined;
    this.restart();
  }

  /** The lines changed wholly (filter, older lines): search anew, keep the current one. */
  restart(): void {
    this.#hits = [];
    this.#next = -Infinity;
  }

  /** Searches for so many milliseconds; true: there is more to search. */
  step(budget: number, now: () => number = () => performance.now()): boolean {
    if (!this.#pattern) return false;
    const until = now() + budget;
    const { length } = this.source;
    if (!length) return false;
    const first = this.source.seq(0);
    if (this.#hits.length && this.#hits[0]! < first) this.#hits = this.#hits.filter(seq => seq >= first);
    for (let index = this.source.index(this.#next), n = 0; index < length; index++) {
      const seq = this.source.seq(index);
      this.#next = seq + 1;
      this.#pattern.lastIndex = 0;
      const line = this.line(seq);
      if (line && !line.skipped && this.#pattern.test(line.plain.slice(0, searched))) this.#hits.push(seq);
      if ((++n & 63) === 0 && now() >= until) return index + 1 < length;
    }
    return false;
  }

  /** The next (or previous) hit from this line on, around the ends. */
  go(forward: boolean, from: number): number | undefined {
    if (!this.#hits.length) return undefined;
    const start = this.#current ?? (forward ? from - 1 : from);
    let low = 0;
    let high = this.#hits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (forward ? this.#hits[middle]! <= start : this.#hits[middle]! < start) low = middle + 1; else high = middle;
    }
    const at = forward ? low % this.#hits.length : (low - 1 + this.#hits.length) % this.#hits.length;
    return this.#current = this.#hits[at];
  }
}
