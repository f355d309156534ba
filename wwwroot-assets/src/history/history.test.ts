import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Loader } from "../charts/loader";
import { Range } from "../charts/range";
import { HistoryApi, useHistoryApi, type HistoryAnswer } from "./api";
import { Blocks } from "./blocks";

beforeEach(() => { vi.useFakeTimers({ now: 1_000_000_000_000 }); });
afterEach(() => { useHistoryApi(undefined); vi.useRealTimers(); });

const channels = [{ source: "a", metric: "cpuCores" }];

/** Seconds in, as the server answers. */
function answer(from: number, step: number, values: (number | null)[], metric = "cpuCores"): HistoryAnswer {
  return { from: from * 1000, step: step * 1000, series: [{ source: "a", metric, avg: values, min: values.map(v => v === null ? null : v - 1), max: values.map(v => v === null ? null : v + 1) }] };
}

const full = (from: number, to: number, step: number) => answer(from, step, Array.from({ length: Math.round((to - from) / step) }, (_, i) => from + i * step));

test("blocks: what fits the resolution best is drawn, the rest is filled with what is coarser", () => {
  const blocks = new Blocks(channels);
  blocks.add(full(0, 1000, 100), { from: 0, to: 1000, points: 10 });
  blocks.add(full(400, 600, 2), { from: 400, to: 600, points: 100 });
  const view = blocks.view(0, 1000, 2);
  expect(view.x.filter(x => x > 400 && x < 600)).toHaveLength(100);
  expect(view.x.filter(x => x < 400)).toEqual([50, 150, 250, 350]);
  expect(view.avg[0]).not.toContain(null);
  expect(view.min[0]![0]).toBe(view.avg[0]![0]! - 1);
});

test("blocks: far out, the fine part is not drawn by thousands of points", () => {
  const blocks = new Blocks(channels);
  blocks.add(full(0, 100_000, 100), { from: 0, to: 100_000, points: 1000 });
  for (let t = 99_000; t < 100_500; t++) blocks.push(t, [1]);
  const { x } = blocks.view(0, 100_500, 100);
  expect(x.filter(t => t > 99_000 && t < 100_000).length).toBeLessThan(12);
  expect(x.filter(t => t >= 100_000)).toHaveLength(500);
});

test("blocks: a gap breaks the line, live and between pieces", () => {
  const blocks = new Blocks(channels);
  blocks.push(1, [1]);
  blocks.push(1, [2]);
  blocks.push(9, [3]);
  expect(blocks.view(0, 10, 1)).toMatchObject({ x: [1, 5, 9], avg: [[1, null, 3]] });
  blocks.add(answer(20, 1, [5, null, 6]), { from: 20, to: 23, points: 3 });
  expect(blocks.view(0, 30, 1).avg[0]).toEqual([1, null, 3, null, 5, null, 6]);
});

test("blocks: what the history does not know yet does not hide what came live", () => {
  const blocks = new Blocks(channels);
  blocks.add(answer(0, 10, [1, 1, null]), { from: 0, to: 30, points: 3 });
  for (let t = 20; t < 30; t++) blocks.push(t, [7]);
  expect(blocks.view(0, 30, 10).avg[0]!.slice(-10)).toEqual(Array.from({ length: 10 }, () => 7));
});

test("blocks: live fills no memory, and a hidden tab's hole is filled by the history", () => {
  const blocks = new Blocks(channels);
  for (let t = 1; t <= 20_000; t++) if (t < 19_000 || t > 19_900) blocks.push(t, [1]);
  expect(blocks.view(0, 20_000, 1).x.length).toBeLessThan(4_400);
  blocks.add(full(18_000, 20_000, 2), { from: 18_000, to: 20_000, points: 1000 });
  expect(blocks.view(19_000, 19_900, 1).avg[0]).not.toContain(null);
});

test("blocks: many spans, but not more than eight are kept", () => {
  const blocks = new Blocks(channels);
  for (let i = 0; i < 30; i++) blocks.add(full(i * 100, i * 100 + 100, 1), { from: i * 100, to: i * 100 + 100, points: 100 });
  expect(blocks.covers(0, 3000)).toBeCloseTo(8 / 30);
  expect(blocks.has(2900, 3000, 1)).toBe(true);
  expect(blocks.has(0, 100, 1)).toBe(false);
});

