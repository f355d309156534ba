import { make } from "../element";
import { text } from "../text";
import { labelOf, type Kind } from "./kinds";
import type { Series } from "./series";

const rows = 10;
const every = 5_000;

/** The last values as a table for screen readers, hidden from eyes; renewed each 5 s so that reading is not cut off. */
export class Spoken {
  readonly element: HTMLTableElement;
  readonly #cells: Text[][] = [];
  #last = 0;

  constructor(private readonly kind: Kind, private readonly series: Series) {
    const head = make("tr", {}, make("th", { scope: "col" }, text("time")), ...kind.lines.map(line => make("th", { scope: "col" }, labelOf(line))));
    const body = make("tbody");
    for (let row = 0; row < rows; row++) {
      const cells = [0, ...kind.lines].map(() => document.createTextNode(""));
      this.#cells.push(cells);
      body.append(make("tr", {}, ...cells.map(cell => make("td", {}, cell))));
    }
    this.element = make("table", { class: "spoken" }, make("caption", {}, text("chartTable", text(kind.title))), make("thead", {}, head), body);
  }

  renew(now: number): void {
    if (now - this.#last < every) return;
    this.#last = now;
    const length = this.series.x.length;
    this.#cells.forEach((cells, row) => {
      const index = length - 1 - row;
      cells.forEach((cell, column) => {
        cell.data = index < 0 ? ""
          : column === 0 ? new Date(this.series.x[index]! * 1000).toLocaleTimeString()
          : this.kind.say(this.series.raw[column - 1]![index] ?? null);
      });
    });
  }
}
