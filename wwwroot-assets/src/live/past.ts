import { historyApi, type HistoryAnswer } from "../history/api";
import { C, M, machine, type Cells, type Frame } from "./columns";

/** Seconds before the moment, for what draws the last minute. */
const before = 60;

/** What the hub would have sent in the minute before a moment, from the history: in it coarser steps stand for seconds the older it is. */
export async function framesAt(at: number, ids: readonly string[]): Promise<Frame[]> {
  const containers = ids.filter(id => id !== machine);
  const ask = (sources: readonly string[], metrics: readonly string[]) => historyApi().read({ sources, metrics, from: at - before * 1000, to: at, points: before + 1 });
  const [own, host] = await Promise.all([
    containers.length ? ask(containers, Object.keys(C)) : undefined,
    ids.includes(machine) ? ask([machine], Object.keys(M)) : undefined,
  ]);
  const frames = new Map<number, { t: number; s: number; m: (number | null)[]; c: Record<string, Cells> }>();
  const rows = (answer: HistoryAnswer | undefined, source: string, columns: Readonly<Record<string, number>>, put: (frame: { m: Cells; c: Record<string, Cells> }, cells: Cells) => void) => {
    const series = answer?.series.filter(one => one.source === source) ?? [];
    const length = Math.max(0, ...series.map(one => one.avg.length));
    for (let i = 0; i < length; i++) {
      const cells: (number | null)[] = Object.keys(columns).map(() => null);
      for (const one of series) { const column = columns[one.metric]; if (column !== undefined) cells[column] = one.avg[i] ?? null; }
      const t = answer!.from + i * answer!.step;
      if (t > at || cells.every(cell => cell === null)) continue;
      let frame = frames.get(t);
      if (!frame) frames.set(t, frame = { t, s: t, m: [], c: {} });
      put(frame, cells);
    }
  };
  rows(host, machine, M, (frame, cells) => { frame.m = cells; });
  for (const id of containers) rows(own, id, C, (frame, cells) => { frame.c[id] = cells; });
  return [...frames.values()].sort((a, b) => a.t - b.t);
}
