import type { Following, Hub } from "./hub";

/** As the hub sends it: an EngineEvent in camel case. */
export interface EngineEvent {
  sequence: number; at: string; kind: string; action: string; subject: string; name: string; attributes?: Record<string, string>;
}

const kept = 2_000;

/** One Events stream for the page; what has come is kept for those who join later. */
export class Events {
  readonly #listeners = new Set<(events: readonly EngineEvent[]) => void>();
  #events: EngineEvent[] = [];
  #following: Following | undefined;

  constructor(private readonly hub: Hub) {}

  watch(listener: (events: readonly EngineEvent[]) => void): () => void {
    this.#listeners.add(listener);
    if (this.#events.length) listener(this.#events);
    this.#following ??= this.hub.follow<EngineEvent[]>({
      open: wire => wire.stream("Events", 500, this.#events.at(-1)?.sequence ?? 0),
      next: batch => this.#next(batch),
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size) return;
      this.#following?.stop();
      this.#following = undefined;
    };
  }

  #next(batch: readonly EngineEvent[]): void {
    const last = this.#events.at(-1)?.sequence ?? 0;
    const fresh = batch.filter(event => event.sequence > last);
    if (!fresh.length) return;
    this.#events = [...this.#events, ...fresh].slice(-kept);
    for (const listener of [...this.#listeners]) listener(fresh);
  }
}
