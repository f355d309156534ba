import { make } from "../element";
import { text } from "../text";
import { moment } from "./clock";
import { nearest, type Picture } from "./picture";
import type { Plan } from "./plan";
import type { Range } from "./range";

const rows = 10;
const every = 5_000;

/** Values over the range as a table for screen readers, hidden from eyes; renewed each 5 s so that reading is not cut off. */
export class Spoken {
  readonly element: HTMLTableElement;
  readonly #cells: Text[][] = [];
  #last = 0;

  constructor(private readonly plan: Plan, private readonly range: Range) {
    const head = make("tr", {}, make("th", { scope: "col" }, text("time")), ...plan.lines.map(line => make("th", { scope: "col" }, line.label)));
    const body = make("tbody");
    for (let row = 0; row < rows; row++) {
      const cells = [0, ...plan.lines].map(() => document.createTextNode(""));
      this.#cells.push(cells);
      body.append(make("tr", {}, ...cells.map(cell => make("td", {}, cell))));
    }
    this.element = make("table", { class: "spoken" }, make("caption", {}, text("chartTable", plan.title)), make("thead", {}, head), body);
  }

  renew(picture: Picture, now: number): void {
    if (now - this.#last < every) return;
    this.#last = now;
    const { to, span } = this.range;
    this.#cells.forEach((cells, row) => {
      const index = nearest(picture.x, to - span * row / rows);
      cells.forEach((cell, column) => {
        cell.data = index < 0 ? "" : column === 0 ? moment(picture.x[index]!) : this.plan.say(picture.own[column - 1]![index] ?? null);
      });
    });
  }
}
