import type { Following, Hub } from "../live/hub";
import { skipped } from "../live/skipped";
import { comparePositions, Joiner, Line, type WireBatch, type WireLine } from "./line";

const olderAtOnce = 2_000;
const aroundLink = 3_000;

export interface FeedEvents {
  lines(lines: Line[]): void;
  failed(sentence: string): void;
}

/** A container's lines from the hub: the tail and what follows, older ones, or those from a linked line on. */
export class Feed {
  #following: Following | undefined;
  #joiner = new Joiner();
  #after: string | undefined;

  constructor(private readonly hub: Hub, private readonly id: string, private readonly tail: number, private readonly events: FeedEvents) {}

  /** The last lines and all that come; after a break it goes on behind the last line it got. */
  live(): void {
    this.stop();
    this.#following = this.hub.follow<WireBatch>({
      open: wire => wire.stream("Logs", this.id, this.#after === undefined ? { tail: this.tail, follow: true } : { after: this.#after, follow: true }),
      next: batch => this.#next(batch),
      failed: sentence => this.events.failed(sentence),
    });
  }

  /** Begins with the newest lines again. */
  restart(): void {
    this.#after = undefined;
    this.#joiner = new Joiner();
    this.live();
  }

  stop(): void {
    this.#following?.stop();
    this.#following = undefined;
  }

  /** The last lines before a moment, in milliseconds; what comes after is not waited for. */
  until(ms: number): void {
    this.stop();
    this.#joiner = new Joiner();
    this.#following = this.hub.follow<WireBatch>({
      open: wire => wire.stream("Logs", this.id, { tail: this.tail, untilMs: Math.ceil(ms), follow: false }),
      next: batch => this.#next(batch),
      failed: sentence => this.events.failed(sentence),
    });
  }

  /** Lines from this one on, some thousand; then whether the log's end was reached, so that one may go on live. */
  from(position: string): Promise<boolean> {
    this.stop();
    let got = 0;
    return new Promise(done => {
      const end = (reached: boolean) => { following.stop(); done(reached); };
      const following = this.#following = this.hub.follow<WireBatch>({
        open: wire => wire.stream("Logs", this.id, { ...(before(position) !== undefined && { after: before(position) }), follow: false }),
        next: batch => {
          this.#next(batch);
          if ((got += batch.lines.length) >= aroundLink) end(false);
        },
        ended: () => end(true),
        failed: sentence => { this.events.failed(sentence); end(true); },
      });
    });
  }

  /** The lines before this one, oldest first; empty: there are none. */
  older(than: Line): Promise<Line[]> {
    const joiner = new Joiner();
    const lines: Line[] = [];
    const take = (wire: WireLine) => {
      if (comparePositions(wire[0], than.position) >= 0) return;
      const line = joiner.add(wire);
      if (line) lines.push(line);
    };
    return new Promise(done => {
      const following = this.hub.follow<WireBatch>({
        open: wire => wire.stream("Logs", this.id, { tail: olderAtOnce, untilMs: Math.ceil(than.ms) + 1, follow: false }),
        next: batch => { for (const line of batch.lines) take(line); },
        ended: () => done([...lines, ...joiner.rest()]),
        failed: () => { following.stop(); done([]); },
      });
    });
  }

  #next(batch: WireBatch): void {
    const lines: Line[] = [];
    skipped(batch.skipped);
    if (batch.skipped > 0) lines.push(new Line(batch.lines[0]?.[0] ?? this.#after ?? "0:0", batch.lines[0]?.[1] ?? "0000000", 0, "", batch.skipped));
    for (const wire of batch.lines) {
      this.#after = wire[0];
      const line = this.#joiner.add(wire);
      if (line) lines.push(line);
    }
    if (lines.length) this.events.lines(lines);
  }
}

/** A place just before this line: the byte that ends the line before. */
function before(position: string): string | undefined {
  const [file, offset] = position.split(":").map(Number) as [number, number];
  return offset > 0 ? `${file}:${offset - 1}` : undefined;
}
