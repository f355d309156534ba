import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeHub, setHidden, type FakeWire } from "../testing/fake-wire";
import { Feed } from "./feed";
import type { Line, WireBatch } from "./line";

let wire: FakeWire;
let feed: Feed;
let got: Line[];

beforeEach(() => {
  vi.useFakeTimers();
  got = [];
  const fake = fakeHub();
  wire = fake.wire;
  feed = new Feed(fake.hub, "c", 100, { lines: lines => got.push(...lines), failed: () => {} });
});
afterEach(() => { setHidden(false); vi.useRealTimers(); });

const settle = () => vi.advanceTimersByTimeAsync(0);
const batch = (from: number, to: number, skipped = 0): WireBatch =>
  ({ lines: Array.from({ length: to - from }, (_, i) => [`1:${from + i}`, "1700000000000000000", 1, 0, `l${from + i}`] as const), skipped });

test("tail first; after a break on behind the last line", async () => {
  feed.live();
  await settle();
  expect(wire.last.args).toEqual(["c", { tail: 100, follow: true }]);
  wire.last.next(batch(0, 5));
  wire.cut();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(wire.last.args).toEqual(["c", { after: "1:4", follow: true }]);
});

test("a hidden tab costs nothing and catches up", async () => {
  feed.live();
  await settle();
  wire.last.next(batch(0, 3));
  setHidden(true);
  expect(wire.open).toHaveLength(0);
  setHidden(false);
  expect(wire.last.args).toEqual(["c", { after: "1:2", follow: true }]);
});

test("skipped lines are a row of their own", async () => {
  feed.live();
  await settle();
  wire.last.next(batch(10, 12, 7));
  expect(got.map(line => line.skipped || line.raw)).toEqual([7, "l10", "l11"]);
});

test("older: up to the oldest, without it", async () => {
  feed.live();
  await settle();
  wire.last.next(batch(50, 52));
  const older = feed.older(got[0]!);
  await settle();
  expect(wire.last.args).toEqual(["c", { tail: 2000, untilMs: 1_700_000_000_001, follow: false }]);
  wire.last.next(batch(47, 52));
  wire.last.complete();
  expect((await older).map(line => line.raw)).toEqual(["l47", "l48", "l49"]);
});

test("from a linked line: begins with it; at the end of the log one goes on live", async () => {
  const reached = feed.from("1:77");
  await settle();
  expect(wire.last.args).toEqual(["c", { after: "1:76", follow: false }]);
  wire.last.next(batch(77, 80));
  wire.last.complete();
  expect(await reached).toBe(true);
  feed.live();
  expect(wire.last.args).toEqual(["c", { after: "1:79", follow: true }]);
});

test("from a linked line far back: stops after some thousand", async () => {
  const reached = feed.from("1:0");
  await settle();
  expect(wire.last.args).toEqual(["c", { follow: false }]);
  wire.last.next(batch(0, 4_000));
  expect(await reached).toBe(false);
  expect(wire.open).toHaveLength(0);
});
