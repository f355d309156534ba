import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HistoryApi, useHistoryApi } from "../history/api";
import { C, machine } from "../live/columns";
import { Metrics } from "../live/metrics";
import { fakeHub } from "../testing/fake-wire";
import { Moment } from "./moment";

beforeEach(() => { vi.useFakeTimers({ now: 1_000_000 }); history.replaceState(null, "", "/c?range=1h#line=1"); });
afterEach(() => { useHistoryApi(undefined); vi.useRealTimers(); });

test("moment: elements know at once, the address when the hand rests; the first is a step of the history, the next take its place", async () => {
  const gone: [string, boolean][] = [];
  const seen: (number | null)[] = [];
  const moment = new Moment((path, replace) => { gone.push([path, replace]); history.replaceState(null, "", path); });
  moment.watch(at => seen.push(at));
  moment.pick(500);
  moment.pick(600.4);
  expect([seen, gone]).toEqual([[500, 600], []]);
  await vi.advanceTimersByTimeAsync(300);
  moment.pick(700);
  await vi.advanceTimersByTimeAsync(300);
  moment.pick(null);
  await vi.advanceTimersByTimeAsync(0);
  expect(gone).toEqual([["/c?range=1h&at=600#line=1", false], ["/c?range=1h&at=700#line=1", true], ["/c?range=1h#line=1", false]]);
});

test("moment: when the last that can show the past has left it is now", () => {
  const moment = new Moment(() => {});
  const leave = moment.come();
  moment.adopt(5);
  expect([moment.possible, moment.at]).toEqual([true, 5]);
  leave();
  expect([moment.possible, moment.at]).toEqual([false, null]);
});

test("metrics: in the past each watcher gets the minute before it, charts go on with now, and back to live all of it is anew", async () => {
  const asked: string[] = [];
  useHistoryApi(new HistoryApi(async path => {
    asked.push(path);
    return { from: 400_000, step: 1_000, series: path.includes("machine") ? [] : [{ source: "a", metric: "cpuCores", min: [], avg: [1, 2, null], max: [] }] };
  }));
  const { hub, wire } = fakeHub();
  const metrics = new Metrics(hub);
  const value: [number, number | null | undefined][] = [];
  const chart: number[] = [];
  let cleared = 0;
  metrics.watch({ id: "a", history: 60, cleared: () => { cleared++; }, tick: (t, cells) => value.push([t, cells?.[C.cpuCores]]) });
  metrics.watch({ id: "a", history: 60, now: true, tick: t => chart.push(t) });
  await vi.advanceTimersByTimeAsync(100);
  wire.last.next({ t: 900_000, s: 900_000, m: [], c: { a: [7] } });
  metrics.rewind(403_000);
  await vi.advanceTimersByTimeAsync(100);
  wire.last.next({ t: 901_000, s: 901_000, m: [], c: { a: [8] } });
  expect([value, chart, cleared]).toEqual([[[900_000, 7], [400_000, 1], [401_000, 2]], [900_000, 901_000], 1]);
  expect(asked).toHaveLength(1);
  metrics.rewind(null);
  await vi.advanceTimersByTimeAsync(100);
  expect(wire.last.args[1]).toBe(60);
  wire.last.next({ t: 902_000, s: 902_000, m: [], c: { a: [9] } });
  expect([value.at(-1), cleared]).toEqual([[902_000, 9], 2]);
});

test("metrics: where nothing was measured then, nothing is shown, not the last that was", async () => {
  useHistoryApi(new HistoryApi(async () => ({ from: 0, step: 1_000, series: [] })));
  const metrics = new Metrics(fakeHub().hub);
  const got: unknown[] = [];
  metrics.watch({ id: machine, history: 1, tick: (_, cells) => got.push(cells) });
  metrics.rewind(5_000);
  await vi.advanceTimersByTimeAsync(100);
  expect(got).toEqual([undefined]);
});
