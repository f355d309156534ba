import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeHub, setHidden } from "../testing/fake-wire";
import { backOff, sentence } from "./hub";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { setHidden(false); vi.useRealTimers(); });

const settle = () => vi.advanceTimersByTimeAsync(0);

test("follow: connects once and opens the stream", async () => {
  const { hub, wire } = fakeHub();
  const got: number[] = [];
  hub.follow<number>({ open: w => w.stream("Logs", "a"), next: n => got.push(n) });
  hub.follow<number>({ open: w => w.stream("Logs", "b"), next: () => {} });
  await settle();
  expect(wire.starts).toBe(1);
  expect(wire.streams.map(s => s.args)).toEqual([["a"], ["b"]]);
  wire.streams[0]!.next(7);
  expect(got).toEqual([7]);
});

test("connection lost: comes back and opens where it was", async () => {
  const { hub, wire } = fakeHub();
  let last = 0;
  hub.follow<number>({ open: w => w.stream("Logs", { after: last }), next: n => { last = n; } });
  await settle();
  wire.last.next(41);
  wire.cut();
  expect(hub.state).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(hub.state).toBe("live");
  expect(wire.last.args).toEqual([{ after: 41 }]);
  expect(wire.streams).toHaveLength(2);
});

test("server away: tries for ever, says offline when it has been long", async () => {
  const { hub, wire } = fakeHub();
  wire.refuse = 12;
  const states: string[] = [];
  hub.watch(state => states.push(state));
  hub.follow({ open: w => w.stream("Events"), next: () => {} });
  await vi.advanceTimersByTimeAsync(21_000);
  expect(hub.state).toBe("offline");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(wire.starts).toBe(13);
  expect(states).toEqual(["connecting", "offline", "live"]);
});

test("hidden tab: the stream is closed, and opened when seen again", async () => {
  const { hub, wire } = fakeHub();
  hub.follow({ open: w => w.stream("Metrics"), next: () => {} });
  await settle();
  setHidden(true);
  expect(wire.open).toHaveLength(0);
  setHidden(false);
  expect(wire.open).toHaveLength(1);
});

test("a late item of a closed stream is not given on", async () => {
  const { hub, wire } = fakeHub();
  const got: unknown[] = [];
  const following = hub.follow({ open: w => w.stream("Metrics"), next: item => got.push(item) });
  await settle();
  const first = wire.last;
  following.reopen();
  first.next("old");
  wire.last.next("new");
  following.stop();
  wire.last.next("after");
  expect(got).toEqual(["new"]);
});

test("a stream the server refuses: says why, tries again later, and not twice at once", async () => {
  const { hub, wire } = fakeHub();
  const said: string[] = [];
  hub.follow({ open: w => w.stream("Logs", "x"), next: () => {}, failed: s => said.push(s) });
  await settle();
  wire.last.error(new Error("An unexpected error occurred invoking 'Logs' on the server. HubException: There is no container x."));
  expect(said).toEqual(["There is no container x."]);
  setHidden(true);
  setHidden(false);
  expect(wire.streams).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(wire.streams).toHaveLength(2);
});

test("a stream that ends is over", async () => {
  const { hub, wire } = fakeHub();
  let ended = 0;
  hub.follow({ open: w => w.stream("Terminal", "e"), next: () => {}, ended: () => ended++ });
  await settle();
  wire.last.complete();
  wire.cut();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ended).toBe(1);
  expect(wire.streams).toHaveLength(1);
});

test("invoke waits for the connection and fails with the server's sentence", async () => {
  const { hub, wire } = fakeHub();
  wire.refuse = 1;
  wire.answers["OpenTerminal"] = () => { throw new Error("HubException: The container is not running."); };
  const call = hub.invoke("OpenTerminal", "c");
  const outcome = expect(call).rejects.toThrow(/^The container is not running\.$/);
  await vi.advanceTimersByTimeAsync(2_000);
  await outcome;
});

test("backOff doubles to fifteen seconds", () => {
  expect([0, 1, 2, 5, 50].map(n => backOff(n, 0))).toEqual([500, 1000, 2000, 15_000, 15_000]);
  expect(backOff(0, 1)).toBeCloseTo(666.7, 0);
});

test("sentence takes SignalR's wrapping off", () => {
  expect(sentence(new Error("a HubException: b"))).toBe("b");
  expect(sentence("plain")).toBe("plain");
});
