/** The moment of the past that the page shows, in milliseconds; null: now. Elements that move follow it; the page's own words follow the address. */
export class Moment {
  #at: number | null = null;
  #shown = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<(at: number | null) => void>();

  /** `go` shows an address, as a click on a link does; `replace`: in place of the one shown. */
  constructor(private readonly go: (path: string, replace: boolean) => void) {}

  get at(): number | null { return this.#at; }
  /** Something in the page can show the past. */
  get possible(): boolean { return this.#shown > 0; }

  watch(listener: (at: number | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A page that can show the past came; when the last goes it is now again. */
  come(): () => void {
    this.#shown++;
    return () => { if (--this.#shown === 0) this.adopt(null); };
  }

  /** Somebody picked it; the address follows when the hand has come to rest. */
  pick(at: number | null): void {
    const moment = at === null ? null : Math.round(at);
    if (moment === this.#at) return;
    this.#set(moment);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.go(withMoment(moment), moment !== null && new URLSearchParams(location.search).has("at")), moment === null ? 0 : 300);
  }

  /** The address says so. */
  adopt(at: number | null): void {
    clearTimeout(this.#timer);
    if (at !== this.#at) this.#set(at);
  }

  #set(at: number | null): void {
    this.#at = at;
    for (const listener of [...this.#listeners]) listener(at);
  }
}

/** This page's address at a moment. */
export function withMoment(at: number | null): string {
  const query = new URLSearchParams(location.search);
  if (at === null) query.delete("at"); else query.set("at", String(at));
  const words = query.toString();
  return `${location.pathname}${words ? `?${words}` : ""}${location.hash}`;
}

interface Blazor { navigateTo?(path: string, options: { replaceHistoryEntry: boolean }): void }

export const moment = new Moment((path, replace) => {
  const blazor = (window as { Blazor?: Blazor }).Blazor;
  if (blazor?.navigateTo) blazor.navigateTo(path, { replaceHistoryEntry: replace });
  else history.replaceState(history.state, "", path);
});
