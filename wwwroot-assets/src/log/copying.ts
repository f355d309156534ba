import type { Line } from "./line";
import type { Ring } from "./ring";
import type { Rows } from "./rows";
import { picked, pickedText } from "./selection";
import type { Shown } from "./shown";

const whole = { from: { seq: -Infinity, offset: 0 }, to: { seq: Infinity, offset: 0 } };

/** Selecting and copying: the text comes from the lines kept, for most of what is selected has no row in the document. */
export class Copying {
  readonly #rows: Rows;
  readonly #shown: Shown;
  readonly #ring: Ring<Line>;
  /** Nothing is selected, until the document says that this changed: asking it makes the browser lay the page out, and it is asked several times a frame. */
  #nothing = false;
  readonly #changed = () => { this.#nothing = false; };

  constructor(rows: Rows, shown: Shown, ring: Ring<Line>) {
    this.#rows = rows;
    this.#shown = shown;
    this.#ring = ring;
    document.addEventListener("selectionchange", this.#changed);
  }

  dispose(): void { document.removeEventListener("selectionchange", this.#changed); }

  picked() { return this.#none() ? undefined : picked(this.#rows.element, this.#rows.seqOf); }

  /** All lines are selected, seen or not. */
  everything(): boolean {
    if (this.#none()) return false;
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && selection.anchorNode === this.#rows.element && selection.focusNode === this.#rows.element;
  }

  /** Rows that must stay in the document, because a selection begins or ends in them. */
  pinned(): ReadonlySet<number> {
    const selection = this.picked();
    return new Set(selection ? [selection.from.seq, selection.to.seq] : []);
  }

  copy(event: ClipboardEvent): void {
    const selection = this.picked();
    const all = this.everything();
    if (!event.clipboardData || (!selection && !all)) return;
    event.clipboardData.setData("text/plain", pickedText(all ? whole : selection!, this.#seqs(), seq => this.#ring.get(seq)?.plain ?? ""));
    event.preventDefault();
  }

  #none(): boolean {
    if (!this.#nothing) this.#nothing = document.getSelection()?.isCollapsed ?? true;
    return this.#nothing;
  }

  *#seqs(): Iterable<number> {
    for (let index = 0; index < this.#shown.length; index++) {
      const seq = this.#shown.seq(index);
      if (!this.#ring.get(seq)?.skipped) yield seq;
    }
  }
}
