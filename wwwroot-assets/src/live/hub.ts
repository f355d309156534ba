import type { IStreamResult, ISubscription } from "@microsoft/signalr";

/** The part of SignalR's HubConnection that is used; tests give their own. */
export interface Wire {
  start(): Promise<void>;
  stream<T>(method: string, ...args: unknown[]): IStreamResult<T>;
  invoke<T>(method: string, ...args: unknown[]): Promise<T>;
  send(method: string, ...args: unknown[]): Promise<void>;
  onclose(closed: (error?: Error) => void): void;
}

export type HubState = "connecting" | "live" | "reconnecting" | "offline";

export interface Follower<T> {
  /** Called at each (re)subscription, so its arguments can say where to go on; undefined: nothing wanted now. */
  open(wire: Wire): IStreamResult<T> | undefined;
  next(item: T): void;
  /** The stream came to its own end; it is not opened again. */
  ended?(): void;
  /** The server refused or broke it, as a sentence; it is tried again, later and later. */
  failed?(sentence: string): void;
  /** Go on in a hidden tab too. */
  whileHidden?: boolean;
}

export interface Following {
  /** Ends the stream and opens it anew with fresh arguments. */
  reopen(): void;
  stop(): void;
}

const longestWait = 15_000;
const offlineAfter = 10_000;

/** Half a second, doubling to 15, each with up to a third of chance so that a thousand tabs do not return in one instant. */
export function backOff(attempt: number, chance = Math.random()): number {
  return Math.min(longestWait, 500 * 2 ** Math.min(attempt, 10)) * (1 + chance / 3);
}

/** SignalR wraps a HubException's own words. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^.*?HubException: /s, "");
}

/** One connection for the whole page: starts when first used, comes back for ever, and opens every stream again where it was. */
export class Hub {
  #wire: Wire | undefined;
  #state: HubState = "connecting";
  #attempt = 0;
  #lostAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #starting = false;
  readonly #streams = new Set<Stream<never>>();
  readonly #listeners = new Set<(state: HubState) => void>();

  constructor(private readonly makeWire: () => Promise<Wire>, private readonly page: Document = document) {
    page.addEventListener("visibilitychange", () => { for (const stream of this.#streams) stream.check(); });
    page.defaultView?.addEventListener("online", () => this.#now());
    page.defaultView?.addEventListener("offline", () => { if (this.#state !== "live") this.#set("offline"); });
  }

  get state(): HubState { return this.#state; }
  get hidden(): boolean { return this.page.visibilityState === "hidden"; }
  /** The connection, while it is one. */
  get wire(): Wire | undefined { return this.#state === "live" ? this.#wire : undefined; }

  watch(listener: (state: HubState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  follow<T>(follower: Follower<T>): Following {
    const stream = new Stream<T>(this, follower, () => this.#streams.delete(stream as Stream<never>));
    this.#streams.add(stream as Stream<never>);
    this.start();
    stream.check();
    return stream;
  }

  /** Calls once there is a connection; fails with the server's sentence. */
  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    this.start();
    if (!this.wire) await new Promise<void>(done => {
      const off = this.watch(state => { if (state === "live") queueMicrotask(() => { off(); done(); }); });
    });
    try {
      return await this.#wire!.invoke<T>(method, ...args);
    } catch (error) {
      throw new Error(sentence(error));
    }
  }

  /** Connects if it has not begun to; whatever is used first does it by itself. */
  start(): void {
    if (this.#state === "live" || this.#starting || this.#timer !== undefined) return;
    this.#lostAt ||= Date.now();
    void this.#start();
  }

  #now(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#start();
  }

  async #start(): Promise<void> {
    this.#starting = true;
    try {
      if (!this.#wire) {
        this.#wire = await this.makeWire();
        this.#wire.onclose(() => this.#lost());
      }
      await this.#wire.start();
      this.#starting = false;
      this.#attempt = 0;
      this.#lostAt = 0;
      this.#set("live");
      for (const stream of this.#streams) stream.check();
    } catch {
      this.#starting = false;
      this.#again();
    }
  }

  #lost(): void {
    this.#lostAt = Date.now();
    this.#set("reconnecting");
    for (const stream of this.#streams) stream.lost();
    this.#again();
  }

  #again(): void {
    if (Date.now() - this.#lostAt > offlineAfter || this.page.defaultView?.navigator.onLine === false) this.#set("offline");
    this.#timer = setTimeout(() => { this.#timer = undefined; void this.#start(); }, backOff(this.#attempt++));
  }

  #set(state: HubState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** One stream through its connections, its page's hidden times and its failures. */
class Stream<T> implements Following {
  #open: ISubscription<T> | undefined;
  #generation = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(private readonly hub: Hub, private readonly follower: Follower<T>, private readonly forget: () => void) {}

  /** Opens or closes, whichever is right now. */
  check(): void {
    const wanted = !this.#over && this.hub.wire !== undefined && (this.follower.whileHidden || !this.hub.hidden);
    if (wanted && !this.#open && this.#retry === undefined) this.#begin(this.hub.wire!);
    if (!wanted) this.#end();
  }

  reopen(): void {
    this.#end();
    this.#failures = 0;
    this.check();
  }

  stop(): void {
    this.#over = true;
    this.#end();
    this.forget();
  }

  /** The connection is gone and the stream with it. */
  lost(): void {
    this.#generation++;
    this.#failures = 0;                     // what the old connection refused says nothing of the next
    this.#open = undefined;
    this.#clearRetry();
  }

  #begin(wire: Wire): void {
    const result = this.follower.open(wire);
    if (!result) return;
    const generation = ++this.#generation;
    const current = () => generation === this.#generation;
    this.#open = result.subscribe({
      next: item => { if (current()) { this.#failures = 0; this.follower.next(item); } },
      complete: () => { if (current()) { this.stop(); this.follower.ended?.(); } },
      error: error => { if (current()) this.#failed(error); },
    });
  }

  #failed(error: unknown): void {
    this.#generation++;
    this.#open = undefined;
    if (!this.hub.wire) return;             // the connection broke: onclose tells
    this.follower.failed?.(sentence(error));
    this.#retry = setTimeout(() => { this.#retry = undefined; this.check(); }, backOff(this.#failures++));
  }

  #end(): void {
    this.#generation++;
    this.#clearRetry();
    const open = this.#open;
    this.#open = undefined;
    try { open?.dispose(); } catch { /* the connection went first */ }
  }

  #clearRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }
}
