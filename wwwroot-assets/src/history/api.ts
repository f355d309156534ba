/** What `/api/v1/history` answers. Times are milliseconds since 1970, columns have one number for each step; null: nothing is known. */
export interface HistorySeries { source: string; metric: string; min: Column; avg: Column; max: Column }
export type Column = readonly (number | null)[];
/** Points at `from + i × step`, each of the step that begins there. `stopped`: why nothing is being kept now, as a sentence. */
export interface HistoryAnswer { from: number; step: number; series: readonly HistorySeries[]; stopped?: string | null }

/** What has history: the machine, and containers, also removed ones. */
export interface HistorySource { id: string; name: string; stack?: string | null; from?: number | null; to?: number | null; removedAt?: number | null }

/** What happened to a source; `count`: so many of a kind that were close are one. */
export interface HistoryMark { at: number; kind: string; source: string; name: string; attributes?: Readonly<Record<string, string>> | null; count?: number }

export interface HistoryAsk { sources: readonly string[]; metrics: readonly string[]; from: number; to: number; points: number }

/** The part of fetch that is used; tests give their own. */
export type Get = (path: string) => Promise<unknown>;

const gather = 8;           // ms; the charts of a page ask in one go

interface Waiting { ask: HistoryAsk; done(answer: HistoryAnswer): void; failed(error: Error): void }

/** Asks the server. Charts that want the same span of the same sources share one request. */
export class HistoryApi {
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sources: { at: number; answer: Promise<readonly HistorySource[]> } | undefined;
  readonly #marks = new Map<string, Promise<readonly HistoryMark[]>>();

  constructor(private readonly get: Get) {}

  read(ask: HistoryAsk): Promise<HistoryAnswer> {
    return new Promise((done, failed) => {
      this.#waiting.push({ ask, done, failed });
      this.#timer ??= setTimeout(() => { this.#timer = undefined; this.#send(); }, gather);
    });
  }

  /** All that has history; what was answered within ten seconds is not asked again. */
  sources(): Promise<readonly HistorySource[]> {
    const now = Date.now();
    if (!this.#sources || now - this.#sources.at > 10_000) {
      const answer = this.get("api/v1/history/sources") as Promise<readonly HistorySource[]>;
      this.#sources = { at: now, answer };
      answer.catch(() => { this.#sources = undefined; });
    }
    return this.#sources.answer;
  }

  /** Charts ask for the same marks at the same time: while one answer is on its way it serves all. */
  marks(sources: readonly string[], from: number, to: number): Promise<readonly HistoryMark[]> {
    const path = `api/v1/history/marks?${query({ source: sources, from: [Math.floor(from)], to: [Math.ceil(to)] })}`;
    let answer = this.#marks.get(path);
    if (!answer) {
      this.#marks.set(path, answer = this.get(path) as Promise<readonly HistoryMark[]>);
      void answer.catch(() => {}).then(() => this.#marks.delete(path));
    }
    return answer;
  }

  #send(): void {
    const groups = new Map<string, Waiting[]>();
    for (const waiting of this.#waiting) {
      const { sources, from, to, points } = waiting.ask;
      const key = `${sources.join()} ${from} ${to} ${points}`;
      groups.set(key, [...groups.get(key) ?? [], waiting]);
    }
    this.#waiting = [];
    for (const group of groups.values()) void this.#ask(group);
  }

  async #ask(group: readonly Waiting[]): Promise<void> {
    const { sources, from, to, points } = group[0]!.ask;
    const metrics = [...new Set(group.flatMap(one => one.ask.metrics))];
    try {
      const answer = await this.get(`api/v1/history?${query({ source: sources, metric: metrics, from: [Math.floor(from)], to: [Math.ceil(to)], points: [points] })}`) as HistoryAnswer;
      for (const one of group) one.done(answer);
    } catch (error) {
      for (const one of group) one.failed(error as Error);
    }
  }
}

function query(parts: Readonly<Record<string, readonly (string | number)[]>>): string {
  return Object.entries(parts).flatMap(([name, values]) => values.map(value => `${name}=${encodeURIComponent(value)}`)).join("&");
}

/** GET of JSON below the page's base; fails with the server's sentence. */
async function get(path: string): Promise<unknown> {
  const answer = await fetch(new URL(path, document.baseURI), { headers: { Accept: "application/json" } });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({})) as { detail?: string };
  throw new Error(problem.detail ?? `${answer.status} ${answer.statusText}`);
}

let shared: HistoryApi | undefined;

export const historyApi = (): HistoryApi => shared ??= new HistoryApi(get);

/** For tests. */
export function useHistoryApi(other: HistoryApi | undefined): void { shared = other; }
