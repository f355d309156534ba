import { at, type Channel, type View } from "../history/blocks";
import type { Plan } from "./plan";

type Numbers = (number | null)[];

/** At finer steps than this there is nothing between least and most. */
export const fine = 1.5;

/** A chart's numbers by line, ready to draw. */
export interface Picture {
  x: number[];
  /** Each line's own: average, least, most. */
  own: Numbers[]; low: Numbers[]; high: Numbers[];
  /** As drawn: stacked lines are summed from the bottom; a line nobody wants to see is empty. */
  drawn: Numbers[];
  limit: Numbers; shade: Numbers; peak: Numbers;
  /** Seconds of the coarsest part; above 1 there is something between least and most. */
  step: number;
}

/** Which columns a plan needs, each once. */
export function channelsOf(plan: Plan): Channel[] {
  const all = [
    ...plan.lines.flatMap(line => [{ source: line.source, metric: line.plus }, ...line.minus === undefined ? [] : [{ source: line.source, metric: line.minus }]]),
    ...[plan.limit, plan.shade, plan.peak].filter(channel => channel !== undefined),
  ];
  return all.filter((channel, i) => all.findIndex(other => other.source === channel.source && other.metric === channel.metric) === i);
}

export function pictureOf(plan: Plan, channels: readonly Channel[], view: View, hidden: ReadonlySet<number>): Picture {
  const empty: Numbers = view.x.map(() => null);
  const find = (source: string, metric: string) => channels.findIndex(channel => channel.source === source && channel.metric === metric);
  const less = (from: Numbers, what: Numbers) => from.map((value, i) => value === null || what[i] == null ? null : value - what[i]);
  const own: Numbers[] = [], low: Numbers[] = [], high: Numbers[] = [];
  for (const line of plan.lines) {
    const plus = find(line.source, line.plus);
    const minus = line.minus === undefined ? -1 : find(line.source, line.minus);
    own.push(minus < 0 ? view.avg[plus]! : less(view.avg[plus]!, view.avg[minus]!));
    low.push(minus < 0 ? view.min[plus]! : less(view.min[plus]!, view.max[minus]!));
    high.push(minus < 0 ? view.max[plus]! : less(view.max[plus]!, view.min[minus]!));
  }
  const column = (channel: Channel | undefined, of: "avg" | "max") => channel ? view[of][find(channel.source, channel.metric)]! : empty;
  return {
    x: view.x, own, low, high, step: view.step, drawn: plan.stacked ? stack(own, hidden, empty) : own.map((line, i) => hidden.has(i) ? empty : line),
    limit: column(plan.limit, "avg"), shade: column(plan.shade, "avg"), peak: column(plan.peak, "max"),
  };
}

/** A source that is not there at a moment adds nothing; where none is, there is nothing to draw. */
function stack(lines: readonly Numbers[], hidden: ReadonlySet<number>, empty: Numbers): Numbers[] {
  let below: Numbers = empty;
  return lines.map((line, index) => {
    if (hidden.has(index)) return empty;
    const under = below;
    return below = line.map((value, i) => value === null && under[i] === null ? null : (value ?? 0) + (under[i] ?? 0));
  });
}

/** The highest that is drawn within these seconds, bands and peaks too. */
export function highest(picture: Picture, from: number, to: number, hidden: ReadonlySet<number>, bands: boolean): number {
  const [first, end] = [at(picture.x, from), at(picture.x, to)];
  let most = 0;
  const look = (column: Numbers) => { for (let i = first; i < end; i++) if (column[i]! > most) most = column[i]!; };
  for (const column of picture.drawn) look(column);
  if (bands) picture.high.forEach((column, i) => { if (!hidden.has(i)) look(column); });
  if (picture.step > fine) look(picture.peak);
  return most;
}

/** Of the moments in view the last whose limit is known. */
export function lastLimit(picture: Picture, from: number, to: number): number | null {
  for (let i = at(picture.x, to) - 1; i >= 0 && picture.x[i]! >= from; i--) if (picture.limit[i] != null) return picture.limit[i]!;
  return null;
}

/** Index of the point nearest to a moment, or -1. */
export function nearest(x: readonly number[], seconds: number): number {
  const after = at(x, seconds);
  if (after === 0) return x.length ? 0 : -1;
  return after === x.length || seconds - x[after - 1]! <= x[after]! - seconds ? after - 1 : after;
}
