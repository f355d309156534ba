import { expect, test } from "vitest";
import { C } from "../live/columns";
import { kindOf, top } from "./kinds";
import { marksOf, near } from "./marks";
import { Range } from "./range";
import { Series } from "./series";

const cells = (values: Partial<Record<keyof typeof C, number>>) => {
  const row: (number | null)[] = Array.from({ length: 26 }, () => null);
  for (const [name, value] of Object.entries(values)) row[C[name as keyof typeof C]] = value;
  return row;
};

test("series: stacked lines are summed from the bottom, raw ones stay", () => {
  const series = new Series(kindOf("x", "memory"));
  series.push(1000, cells({ anon: 10, kernel: 1, file: 5, memLimit: 100 }));
  expect(series.data()).toEqual([[1], [10], [11], [16], [100]]);
  expect(series.raw).toEqual([[10], [1], [5]]);
});

test("series: a gap breaks the line; an old tick is ignored", () => {
  const series = new Series(kindOf("x", "cpu"));
  series.push(1000, cells({ cpuCores: 1 }));
  series.push(1000, cells({ cpuCores: 2 }));
  series.push(9000, cells({ cpuCores: 3 }));
  expect(series.data().slice(0, 2)).toEqual([[1, 2, 9], [1, null, 3]]);
});

test("series: keeps an hour", () => {
  const series = new Series(kindOf("x", "cpu"));
  for (let t = 1; t <= 5000; t++) series.push(t * 1000, undefined);
  expect(series.x.length).toBeLessThanOrEqual(3_900);
  expect(series.newest).toBe(5000);
  expect(series.raw[0]).toHaveLength(series.x.length);
});

test("series: nearest", () => {
  const series = new Series(kindOf("x", "cpu"));
  expect(series.nearest(5)).toBe(-1);
  for (const t of [1, 2, 3]) series.push(t * 1000, undefined);
  expect([0, 1.4, 1.6, 9].map(t => series.nearest(t))).toEqual([0, 0, 1, 2]);
});

test("range: live ends at the newest; a hold keeps still; back is live again", () => {
  const range = new Range(60);
  range.tick(100);
  expect([range.from, range.to]).toEqual([40, 100]);
  range.hold(50, 70);
  range.tick(101);
  expect([range.live, range.from, range.to]).toEqual([false, 50, 70]);
  range.back();
  expect([range.live, range.from, range.to]).toEqual([true, 41, 101]);
});

test("range: zoom at the newest end stays live, in the middle it holds", () => {
  const range = new Range(60);
  range.tick(100);
  range.zoom(99, 0.5);
  expect([range.live, range.seconds]).toEqual([true, 30]);
  range.zoom(85, 0.5);
  expect([range.live, range.from, range.to]).toEqual([false, 77.5, 92.5]);
});

test("range: panning to the newest goes back to live", () => {
  const range = new Range(60);
  range.tick(100);
  range.pan(-20);
  expect([range.live, range.from]).toEqual([false, 20]);
  range.pan(30);
  expect(range.live).toBe(true);
});

test("top: the limit comes into the picture when half of it is used", () => {
  const kind = kindOf("x", "cpu");
  expect(top(0.1, 2, kind)).toBeLessThan(1);
  expect(top(1.1, 2, kind)).toBeGreaterThan(2);
  expect(top(0, null, kind)).toBe(0.1);
});

test("marks: only this container's, only known actions", () => {
  const event = (subject: string, action: string) => ({ sequence: 1, at: "1970-01-01T00:00:02Z", kind: "container", action, subject, name: "n" });
  const marks = marksOf([event("a", "oom"), event("b", "oom"), event("a", "create")], "a");
  expect(marks.map(m => [m.seconds, m.word])).toEqual([[2, "didOom"]]);
  expect([near(marks, 3, 1), near(marks, 4, 1)]).toEqual(["out of memory", ""]);
});
