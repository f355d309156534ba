import { expect, test } from "vitest";
import { everything, test as passes } from "./filter";
import { Finder, pattern, ranges } from "./find";
import { Heights } from "./heights";
import { comparePositions, guess, Joiner, Line, type WireLine } from "./line";
import { Ring } from "./ring";
import { pickedText } from "./selection";
import { Shown } from "./shown";
import { fullStamp, stamp } from "./stamps";

const line = (n: number, raw = `line ${n}`, stream = 1) => new Line(`1:${n}`, "1700000000123456789", stream, raw);
const list = (ring: Ring<Line>) => Array.from({ length: ring.length }, (_, i) => ring.get(ring.first + i)!.raw);

test("ring: pushes the oldest out and keeps its numbers", () => {
  const ring = new Ring<Line>(3);
  for (let n = 0; n < 5; n++) ring.push(line(n));
  expect([ring.first, ring.end, ring.length]).toEqual([2, 5, 3]);
  expect(list(ring)).toEqual(["line 2", "line 3", "line 4"]);
  expect(ring.get(1)).toBeUndefined();
});

test("ring: older ones go before, as many as fit, below zero too", () => {
  const ring = new Ring<Line>(4);
  ring.push(line(10));
  ring.push(line(11));
  expect(ring.unshift([line(7), line(8), line(9)])).toBe(2);
  expect(ring.first).toBe(-2);
  expect(list(ring)).toEqual(["line 8", "line 9", "line 10", "line 11"]);
  ring.push(line(12));
  expect(list(ring)).toEqual(["line 9", "line 10", "line 11", "line 12"]);
});

test("shown: without a filter the ring itself", () => {
  const ring = new Ring<Line>(3);
  const shown = new Shown(ring);
  let before = { first: ring.first, end: ring.end };
  for (let n = 0; n < 2; n++) ring.push(line(n));
  expect(shown.advance(before)).toEqual({ left: 0, came: 2 });
  before = { first: ring.first, end: ring.end };
  for (let n = 2; n < 12; n++) ring.push(line(n));
  expect(shown.advance(before)).toEqual({ left: 2, came: 3 });
  expect([shown.length, shown.seq(0), shown.index(10)]).toEqual([3, 9, 1]);
});

test("shown: with a filter, lines come and leave", () => {
  const ring = new Ring<Line>(6);
  const shown = new Shown(ring);
  for (let n = 0; n < 4; n++) ring.push(line(n, "", n % 2 + 1));
  shown.filter(passes({ ...everything, stdout: false }));
  expect([shown.length, shown.seq(0), shown.seq(1)]).toEqual([2, 1, 3]);
  const before = { first: ring.first, end: ring.end };
  for (let n = 4; n < 10; n++) ring.push(line(n, "", n % 2 + 1));
  expect(shown.advance(before)).toEqual({ left: 2, came: 3 });
  expect([shown.length, shown.seq(0), shown.index(6)]).toEqual([3, 5, 1]);
});

test("heights: all the same", () => {
  const heights = new Heights(20);
  heights.reset(10);
  expect([heights.total, heights.offset(3), heights.at(59), heights.at(60), heights.at(9999)]).toEqual([200, 60, 2, 3, 9]);
  expect(heights.evict(4)).toBe(80);
  expect(heights.total).toBe(120);
});

test("heights: measured ones agree with plain sums through appends, evictions and changes", () => {
  const heights = new Heights(20);
  let model = Array.from({ length: 1000 }, (_, i) => 20 + (i % 7) * 5);
  heights.reset(model.length, i => model[i]!);
  const sum = (to: number) => model.slice(0, to).reduce((a, b) => a + b, 0);
  const agree = () => {
    expect(heights.total).toBe(sum(model.length));
    for (const i of [0, 1, 255, 256, 500, model.length - 1]) {
      expect(heights.offset(i)).toBe(sum(i));
      expect(heights.at(sum(i))).toBe(i);
      expect(heights.at(sum(i) + model[i]! - 1)).toBe(i);
      expect(heights.height(i)).toBe(model[i]);
    }
  };
  agree();
  expect(heights.evict(300)).toBe(sum(300));
  model = model.slice(300);
  agree();
  expect(heights.set(5, 100)).toBe(100 - model[5]!);
  model[5] = 100;
  agree();
  model.push(...Array.from({ length: 700 }, () => 40));
  heights.append(700, () => 40);
  agree();
  heights.evict(model.length + 5);
  expect([heights.length, heights.total]).toEqual([0, 0]);
});

