import { C, M, machine, type Cells } from "../live/columns";
import { bytes, cores, count, percent, rate, known } from "../format";
import type { Color } from "../colors";
import { text, type Word } from "../text";

export interface Line {
  label: Word;
  color: Color;
  /** From a tick's cells; null where unknown. */
  value(cells: Cells): number | null;
  fill?: boolean;
  dashed?: boolean;
}

export interface Kind {
  title: Word;
  lines: readonly Line[];
  /** What it may be at most; drawn as a dashed line. */
  limit?(cells: Cells): number | null;
  /** Part 0..1 of each tick to shade. */
  shade?(cells: Cells): number | null;
  /** Each line is drawn on top of the one after it; the legend still tells each one's own value. */
  stacked?: boolean;
  say(value: number | null): string;
  /** Steps of the axis are powers of two (bytes), whole numbers, or tens. */
  steps: "binary" | "whole" | "tens";
  /** The axis reaches at least here, so that noise does not fill the chart. */
  least: number;
}

const at = (column: number) => (cells: Cells): number | null => cells[column] ?? null;
const line = (label: Word, color: Color, column: number, more: Partial<Line> = {}): Line => ({ label, color, value: at(column), ...more });
const psi = (value: number | null) => known(value) ? percent(value / 100) : percent(null);

const ofContainer: Readonly<Record<string, Kind>> = {
  cpu: { title: "cpu", lines: [line("used", "--accent", C.cpuCores, { fill: true })], limit: at(C.cpuLimit), shade: at(C.throttledRatio), say: cores, steps: "tens", least: 0.1 },
  memory: {
    title: "memory", stacked: true, limit: at(C.memLimit), say: bytes, steps: "binary", least: 4 << 20,
    lines: [
      line("anon", "--accent", C.anon, { fill: true }), line("kernel", "--oom", C.kernel, { fill: true }), line("file", "--ok", C.file, { fill: true }),
    ],
  },
  io: { title: "io", lines: [line("read", "--accent", C.readBytes, { fill: true }), line("written", "--warn", C.writeBytes)], say: rate, steps: "binary", least: 1024 },
  network: { title: "network", lines: [line("received", "--accent", C.rxBytes, { fill: true }), line("sent", "--warn", C.txBytes)], say: rate, steps: "binary", least: 1024 },
  pids: { title: "pids", lines: [line("processes", "--accent", C.pids, { fill: true })], limit: at(C.pidsLimit), say: count, steps: "whole", least: 4 },
  pressure: {
    title: "pressure", say: psi, steps: "tens", least: 5,
    lines: [
      line("waitCpu", "--accent", C.psiCpu), line("waitMemory", "--oom", C.psiMem), line("waitMemoryFull", "--oom", C.psiMemFull, { dashed: true }),
      line("waitIo", "--warn", C.psiIo), line("waitIoFull", "--warn", C.psiIoFull, { dashed: true }),
    ],
  },
};

const difference = (a: number, b: number) => (cells: Cells): number | null => {
  const [all, rest] = [cells[a] ?? null, cells[b] ?? null];
  return all === null || rest === null ? null : all - rest;
};

const ofMachine: Readonly<Record<string, Kind>> = {
  cpu: { title: "cpu", lines: [line("used", "--accent", M.cpuCores, { fill: true })], limit: at(M.cores), say: cores, steps: "tens", least: 0.1 },
  memory: {
    title: "memory", limit: at(M.memTotal), say: bytes, steps: "binary", least: 64 << 20,
    lines: [
      { label: "used", color: "--accent", value: difference(M.memTotal, M.memAvailable), fill: true },
      { label: "swap", color: "--oom", value: difference(M.swapTotal, M.swapFree) },
    ],
  },
  load: {
    title: "load", limit: at(M.cores), say: cores, steps: "tens", least: 1,
    lines: [line("load1", "--accent", M.load1, { fill: true }), line("load5", "--warn", M.load5), line("load15", "--muted", M.load15)],
  },
  pressure: {
    title: "pressure", say: psi, steps: "tens", least: 5,
    lines: [
      line("waitCpu", "--accent", M.psiCpu), line("waitMemory", "--oom", M.psiMem), line("waitMemoryFull", "--oom", M.psiMemFull, { dashed: true }),
      line("waitIo", "--warn", M.psiIo), line("waitIoFull", "--warn", M.psiIoFull, { dashed: true }),
    ],
  },
};

export function kindOf(id: string, kind: string): Kind {
  const kinds = id === machine ? ofMachine : ofContainer;
  return kinds[kind] ?? kinds["cpu"]!;
}

export const labelOf = (line: Line): string => text(line.label);

/** Steps between axis marks. */
export function increments(steps: Kind["steps"]): number[] {
  switch (steps) {
    case "binary": return Array.from({ length: 51 }, (_, power) => 2 ** power);
    case "whole": return Array.from({ length: 8 }, (_, power) => power).flatMap(power => [1, 2, 5].map(n => n * 10 ** power));
    case "tens": return Array.from({ length: 12 }, (_, power) => power - 3).flatMap(power => [1, 2, 5].map(n => n * 10 ** power)).filter(n => n >= 0.01);
  }
}

/** The top of the axis. The limit is in the picture once half of it is in use; before, the legend names it. */
export function top(highest: number, limit: number | null, kind: Pick<Kind, "least">): number {
  const enough = Math.max(highest * 1.12, kind.least);
  return known(limit) && highest >= limit * 0.5 ? Math.max(enough, limit * 1.08) : enough;
}
