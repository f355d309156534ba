import { C, M, machine, type Cells } from "../live/columns";
import { bytes, cores, count, known, percent, rate } from "../format";

/** What one metric says at one tick: the number, and what it may be at most (null: no limit). */
export interface Reading { value: number | null; limit: number | null }

type Unit = "cores" | "bytes" | "rate" | "count" | "percent" | "number";

interface Metric { unit: Unit; container?(cells: Cells): Reading; machine?(cells: Cells): Reading }

const at = (cells: Cells, column: number): number | null => cells[column] ?? null;
const sum = (a: number | null, b: number | null): number | null => a === null && b === null ? null : (a ?? 0) + (b ?? 0);
const free = (value: number | null): Reading => ({ value, limit: null });
const most = (...values: (number | null)[]): number | null => {
  const some = values.filter(known);
  return some.length ? Math.max(...some) : null;
};
/** A column that both have. */
const both = (unit: Unit, c: number, m: number): Metric => ({ unit, container: x => free(at(x, c)), machine: x => free(at(x, m)) });
const own = (unit: Unit, c: number): Metric => ({ unit, container: x => free(at(x, c)) });
const host = (unit: Unit, m: number): Metric => ({ unit, machine: x => free(at(x, m)) });
const used = (cells: Cells, total: number, left: number): Reading => {
  const all = at(cells, total);
  const rest = at(cells, left);
  return { value: all === null || rest === null ? null : all - rest, limit: all };
};

/** The names brig-value and brig-spark take. `memory` is the working set: what is charged, less cache the kernel would drop first. */
export const readings: Readonly<Record<string, Metric>> = {
  cpu: { unit: "cores", container: x => ({ value: at(x, C.cpuCores), limit: at(x, C.cpuLimit) }), machine: x => ({ value: at(x, M.cpuCores), limit: at(x, M.cores) }) },
  memory: { unit: "bytes", container: x => ({ value: at(x, C.workingSet), limit: at(x, C.memLimit) }), machine: x => used(x, M.memTotal, M.memAvailable) },
  charged: { unit: "bytes", container: x => ({ value: at(x, C.memory), limit: at(x, C.memLimit) }) },
  anon: both("bytes", C.anon, M.anon), file: both("bytes", C.file, M.file), kernel: both("bytes", C.kernel, M.kernel),
  swap: { unit: "bytes", container: x => free(at(x, C.swap)), machine: x => used(x, M.swapTotal, M.swapFree) },
  memPeak: own("bytes", C.memPeak),
  throttled: own("percent", C.throttledRatio),
  oomKill: own("count", C.oomKill), memHigh: own("count", C.memHigh), memMax: own("count", C.memMax), oom: own("count", C.oom),
  pids: { unit: "count", container: x => ({ value: at(x, C.pids), limit: at(x, C.pidsLimit) }), machine: x => free(at(x, M.pids)) },
  psi: {
    unit: "number", container: x => free(most(at(x, C.psiCpu), at(x, C.psiMem), at(x, C.psiIo))),
    machine: x => free(most(at(x, M.psiCpu), at(x, M.psiMem), at(x, M.psiIo))),
  },
  psiCpu: both("number", C.psiCpu, M.psiCpu), psiMem: both("number", C.psiMem, M.psiMem), psiIo: both("number", C.psiIo, M.psiIo),
  psiMemFull: both("number", C.psiMemFull, M.psiMemFull), psiIoFull: both("number", C.psiIoFull, M.psiIoFull),
  read: both("rate", C.readBytes, M.readBytes), write: both("rate", C.writeBytes, M.writeBytes), rx: both("rate", C.rxBytes, M.rxBytes), tx: both("rate", C.txBytes, M.txBytes),
  io: { unit: "rate", container: x => free(sum(at(x, C.readBytes), at(x, C.writeBytes))), machine: x => free(sum(at(x, M.readBytes), at(x, M.writeBytes))) },
  network: { unit: "rate", container: x => free(sum(at(x, C.rxBytes), at(x, C.txBytes))), machine: x => free(sum(at(x, M.rxBytes), at(x, M.txBytes))) },
  load1: host("cores", M.load1), load5: host("cores", M.load5), load15: host("cores", M.load15),
  disk: { unit: "bytes", machine: x => used(x, M.diskTotal, M.diskFree) },
};

export function read(metric: string, id: string, cells: Cells | undefined): Reading {
  const found = readings[metric];
  const reader = id === machine ? found?.machine : found?.container;
  return cells && reader ? reader(cells) : { value: null, limit: null };
}

/** psi columns are percent already. */
const show: Readonly<Record<Unit, (value: number | null) => string>> = {
  cores, bytes, rate, count, percent,
  number: value => known(value) ? percent(value / 100) : percent(null),
};

/** `format`: "" the number; "percent" of its limit; "both"; "limit"; "nonzero" the number, empty at zero. */
export function say(metric: string, reading: Reading, format: string): string {
  const unit = readings[metric]?.unit ?? "number";
  const number = show[unit](reading.value);
  const part = share(reading);
  switch (format) {
    case "percent": return percent(part);
    case "limit": return show[unit](reading.limit);
    case "both": return part === null ? number : unit === "cores" ? `${number} · ${percent(part)}` : `${number} / ${show[unit](reading.limit)}`;
    case "nonzero": return known(reading.value) && reading.value >= 0.0005 ? number : "";
    default: return number;
  }
}

/** Part of the limit, 0 and up; null with no limit. */
export function share({ value, limit }: Reading): number | null {
  return known(value) && known(limit) && limit > 0 ? value / limit : null;
}

export type Strain = "ok" | "warn" | "bad";

/** Near its limit: from 90 % a warning, from 98 % bad. */
export function strain(part: number | null): Strain {
  if (part === null || part < 0.9) return "ok";
  return part < 0.98 ? "warn" : "bad";
}
