import type { Following, Hub } from "../live/hub";
import { skipped } from "../live/skipped";
import { Joiner, Line } from "../log/line";
import type { Known } from "./known";
import type { FollowBatch } from "./wire";

/** The newest lines of several containers and what they write; after a break each goes on behind its last. */
export class Follow {
  #following: Following | undefined;
  readonly #joiners = new Map<number, Joiner>();
  #after = new Map<string, string>();

  constructor(private readonly hub: Hub, private readonly known: Known, private readonly events: { lines(lines: Line[]): void; failed(sentence: string): void }) {}

  start(sources: readonly string[]): void {
    this.stop();
    this.#after = new Map();
    this.#joiners.clear();
    let numbers: number[] = [];
    this.#following = this.hub.follow<FollowBatch>({
      open: wire => {
        numbers = [];
        return wire.stream("FollowLogs", { sources, ...(this.#after.size && { after: Object.fromEntries(this.#after) }) });
      },
      next: batch => {
        for (const source of batch.sources) numbers.push(this.known.add(source));
        const lines: Line[] = [];
        skipped(batch.skipped);
        if (batch.skipped) lines.push(new Line("0:0", batch.lines[0]?.[2] ?? "0000000", 0, "", batch.skipped));
        for (const [index, position, nanoseconds, stream, partial, text] of batch.lines) {
          const source = numbers[index]!;
          this.#after.set(this.known.get(source)!.id, position);
          let joiner = this.#joiners.get(source);
          if (!joiner) this.#joiners.set(source, joiner = new Joiner());
          const line = joiner.add([position, nanoseconds, stream, partial, text]);
          if (line) lines.push(new Line(line.position, line.nanoseconds, line.stream, line.raw, 0, { source, length: line.raw.length, before: [], behind: [] }));
        }
        if (lines.length) this.events.lines(lines);
      },
      failed: sentence => this.events.failed(sentence),
    });
  }

  stop(): void {
    this.#following?.stop();
    this.#following = undefined;
  }
}
