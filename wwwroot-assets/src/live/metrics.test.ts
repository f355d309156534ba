import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeHub, setHidden, type FakeWire } from "../testing/fake-wire";
import { Metrics } from "./metrics";

let wire: FakeWire;
let metrics: Metrics;

beforeEach(() => {
  vi.useFakeTimers();
  const fake = fakeHub();
  wire = fake.wire;
  metrics = new Metrics(fake.hub);
});
afterEach(() => { setHidden(false); vi.useRealTimers(); });

const settle = (ms = 100) => vi.advanceTimersByTimeAsync(ms);
const frame = (t: number, ...ids: string[]) => ({ t, s: t + 1, m: [t], c: Object.fromEntries(ids.map(id => [id, [t]])) });

function watch(id: string, history: number) {
  const ticks: [number, number | null | undefined][] = [];
  const stop = metrics.watch({ id, history, tick: (t, cells) => ticks.push([t, cells?.[0]]) });
  return { ticks, stop };
}

test("many elements, one stream with the union of ids and the longest history", async () => {
  watch("a", 1); watch("b", 60); watch("a", 60); watch("machine", 1);
  await settle();
  expect(wire.streams).toHaveLength(1);
  expect(wire.last.args).toEqual([["a", "b"], 60]);
});

test("more than a hundred ids ask for all", async () => {
  for (let i = 0; i < 101; i++) watch(`c${i}`, 1);
  await settle();
  expect(wire.last.args[0]).toBeNull();
});

test("only the machine: no container's numbers travel", async () => {
  watch("machine", 60);
  await settle();
  expect(wire.last.args).toEqual([[], 60]);
});

test("each tick reaches each watch once, also when history is sent again", async () => {
  const a = watch("a", 2);
  await settle();
  for (const t of [1000, 2000]) wire.last.next(frame(t, "a"));
  const b = watch("b", 60);
  await settle();
  expect(wire.streams).toHaveLength(2);
  expect(wire.last.args).toEqual([["a", "b"], 60]);
  for (const t of [1000, 2000, 3000]) wire.last.next(frame(t, "a", "b"));
  expect(a.ticks.map(x => x[0])).toEqual([1000, 2000, 3000]);
  expect(b.ticks.map(x => x[0])).toEqual([1000, 2000, 3000]);
});

test("a newcomer whose id already streams is given what came, without a new stream", async () => {
  watch("a", 3);
  await settle();
  for (const t of [1000, 2000, 3000]) wire.last.next(frame(t, "a"));
  const late = watch("a", 3);
  await settle();
  expect(wire.streams).toHaveLength(1);
  expect(late.ticks).toEqual([[1000, 1000], [2000, 2000], [3000, 3000]]);
});

test("scrolling a table: rows that leave do not open a new stream at once", async () => {
  watch("a", 1);
  const b = watch("b", 1);
  await settle();
  b.stop();
  await settle(1_000);
  expect(wire.streams).toHaveLength(1);
  await settle(5_000);
  expect(wire.last.args[0]).toEqual(["a"]);
});

test("nobody watches: the stream is closed", async () => {
  const a = watch("a", 1);
  await settle();
  a.stop();
  await settle();
  expect(wire.open).toHaveLength(0);
});

test("back after a minute: history covers what was missed", async () => {
  const a = watch("a", 60);
  await settle();
  wire.last.next(frame(1000, "a"));
  setHidden(true);
  await settle(90_000);
  setHidden(false);
  expect(wire.last.args).toEqual([["a"], 91]);
  wire.last.next(frame(1000, "a"));
  wire.last.next(frame(2000, "a"));
  expect(a.ticks.map(x => x[0])).toEqual([1000, 2000]);
});

test("a container that is not in the frame gives undefined", async () => {
  const a = watch("a", 1);
  await settle();
  wire.last.next(frame(1000));
  expect(a.ticks).toEqual([[1000, undefined]]);
});
