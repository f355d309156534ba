import type { Tag } from "../log/row";
import { text } from "../text";
import type { Source } from "./wire";

const colors = 10;

/** The containers whose lines were seen, each with a number of its own and a colour that stays. */
export class Known {
  readonly all: Source[] = [];
  readonly #byId = new Map<string, number>();
  readonly #tags: Tag[] = [];

  /** Its number. */
  add(source: Source): number {
    const known = this.#byId.get(source.id);
    if (known !== undefined) { this.all[known] = source; return known; }
    const number = this.all.push(source) - 1;
    this.#byId.set(source.id, number);
    this.#tags.push({ name: source.name, color: `var(--tag-${number % colors})`, title: [source.name, source.image, source.privileged && text("privileged")].filter(Boolean).join(" · "), privileged: source.privileged === true });
    return number;
  }

  get(number: number): Source | undefined { return this.all[number]; }
  tag(number: number): Tag | undefined { return this.#tags[number]; }
  numberOf(id: string): number | undefined { return this.#byId.get(id); }
}
