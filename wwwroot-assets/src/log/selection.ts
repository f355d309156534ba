/** A place in the log: a line's number and a place in its text. */
export interface Place { seq: number; offset: number }

export interface Picked { from: Place; to: Place }

/** Whole lines and the two ends, from the model: rows between need not be in the page. */
export function pickedText({ from, to }: Picked, seqs: Iterable<number>, plain: (seq: number) => string): string {
  const lines: string[] = [];
  for (const seq of seqs) {
    if (seq < from.seq || seq > to.seq) continue;
    const words = plain(seq);
    lines.push(words.slice(seq === from.seq ? from.offset : 0, seq === to.seq ? to.offset : undefined));
  }
  return lines.join("\n");
}

/** The browser's selection as places; undefined when it is not (wholly) in these rows, or empty. */
export function picked(rows: HTMLElement, seqOf: (row: HTMLElement) => number | undefined): Picked | undefined {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.anchorNode || !selection.focusNode) return undefined;
  const a = place(rows, selection.anchorNode, selection.anchorOffset, seqOf);
  const b = place(rows, selection.focusNode, selection.focusOffset, seqOf);
  if (!a || !b) return undefined;
  return a.seq < b.seq || (a.seq === b.seq && a.offset <= b.offset) ? { from: a, to: b } : { from: b, to: a };
}

function place(rows: HTMLElement, node: Node, offset: number, seqOf: (row: HTMLElement) => number | undefined): Place | undefined {
  const element = node instanceof Element ? node : node.parentElement;
  const row = element?.closest<HTMLElement>(".r");
  if (!row || !rows.contains(row)) return undefined;
  const seq = seqOf(row);
  if (seq === undefined) return undefined;
  const body = row.querySelector(".x");
  if (!body) return { seq, offset: 0 };
  if (!body.contains(node)) return { seq, offset: body.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING || (node === row && offset === 0) ? 0 : body.textContent.length };
  const range = document.createRange();
  range.setStart(body, 0);
  range.setEnd(node, offset);
  return { seq, offset: range.toString().length };
}
