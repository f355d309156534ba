import type { IStreamResult, IStreamSubscriber } from "@microsoft/signalr";
import { Hub, type Wire } from "../live/hub";

export interface FakeStream {
  method: string; args: unknown[]; disposed: boolean;
  next(item: unknown): void; complete(): void; error(error: Error): void;
}

/** A hub connection under a test's hand. */
export class FakeWire implements Wire {
  streams: FakeStream[] = [];
  calls: { method: string; args: unknown[] }[] = [];
  answers: Record<string, (...args: never[]) => unknown> = {};
  starts = 0;
  refuse = 0;
  #closed: (() => void) | undefined;

  async start(): Promise<void> {
    this.starts++;
    if (this.refuse > 0) { this.refuse--; throw new Error("refused"); }
  }

  stream<T>(method: string, ...args: unknown[]): IStreamResult<T> {
    return {
      subscribe: (subscriber: IStreamSubscriber<T>) => {
        const stream: FakeStream = {
          method, args, disposed: false,
          next: item => subscriber.next(item as T), complete: () => subscriber.complete(), error: error => subscriber.error(error),
        };
        this.streams.push(stream);
        return { dispose: () => { stream.disposed = true; } };
      },
    };
  }

  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    this.calls.push({ method, args });
    const answer = this.answers[method];
    return (answer ? answer(...args as never[]) : undefined) as T;
  }

  async send(method: string, ...args: unknown[]): Promise<void> { this.calls.push({ method, args }); }

  onclose(closed: () => void): void { this.#closed = closed; }

  /** The connection breaks. */
  cut(): void {
    const open = this.streams.filter(stream => !stream.disposed);
    this.#closed?.();
    for (const stream of open) stream.error(new Error("closed"));
  }

  get open(): FakeStream[] { return this.streams.filter(stream => !stream.disposed); }
  get last(): FakeStream { return this.streams.at(-1)!; }
}

export function fakeHub(): { hub: Hub; wire: FakeWire } {
  const wire = new FakeWire();
  return { hub: new Hub(async () => wire), wire };
}

export function setHidden(hidden: boolean): void {
  Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
