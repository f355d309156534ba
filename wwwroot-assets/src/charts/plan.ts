import { color, type Color } from "../colors";
import { bytes, cores, count, known, percent, rate } from "../format";
import { machine } from "../live/columns";
import { text, type Word } from "../text";

/** One line of a chart: a metric of a source, less another where the machine tells total and rest. */
export interface Line {
  label: string;
  /** A colour for a canvas, and the same for a style. */
  ink(): string; style: string;
  source: string; plus: string; minus?: string;
  fill?: boolean; dashed?: boolean;
}

/** What a chart draws. */
export interface Plan {
  title: string;
  sources: readonly string[];
  lines: readonly Line[];
  /** What it may be at most, as it was then; drawn as a dashed line. */
  limit?: { source: string; metric: string };
  /** Part 0..1 of each moment to shade: the time in which it was held back. */
  shade?: { source: string; metric: string };
  /** Its highest is drawn above stacked lines: what the averages hide. */
  peak?: { source: string; metric: string };
  /** Each line is drawn on top of the one before; the legend tells each one's own value. */
  stacked?: boolean;
  /** Many lines, each another source: the legend is a table. */
  compares?: boolean;
  say(value: number | null): string;
  /** Steps of the axis are powers of two (bytes), whole numbers, or tens. */
  steps: "binary" | "whole" | "tens";
  /** The axis reaches at least here, so that noise does not fill the chart. */
  least: number;
}

interface Part { label: Word; color: Color; plus: string; minus?: string; fill?: boolean; dashed?: boolean }
interface Kind extends Pick<Plan, "say" | "steps" | "least"> { title: Word; lines: readonly Part[]; limit?: string; shade?: string; peak?: string; stacked?: boolean }

const psi = (value: number | null) => known(value) ? percent(value / 100) : percent(null);
const part = (label: Word, color: Color, plus: string, more: Partial<Part> = {}): Part => ({ label, color, plus, ...more });
const first = { fill: true };

const pressure: Kind = {
  title: "pressure", say: psi, steps: "tens", least: 5,
  lines: [
    part("waitCpu", "--accent", "psiCpu"), part("waitMemory", "--oom", "psiMem"), part("waitMemoryFull", "--oom", "psiMemFull", { dashed: true }),
    part("waitIo", "--warn", "psiIo"), part("waitIoFull", "--warn", "psiIoFull", { dashed: true }),
  ],
};

const io: Kind = { title: "io", lines: [part("read", "--accent", "readBytes", first), part("written", "--warn", "writeBytes")], say: rate, steps: "binary", least: 1024 };
const network: Kind = { title: "network", lines: [part("received", "--accent", "rxBytes", first), part("sent", "--warn", "txBytes")], say: rate, steps: "binary", least: 1024 };

const ofContainer: Readonly<Record<string, Kind>> = {
  cpu: { title: "cpu", lines: [part("used", "--accent", "cpuCores", first)], limit: "cpuLimit", shade: "throttledRatio", say: cores, steps: "tens", least: 0.1 },
  memory: {
    title: "memory", stacked: true, limit: "memLimit", peak: "memory", say: bytes, steps: "binary", least: 4 << 20,
    lines: [part("anon", "--accent", "anon", first), part("kernel", "--oom", "kernel", first), part("file", "--ok", "file", first)],
  },
  io,
  network,
  pids: { title: "pids", lines: [part("processes", "--accent", "pids", first)], limit: "pidsLimit", say: count, steps: "whole", least: 4 },
  pressure,
};

const ofMachine: Readonly<Record<string, Kind>> = {
  cpu: { title: "cpu", lines: [part("used", "--accent", "cpuCores", first)], limit: "cores", say: cores, steps: "tens", least: 0.1 },
  memory: {
    title: "memory", limit: "memTotal", say: bytes, steps: "binary", least: 64 << 20,
    lines: [
      part("used", "--accent", "memTotal", { minus: "memAvailable", fill: true }), part("anon", "--muted", "anon", { dashed: true }), part("file", "--ok", "file"), part("kernel", "--warn", "kernel"),
      part("swap", "--oom", "swapTotal", { minus: "swapFree" }),
    ],
  },
  load: {
    title: "load", limit: "cores", say: cores, steps: "tens", least: 1,
    lines: [part("load1", "--accent", "load1", first), part("load5", "--warn", "load5"), part("load15", "--muted", "load15")],
  },
  io,
  network,
  pids: { title: "pids", lines: [part("processes", "--accent", "pids", first)], say: count, steps: "whole", least: 4 },
  pressure,
};