test("api: charts that want the same span share a request", async () => {
  const paths: string[] = [];
  const api = new HistoryApi(async path => { paths.push(path); return full(0, 10, 1); });
  const ask = (metric: string, to = 10_000) => api.read({ sources: ["a"], metrics: [metric], from: 0, to, points: 5 });
  const all = Promise.all([ask("cpuCores"), ask("memory"), ask("pids", 20_000)]);
  await vi.advanceTimersByTimeAsync(20);
  await all;
  expect(paths).toEqual(["api/v1/history?source=a&metric=cpuCores&metric=memory&from=0&to=10000&points=5", "api/v1/history?source=a&metric=pids&from=0&to=20000&points=5"]);
});

/** A chart 900 pixels wide, and a server that answers what it is asked in 50 ms. */
function loading(seconds: number) {
  const asks: { from: number; to: number; points: number }[] = [];
  const blocks = new Blocks(channels);
  const range = new Range(seconds);
  let refuse = false;
  useHistoryApi(new HistoryApi(async path => {
    const query = new URLSearchParams(path.split("?")[1]);
    const [from, to, points] = ["from", "to", "points"].map(name => Number(query.get(name))) as [number, number, number];
    asks.push({ from: from / 1000, to: to / 1000, points });
    await new Promise(done => setTimeout(done, 50));
    if (refuse) throw new Error("The disk is full.");
    return full(from / 1000, to / 1000, (to - from) / 1000 / points);
  }));
  let told = "";
  const loader = new Loader(blocks, range, () => 900, { loaded: () => {}, told: sentence => { told = sentence; } });
  return { asks, blocks, range, loader, told: () => told, refuse: (now: boolean) => { refuse = now; } };
}

test("loader: asks once for what is shown, with room to move, and not again", async () => {
  const { asks, range, loader } = loading(3600);
  loader.check(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(asks).toHaveLength(1);
  expect(asks[0]!.from).toBeLessThan(range.from);
  range.hold(range.from - 300, range.to - 300);
  loader.check(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(asks).toHaveLength(1);
});

test("loader: out to a month: roughly at once, finely when the hand rests", async () => {
  const { asks, range, loader, blocks } = loading(300);
  loader.check(false);
  await vi.advanceTimersByTimeAsync(200);
  for (let turn = 0; turn < 12; turn++) { range.zoom(range.to, 2); loader.check(true); await vi.advanceTimersByTimeAsync(30); }
  const rough = asks.slice(1).filter(ask => ask.points === 240);
  expect(rough.length).toBeGreaterThan(0);
  await vi.advanceTimersByTimeAsync(400);
  expect(asks.at(-1)!.points).toBeGreaterThan(600);
  expect(asks.length).toBeLessThan(9);
  expect(blocks.has(range.from, range.to - 5000, loader.step)).toBe(true);
});

test("loader: a step the server does not have so fine is not asked for again and again", async () => {
  const { asks, loader, range } = loading(300);
  useHistoryApi(new HistoryApi(async () => { asks.push({ from: 0, to: 0, points: 0 }); return full(range.from - 600, range.to, 60); }));
  for (let i = 0; i < 5; i++) { loader.check(false); await vi.advanceTimersByTimeAsync(200); }
  expect(asks).toHaveLength(1);
});

test("loader: what came live is not asked for as long as a second is not too fine", async () => {
  const { asks, loader, range, blocks } = loading(300);
  loader.check(false);
  await vi.advanceTimersByTimeAsync(200);
  const start = range.newest;
  for (let second = 1; second <= 400; second++) { blocks.push(start + second, [1]); range.tick(start + second); loader.check(false); await vi.advanceTimersByTimeAsync(1); }
  await vi.advanceTimersByTimeAsync(500);
  expect(asks).toHaveLength(1);
  range.back(3_600);
  loader.check(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(asks.length).toBeGreaterThan(1);
});

test("loader: what fails is told, and tried again later", async () => {
  const { asks, loader, told, refuse } = loading(3600);
  refuse(true);
  loader.check(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(told()).toBe("The disk is full.");
  loader.check(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(asks).toHaveLength(1);
  refuse(false);
  await vi.advanceTimersByTimeAsync(10_000);
  loader.check(false);
  await vi.advanceTimersByTimeAsync(200);
  expect([told(), asks.length]).toEqual(["", 2]);
});
