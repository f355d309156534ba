import { historyApi } from "../history/api";
import type { Channel } from "../history/blocks";
import { C, M, machine, type Cells } from "../live/columns";
import { metrics } from "../live/shared";

type Row = (number | null)[];

const ring = 120;           // s; what was before comes from the history, in a fraction of the bytes
const renew = 15_000;       // ms; a stack gets and loses containers

/** What comes live, one row of all channels for each tick. */
export function feed(channels: readonly Channel[], row: (seconds: number, values: Row) => void): () => void {
  const rows = new Map<number, Row>();
  const flush = () => {
    for (const t of [...rows.keys()].sort((a, b) => a - b)) row(t / 1000, rows.get(t)!.map(value => Number.isNaN(value) ? null : value));
    rows.clear();
  };
  const take = (t: number, source: string, cells: Cells | undefined) => {
    if (!rows.size) queueMicrotask(flush);
    let values = rows.get(t);
    if (!values) rows.set(t, values = channels.map(() => null));
    channels.forEach((channel, i) => {
      if (channel.source !== source) return;
      const value = cells?.[column(source, channel.metric)] ?? null;
      values[i] = source.startsWith("stack:") && cells ? folded(channel.metric, values[i]!, value) : values[i] ?? value;
    });
  };
  const stops = [...new Set(channels.map(channel => channel.source))].map(source => source.startsWith("stack:")
    ? members(source.slice(6), ids => ids.map(id => watch(id, (t, cells) => take(t, source, cells))))
    : watch(source, (t, cells) => take(t, source, cells)));
  return () => { for (const stop of stops) stop(); };
}

const watch = (id: string, tick: (t: number, cells: Cells | undefined) => void) => metrics().watch({ id, history: ring, now: true, tick });

function column(source: string, metric: string): number {
  return (source === machine ? M as Readonly<Record<string, number>> : C as Readonly<Record<string, number>>)[metric] ?? -1;
}

/** Several containers as one, as the history does it: of parts and percentages the largest, limits only where each has one (NaN: one has none), else the sum. */
function folded(metric: string, all: number | null, one: number | null): number | null {
  if (metric.endsWith("Limit")) return one === null ? NaN : (all ?? 0) + one;
  if (one === null) return all;
  return metric.startsWith("psi") || metric === "throttledRatio" ? Math.max(all ?? 0, one) : (all ?? 0) + one;
}

/** Watches the containers that a stack has now. */
function members(stack: string, begin: (ids: readonly string[]) => readonly (() => void)[]): () => void {
  let watched = "";
  let stops: readonly (() => void)[] = [];
  let over = false;
  const look = async () => {
    const all = await historyApi().sources().catch(() => undefined);
    if (over || !all) return;
    const ids = all.filter(source => source.stack === stack && source.removedAt == null).map(source => source.id).sort();
    if (ids.join() === watched) return;
    watched = ids.join();
    for (const stop of stops) stop();
    stops = begin(ids);
  };
  void look();
  const timer = setInterval(() => void look(), renew);
  return () => { over = true; clearInterval(timer); for (const stop of stops) stop(); };
}