/** All charts of one object: a container's id, `machine`, or `stack:NAME`. */
export function planOf(source: string, kind: string): Plan {
  const kinds = source === machine ? ofMachine : ofContainer;
  const { title, lines, limit, shade, peak, ...rest } = kinds[kind] ?? kinds["cpu"]!;
  const mine = (metric: string | undefined) => metric === undefined ? undefined : { source, metric };
  return {
    ...rest, title: text(title), sources: [source], ...opt("limit", mine(limit)), ...opt("shade", mine(shade)), ...opt("peak", mine(peak)),
    lines: lines.map(({ label, color: name, ...line }) => ({ ...line, label: text(label), source, ink: () => color(name), style: `var(${name})` })),
  };
}

interface Metric extends Pick<Plan, "say" | "steps" | "least"> { word: Word; container?: string; machine?: readonly [plus: string, minus?: string] }

/** What sources can be compared by. The keys are those of the addresses. */
export const comparable: Readonly<Record<string, Metric>> = {
  cpu: { word: "cpu", container: "cpuCores", machine: ["cpuCores"], say: cores, steps: "tens", least: 0.1 },
  throttled: { word: "throttled", container: "throttledRatio", say: percent, steps: "tens", least: 0.05 },
  memory: { word: "workingSet", container: "workingSet", machine: ["memTotal", "memAvailable"], say: bytes, steps: "binary", least: 4 << 20 },
  charged: { word: "charged", container: "memory", say: bytes, steps: "binary", least: 4 << 20 },
  received: { word: "networkIn", container: "rxBytes", machine: ["rxBytes"], say: rate, steps: "binary", least: 1024 },
  sent: { word: "networkOut", container: "txBytes", machine: ["txBytes"], say: rate, steps: "binary", least: 1024 },
  read: { word: "diskRead", container: "readBytes", machine: ["readBytes"], say: rate, steps: "binary", least: 1024 },
  written: { word: "diskWritten", container: "writeBytes", machine: ["writeBytes"], say: rate, steps: "binary", least: 1024 },
  pids: { word: "pids", container: "pids", machine: ["pids"], say: count, steps: "whole", least: 4 },
  psiCpu: { word: "pressureCpu", container: "psiCpu", machine: ["psiCpu"], say: psi, steps: "tens", least: 5 },
  psiMemory: { word: "pressureMemory", container: "psiMem", machine: ["psiMem"], say: psi, steps: "tens", least: 5 },
  psiIo: { word: "pressureIo", container: "psiIo", machine: ["psiIo"], say: psi, steps: "tens", least: 5 },
};

/** One metric of several sources. `names`: what to call them. A source that has no such metric has no line. */
export function comparison(sources: readonly string[], names: readonly string[], metric: string, stacked: boolean): Plan {
  const { word, container, machine: ofHost, say, steps, least } = comparable[metric] ?? comparable["cpu"]!;
  const lines = sources.flatMap((source, i): Line[] => {
    const [plus, minus] = source === machine ? ofHost ?? [] : [container];
    if (!plus) return [];
    return [{ label: names[i] ?? source, source, plus, ...(minus !== undefined && { minus }), ...hue(i), fill: stacked, dashed: !stacked && i >= hues.length }];
  });
  return { title: text(word), sources, lines, stacked, compares: true, say, steps, least };
}

/** Ten hues that differ also for most who see few colours; the next ten are dashed. Lightness follows the theme. */
const hues = [258, 55, 150, 20, 305, 90, 200, 345, 120, 230];

function hue(index: number): Pick<Line, "ink" | "style"> {
  const at = hues[index % hues.length]!;
  const strong = [0.15, 0.14, 0.15, 0.17, 0.16, 0.13, 0.11, 0.17, 0.15, 0.09][index % hues.length]!;
  return { ink: () => `oklch(${color("--series")} ${strong} ${at})`, style: `oklch(var(--series) ${strong} ${at})` };
}

type Optional<K extends string, V> = { [P in K]?: V };
function opt<K extends string, V>(name: K, value: V | undefined): Optional<K, V> {
  return (value === undefined ? {} : { [name]: value }) as Optional<K, V>;
}

/** Steps between axis marks. */
export function increments(steps: Plan["steps"]): number[] {
  switch (steps) {
    case "binary": return Array.from({ length: 51 }, (_, power) => 2 ** power);
    case "whole": return Array.from({ length: 8 }, (_, power) => power).flatMap(power => [1, 2, 5].map(n => n * 10 ** power));
    case "tens": return Array.from({ length: 12 }, (_, power) => power - 3).flatMap(power => [1, 2, 5].map(n => n * 10 ** power)).filter(n => n >= 0.01);
  }
}

/** The top of the axis. The limit is in the picture once half of it is in use; before, the legend names it. */
export function top(highest: number, limit: number | null, plan: Pick<Plan, "least">): number {
  const enough = Math.max(highest * 1.12, plan.least);
  return known(limit) && highest >= limit * 0.5 ? Math.max(enough, limit * 1.08) : enough;
}
