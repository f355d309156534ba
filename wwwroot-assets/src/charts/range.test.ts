import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { asked, follow, withRange } from "./address";
import { longest, Range } from "./range";

beforeEach(() => { vi.useFakeTimers({ now: 2_000_000_000_000 }); history.replaceState(null, "", "/page"); });
afterEach(() => { vi.useRealTimers(); });

const now = 2_000_000_000;

function ticking(seconds: number): Range {
  const range = new Range(seconds);
  range.tick(now);
  return range;
}

test("range: live ends at the newest; a hold keeps still; back is live again", () => {
  const range = ticking(60);
  expect([range.from, range.to]).toEqual([now - 60, now]);
  range.hold(now - 50, now - 30);
  range.tick(now + 1);
  expect([range.live, range.from, range.to]).toEqual([false, now - 50, now - 30]);
  range.back();
  expect([range.live, range.from, range.to]).toEqual([true, now - 59, now + 1]);
});

test("range: before the first tick it ends now", () => expect(new Range(60).to).toBe(now));

test("range: zoom at the newest end stays live, in the middle it holds", () => {
  const range = ticking(60);
  range.zoom(now - 1, 0.5);
  expect([range.live, range.seconds]).toEqual([true, 30]);
  range.zoom(now - 15, 0.5);
  expect([range.live, range.from, range.to]).toEqual([false, now - 22.5, now - 7.5]);
});

test("range: from live to a month in one gesture, and no further", () => {
  const range = ticking(60);
  for (let turn = 0; turn < 100; turn++) range.zoom(now - 30, 1.25);
  expect([range.live, range.span]).toEqual([true, longest]);
});

test("range: zooming out of the past holds the moment under the pointer until now is reached", () => {
  const range = ticking(60);
  range.hold(now - 2000, now - 1900);
  range.zoom(now - 1950, 2);
  expect([range.from, range.to]).toEqual([now - 2050, now - 1850]);
  for (let turn = 0; turn < 10; turn++) range.zoom(now - 1950, 2);
  expect(range.live).toBe(true);
});

test("range: panning to the newest goes back to live, with the span that was seen", () => {
  const range = ticking(60);
  range.pan(-20);
  expect([range.live, range.from]).toEqual([false, now - 80]);
  range.pan(30);
  expect([range.live, range.span]).toEqual([true, 60]);
});

test("range: a moment in sight stands still, one out of sight is gone to", () => {
  const range = ticking(100);
  range.reveal(now - 40);
  expect([range.live, range.from]).toEqual([false, now - 100]);
  range.reveal(now - 4000);
  expect([range.from, range.to]).toEqual([now - 4070, now - 3970]);
  range.reveal(now - 4070);
  expect(range.from).toBe(now - 4070);
  range.back(100);
  range.reveal(now - 99);
  expect(range.from).toBe(now - 169);
});

test("address: a name for a named range, nothing for the usual one, milliseconds for what holds", () => {
  const range = ticking(300);
  expect(withRange("?tab=x&range=1h", range, 300)).toBe("?tab=x");
  range.back(86_400);
  expect(withRange("", range, 300)).toBe("?range=24h");
  range.back(90);
  expect(withRange("", range, 300)).toBe("?range=90s");
  range.hold(now - 20, now - 10);
  expect(withRange("?at=1", range, 300)).toBe(`?at=1&from=${now - 20}000&to=${now - 10}000`);
});

test.each([["?range=7d", { seconds: 604_800 }], ["?range=90s", { seconds: 90 }], ["?from=1000&to=5000", { from: 1, to: 5 }], ["?from=5000&to=1000", {}], ["?range=hour", {}]])("address: %s", (search, wanted) =>
  expect(asked(search)).toEqual(wanted));

test("address: a gesture is one step of the history, and Back goes to what was seen before", async () => {
  const range = ticking(300);
  const stop = follow(range, 300);
  await vi.advanceTimersByTimeAsync(5_000);
  const before = history.length;
  for (let turn = 0; turn < 20; turn++) { range.zoom(now, 1.25); await vi.advanceTimersByTimeAsync(50); }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(location.search).toMatch(/^\?range=\d+s$/);
  expect(history.length - before).toBeLessThanOrEqual(1);
  history.replaceState(null, "", "/page");
  dispatchEvent(new Event("popstate"));
  expect([range.live, range.seconds]).toEqual([true, 300]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(location.search).toBe("");
  stop();
});
