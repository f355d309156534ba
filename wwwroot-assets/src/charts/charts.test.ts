import { expect, test } from "vitest";
import { Blocks } from "../history/blocks";
import { moment as clock, spanOf, ticks } from "./clock";
import { clusters, colorOf, marksOf, wordsOf, worst, type Mark } from "./marks";
import { channelsOf, highest, nearest, pictureOf } from "./picture";
import { comparison, planOf, top } from "./plan";

const none: ReadonlySet<number> = new Set();

function picture(plan: ReturnType<typeof planOf>, rows: readonly Readonly<Record<string, number>>[], hidden = none) {
  const channels = channelsOf(plan);
  const blocks = new Blocks(channels);
  rows.forEach((row, i) => blocks.push(i + 1, channels.map(({ source, metric }) => row[`${source} ${metric}`] ?? row[metric] ?? null)));
  return pictureOf(plan, channels, blocks.view(0, rows.length + 1, 1), hidden);
}

test("picture: stacked lines are summed from the bottom, their own values stay", () => {
  const { drawn, own, limit } = picture(planOf("x", "memory"), [{ anon: 10, kernel: 1, file: 5, memLimit: 100, memory: 17 }]);
  expect([drawn, own, limit]).toEqual([[[10], [11], [16]], [[10], [1], [5]], [100]]);
});

test("picture: a hidden line of a stack leaves no hole", () => {
  const { drawn } = picture(planOf("x", "memory"), [{ anon: 10, kernel: 1, file: 5 }], new Set([1]));
  expect(drawn).toEqual([[10], [null], [15]]);
});

test("picture: what the machine uses is all less what is free", () => {
  expect(picture(planOf("machine", "memory"), [{ memTotal: 100, memAvailable: 30 }]).own[0]).toEqual([70]);
});

test("comparison: a source without the metric has no line, one that is away adds nothing to the sum", () => {
  expect(comparison(["machine", "a"], ["this machine", "web"], "throttled", false).lines.map(line => line.label)).toEqual(["web"]);
  const { drawn } = picture(comparison(["a", "b"], [], "cpu", true), [{ "a cpuCores": 1, "b cpuCores": 2 }, { "b cpuCores": 3 }]);
  expect(drawn).toEqual([[1, null], [3, 3]]);
});

test("comparison: of stacked sources one that is away is not a gap", () => {
  expect(picture(comparison(["a", "b"], [], "cpu", true), [{ "a cpuCores": 1 }]).drawn).toEqual([[1], [1]]);
});

test("comparison: twenty sources look different", () => {
  const { lines } = comparison(Array.from({ length: 20 }, (_, i) => `c${i}`), [], "cpu", false);
  expect(new Set(lines.map(line => `${line.style} ${line.dashed}`)).size).toBe(20);
});

test("highest: within the range, bands only in roll-ups, and not what is hidden", () => {
  const plan = comparison(["a", "b"], [], "cpu", false);
  const found = picture(plan, [{ "a cpuCores": 1, "b cpuCores": 2 }, { "a cpuCores": 9, "b cpuCores": 3 }], none);
  expect(highest(found, 0, 1.5, none, false)).toBe(2);
  expect(highest(found, 0, 3, none, true)).toBe(9);
  expect(highest({ ...found, drawn: [found.drawn[1]!] }, 0, 3, new Set([0]), true)).toBe(3);
});

test("nearest", () => {
  expect(nearest([], 5)).toBe(-1);
  expect([0, 1.4, 1.6, 9].map(t => nearest([1, 2, 3], t))).toEqual([0, 0, 1, 2]);
});

test("top: the limit comes into the picture when half of it is used", () => {
  const plan = planOf("x", "cpu");
  expect(top(0.1, 2, plan)).toBeLessThan(1);
  expect(top(1.1, 2, plan)).toBeGreaterThan(2);
  expect(top(0, null, plan)).toBe(0.1);
});

const mark = (seconds: number, kind: string, attributes: Record<string, string> = {}): Mark => ({ seconds, kind, source: "a", name: "n", attributes, count: 1 });

test("marks: only these containers', only known actions, in the history's words", () => {
  const event = (subject: string, action: string) => ({ sequence: 1, at: "1970-01-01T00:00:02Z", kind: "container", action, subject, name: "n" });
  const marks = marksOf([event("a", "oom"), event("b", "oom"), event("a", "die"), event("a", "copy-in")], new Set(["a"]));
  expect(marks.map(m => [m.seconds, m.kind])).toEqual([[2, "oom"], [2, "exit"]]);
});

test("marks: words and colours tell how it went", () => {
  expect(wordsOf(mark(1, "exit", { exitCode: "3" }))).toBe("ended with 3");
  expect(colorOf(mark(1, "exit", { exitCode: "0" }))).toBe("--muted");
  expect(colorOf(mark(1, "health", { status: "unhealthy" }))).toBe("--bad");
  expect(wordsOf({ ...mark(1, "throttled"), count: 4 })).toBe("throttled × 4");
});

test("clusters: what would lie on each other is one place, in the colour of the worst", () => {
  const found = clusters([mark(50, "oom"), mark(10, "start"), mark(12, "exit", { exitCode: "1" }), mark(200, "start")], 0, 100, seconds => seconds);
  expect(found.map(one => [one.x, one.marks.length])).toEqual([[10, 2], [50, 1]]);
  expect(worst(found[0]!.marks)).toBe("--bad");
});

test("clock: a day that begins is named, seconds only where they differ", () => {
  const midnight = new Date(2026, 10, 22).getTime() / 1000;
  expect(ticks([midnight, midnight + 3600], 3600)).toEqual(["Nov 22", "01:00"]);
  expect(ticks([midnight + 5], 5)).toEqual(["00:00:05"]);
  expect(clock(midnight + 3661, new Date(2026, 10, 22, 9))).toBe("01:01:01");
  expect(clock(midnight + 3661, new Date(2026, 10, 25))).toBe("Nov 22 01:01:01");
  expect(spanOf(midnight, midnight + 7200, new Date(2026, 10, 22, 9))).toBe("00:00 – 02:00");
});