test("joiner: parts of each stream come together; the first part's position stays", () => {
  const joiner = new Joiner();
  const part = (position: string, stream: number, partial: number, text: string): WireLine => [position, "1", stream, partial, text];
  expect(joiner.add(part("1:0", 1, 1, "ab"))).toBeUndefined();
  expect(joiner.add(part("1:5", 2, 0, "other"))!.raw).toBe("other");
  const whole = joiner.add(part("1:9", 1, 0, "cd"))!;
  expect([whole.raw, whole.position]).toEqual(["abcd", "1:0"]);
  joiner.add(part("1:12", 1, 1, "tail"));
  expect(joiner.rest().map(l => l.raw)).toEqual(["tail"]);
});

test.each([
  ["2024 ERROR boom", "error"], ["WARN: careful", "warn"], ["[info] hello", "info"], ['{"level":"debug"}', "debug"], ["nothing here", null], ["terrorist", null], ["java.lang.IllegalStateException: x", "error"], ["Traceback (most recent call last):", "error"], ["panic: runtime", "error"],
])("guess %s", (words, level) => expect(guess(words)).toBe(level));

test("filter: level takes that and above, skipped rows always show", () => {
  const test = passes({ ...everything, level: "warn" })!;
  expect([line(1, "INFO x"), line(2, "WARN x"), line(3, "ERROR x"), line(4, "x")].map(test)).toEqual([false, true, true, false]);
  expect(test(new Line("1:0", "1", 0, "", 5))).toBe(true);
  expect(passes(everything)).toBeUndefined();
  expect(passes({ ...everything, contains: "ABC" })!(line(1, "xx\x1b[31mabc"))).toBe(true);
});

test("find: a substring, smart about capitals; a bad expression is undefined", () => {
  expect(ranges("a.b A.B", pattern("a.b", false)!)).toEqual([[0, 3], [4, 7]]);
  expect(ranges("a.b A.B", pattern("A.B", false)!)).toEqual([[4, 7]]);
  expect(pattern("(", true)).toBeUndefined();
  expect(pattern("", true)).toBeNull();
  expect(ranges("abc", pattern("x*", true)!)).toEqual([]);
});

test("finder: searches in slices, walks around the ends, forgets what left", () => {
  const ring = new Ring<Line>(1_000);
  const shown = new Shown(ring);
  for (let n = 0; n < 1_000; n++) ring.push(line(n, n % 100 === 0 ? "hit" : "miss"));
  const finder = new Finder(shown, seq => ring.get(seq));
  finder.start(pattern("hit", false)!);
  let time = 0;
  let slices = 1;
  while (finder.step(1, () => time++)) slices++;
  expect(slices).toBeGreaterThan(5);
  expect(finder.count).toBe(10);
  expect(finder.go(true, 150)).toBe(200);
  expect(finder.ordinal).toBe(3);
  expect(finder.go(false, 0)).toBe(100);
  expect(finder.go(false, 0)).toBe(0);
  expect(finder.go(false, 0)).toBe(900);
  expect(finder.go(true, 0)).toBe(0);
  for (let n = 0; n < 150; n++) ring.push(line(n, "hit"));
  finder.step(1e9, () => 0);
  expect(finder.count).toBe(8 + 150);
});

test("copying takes whole lines between two places, seen or not", () => {
  const lines = ["first", "second", "third"];
  expect(pickedText({ from: { seq: 0, offset: 2 }, to: { seq: 2, offset: 3 } }, [0, 1, 2], seq => lines[seq]!)).toBe("rst\nsecond\nthi");
  expect(pickedText({ from: { seq: 1, offset: 1 }, to: { seq: 1, offset: 4 } }, [0, 1, 2], seq => lines[seq]!)).toBe("eco");
});

test("positions are ordered by file, then offset", () => {
  expect(["2:5", "1:100", "1:20"].sort(comparePositions)).toEqual(["1:20", "1:100", "2:5"]);
});

test("stamps", () => {
  const l = line(1);
  expect(l.ms).toBeCloseTo(1_700_000_000_123.457, 2);
  expect(stamp(l, "exact", 0)).toMatch(/^\d\d:\d\d:20\.123$/);
  expect(stamp(l, "relative", 1_700_000_065_000)).toBe("1 min");
  expect(fullStamp(l)).toContain(":20.123456789 ");
});
