import { strip } from "./ansi";

/** As the hub sends it: [position, nanoseconds, 1 stdout | 2 stderr, partial, text]. */
export type WireLine = readonly [position: string, nanoseconds: string, stream: number, partial: number | boolean, text: string];
export interface WireBatch { lines: readonly WireLine[]; skipped: number }

/** Of a line that comes from several containers' logs: whose it is, and what belongs to it. */
export interface Found {
  source: number;
  /** As the search told it; undefined: to be guessed. */
  level?: Level | null | undefined;
  /** Its own text, where the row shows the head of its group. */
  own?: string;
  /** Bytes of the whole line. */
  length: number;
  before: readonly WireLine[];
  behind: readonly WireLine[];
}

export type Level = "error" | "warn" | "info" | "debug";

export class Line {
  #plain: string | undefined;
  #level: Level | null | undefined;

  constructor(
    readonly position: string,
    readonly nanoseconds: string,
    readonly stream: number,
    readonly raw: string,
    /** Not a line of the container: so many were left out here. */
    readonly skipped = 0,
    /** What the search told beside it; nothing for lines that are followed. */
    readonly found?: Found) {}

  /** Lines that belong to it and are not shown in its row. */
  get more(): number { return this.found ? this.found.before.length + this.found.behind.length : 0; }

  get plain(): string { return this.#plain ??= strip(this.raw); }
  get level(): Level | null { return this.found?.level !== undefined ? this.found.level : this.#level === undefined ? (this.#level = guess(this.plain)) : this.#level; }
  /** Milliseconds since 1970. */
  get ms(): number { return Number(this.nanoseconds.slice(0, -6)) + Number(this.nanoseconds.slice(-6)) / 1e6; }
}

const words = /\b(?:(fatal|panic|emerg|crit(?:ical)?|err(?:or)?|severe|exception)|(warn(?:ing)?)|(info|notice)|(debug|trace|verbose))\b/i;

/** How runtimes begin the trace of what nobody caught: the engine's search takes the same for an error. */
const trace = /^\s*(?:Exception in |Traceback \(most |Unhandled exception|Uncaught |[\w.$]*(?:Exception|Error):)/;

/** By the first word that looks like a level near the beginning. A guess, and called so. */
export function guess(plain: string): Level | null {
  if (trace.test(plain)) return "error";
  const match = words.exec(plain.length > 160 ? plain.slice(0, 160) : plain);
  if (!match) return null;
  return match[1] ? "error" : match[2] ? "warn" : match[3] ? "info" : "debug";
}

/** Order of positions, "file:offset". */
export function comparePositions(a: string, b: string): number {
  const [af, ao] = a.split(":").map(Number) as [number, number];
  const [bf, bo] = b.split(":").map(Number) as [number, number];
  return af - bf || ao - bo;
}

const longest = 1 << 18;

/** Puts the parts of a long line together again, each stream for itself. */
export class Joiner {
  readonly #open = new Map<number, WireLine>();

  /** The line that this completes, or undefined while it goes on. */
  add(line: WireLine): Line | undefined {
    const [position, nanoseconds, stream, partial, text] = line;
    const open = this.#open.get(stream);
    const whole: WireLine = open ? [open[0], open[1], stream, 0, open[4] + text] : line;
    if (partial && whole[4].length < longest) {
      this.#open.set(stream, whole);
      return undefined;
    }
    this.#open.delete(stream);
    return new Line(open ? open[0] : position, open ? open[1] : nanoseconds, stream, whole[4]);
  }

  /** What is open and will not go on: its end lies beyond what was asked for. */
  rest(): Line[] {
    const lines = [...this.#open.values()].map(([position, nanoseconds, stream, , text]) => new Line(position, nanoseconds, stream, text));
    this.#open.clear();
    return lines;
  }
}
