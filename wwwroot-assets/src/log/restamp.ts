import type { Line } from "./line";
import type { Rows } from "./rows";
import { stamp } from "./stamps";

/** Relative times move on, in the rows that are there. */
export function restamp(rows: Rows, line: (seq: number) => Line | undefined): void {
  if (document.visibilityState === "hidden") return;
  const now = Date.now();
  for (const [seq, element] of rows.rows()) {
    const shown = line(seq);
    const time = element.querySelector(".t");
    if (!shown || !time) continue;
    const words = stamp(shown, "relative", now);
    if (time.textContent !== words) time.textContent = words;
  }
}
