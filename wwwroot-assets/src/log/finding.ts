import { grouped } from "../format";
import { setHash } from "../page/hash";
import { text } from "../text";
import { pattern, type Finder } from "./find";
import type { Tools } from "./toolbar";

const slice = 6;        // ms

/** What finding needs of the window. */
export interface Place {
  /** The line at the top of the view, and the one past the last. */
  top(): number;
  end(): number;
  follows(): boolean;
  reveal(seq: number): void;
  rebuild(seq: number | undefined): void;
  /** All rows anew: other words are marked. */
  forget(): void;
}

/** The find field: searches in slices, so that typing never waits, tells how many there are, and goes from one to the next. */
export class Finding {
  readonly #finder: Finder;
  readonly #tools: Tools;
  readonly #place: Place;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(finder: Finder, tools: Tools, place: Place) {
    this.#finder = finder;
    this.#tools = tools;
    this.#place = place;
  }

  find(words: string, regex: boolean, go: boolean): void {
    setHash("find", words);
    setHash("regex", words && regex ? "1" : "");
    const wanted = pattern(words, regex);
    this.#finder.start(wanted ?? null);
    if (wanted === undefined) this.#tools.found.data = text("badRegex");
    else this.on(go);
    this.#place.forget();
  }

  /** Goes on where it was, after lines came. */
  on(go = false): void {
    clearTimeout(this.#timer);
    if (!this.#finder.pattern) { if (!this.#tools.find.value) this.#tools.found.data = ""; return; }
    const more = this.#finder.step(slice);
    const { count, ordinal } = this.#finder;
    this.#tools.found.data = count ? `${ordinal ? `${grouped(ordinal)} / ` : ""}${grouped(count)}${more ? " …" : ""}` : more ? "…" : text("noMatch");
    if (more) this.#timer = setTimeout(() => this.on(go), 0);
    else if (go && count && !this.#place.follows()) this.go(true);
  }

  /** After other lines are shown, or older ones came in front. */
  again(): void {
    this.#finder.restart();
    this.on();
  }

  go(forward: boolean): void {
    const before = this.#finder.current;
    const top = this.#place.top();
    const seq = this.#finder.go(forward, this.#place.follows() && !forward ? this.#place.end() : top);
    if (seq === undefined) return;
    this.#place.rebuild(before);
    this.#place.rebuild(seq);
    this.#place.reveal(seq);
    this.on();
  }

  stop(): void { clearTimeout(this.#timer); }
}
